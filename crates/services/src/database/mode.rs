//! Sets who may write to the database, for a time that whoever moves it renews.

use guildhall_model::codes::{context, database as codes};
use guildhall_model::database_mode::LEASE_MS_MAX;
use guildhall_model::{Actor, DatabaseMode, Events, Permission, Result};

use super::Current;
use crate::boxed;
use crate::database::DatabaseMoves;

impl DatabaseMoves<'_> {
    /// Sets or renews the mode: first copying, then read-only, then moved, or back to normal. When it returns, no commit of an
    /// earlier mode is in progress. The mode is a node's own.
    #[boxed]
    pub async fn set_mode(&self, actor: &Actor, mode: DatabaseMode, lease_ms: i64) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        if !(1..=LEASE_MS_MAX).contains(&lease_ms) {
            return Err(context::INVALID_PARAM.with("name", "lease_ms"));
        }
        let _changing = self.state().changing.lock().await;
        let before = self.mode();
        if !follows(before, mode) {
            return Err(codes::MODE_ORDER.into());
        }
        if mode != before
            && let Some(action) = recorded_as(mode)
        {
            // Before the database is closed for it.
            self.access.write(&grant, action).commit(Events::none("only this node has the mode")).await?;
        }
        if mode == DatabaseMode::ReadOnly {
            self.access.close_for_writes(&grant).await;
        }
        let log = (mode != DatabaseMode::Normal).then(|| self.access.hold_log(&grant));
        *self.state().current.lock() = Current { mode, until: self.clock.now().plus_ms(lease_ms), _log: log };
        if mode != before {
            tracing::info!(?mode, ?before, "the mode of the database was changed by the command that moves it");
        }
        match mode {
            DatabaseMode::Normal if before != mode => {
                self.access.open_for_writes(&grant);
                self.access.write(&grant, "database.end_move").commit(Events::none("only this node has the mode")).await?;
            }
            DatabaseMode::Moved { restart } => _ = self.state().moved.send_replace(Some(restart)),
            _ => {}
        }
        Ok(())
    }

    pub fn mode(&self) -> DatabaseMode {
        self.state().current.lock().mode
    }

    /// Returns to the normal mode if whoever moves the database has not renewed the mode in time.
    pub async fn end_lapsed_mode(&self) -> Result<()> {
        let _changing = self.state().changing.lock().await;
        let mut current = self.state().current.lock();
        let is_leased = matches!(current.mode, DatabaseMode::Copying | DatabaseMode::ReadOnly);
        if is_leased && current.until <= self.clock.now() {
            tracing::warn!("the command that moves the database does not answer any more; the server goes on with the old database");
            *current = Current::default();
            self.access.open_for_writes(&self.access.system("the command that moves the database is gone"));
        }
        Ok(())
    }

    /// Whether the server shall be started again; returns when the database has moved.
    pub async fn moved(&self) -> bool {
        let mut moved = self.state().moved.subscribe();
        match moved.wait_for(Option::is_some).await {
            Ok(restart) => *restart == Some(true),
            // Only without a state, which this handle borrows.
            Err(_) => false,
        }
    }
}

/// Whether a mode can follow another one, or the same renew it.
const fn follows(before: DatabaseMode, mode: DatabaseMode) -> bool {
    use DatabaseMode::{Copying, Moved, Normal, ReadOnly};
    match mode {
        Normal => !matches!(before, Moved { .. }),
        Copying => matches!(before, Normal | Copying),
        ReadOnly => matches!(before, Copying | ReadOnly),
        Moved { .. } => matches!(before, ReadOnly),
    }
}

/// The end is recorded when it can be.
const fn recorded_as(mode: DatabaseMode) -> Option<&'static str> {
    match mode {
        DatabaseMode::Copying => Some("database.begin_move"),
        DatabaseMode::ReadOnly => Some("database.close_for_writes"),
        DatabaseMode::Normal | DatabaseMode::Moved { .. } => None,
    }
}
