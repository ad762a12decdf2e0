//! Writes collected under a grant, committed together with their events and the rows that consumers derive from these.
//! The events are published after the commit.

use std::sync::Weak;

use guildhall_model::{Events, Result};
use guildhall_storage::{Batch, Database, PendingCommit, Statement};

use crate::Services;

#[must_use = "a write that is not committed changes nothing"]
pub struct Write<'a> {
    db: &'a Database,
    services: &'a Weak<Services>,
    batch: Batch,
}

impl<'a> Write<'a> {
    pub(super) fn new(db: &'a Database, services: &'a Weak<Services>) -> Self {
        Self { db, services, batch: Batch::default() }
    }

    /// Serializes writes to the same rows (the posts of a channel), so that they do not wait for each other's locks.
    pub fn in_lane_of(mut self, id: &impl guildhall_model::Id) -> Self {
        self.batch = self.batch.in_lane_of(id);
        self
    }

    pub fn push(&mut self, statement: Statement) {
        self.batch.push(statement);
    }

    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        self.batch.extend(statements);
    }

    /// `Ok` when the batch is on disk and its events are published. `Events::none("why")` where there is nothing to
    /// publish. Rows that `consumers.rs` derives from the events are part of the batch.
    pub async fn commit(self, events: impl Into<Events>) -> Result<()> {
        let db = self.db;
        db.commit(self.complete(events).await?).await
    }

    /// Queues the batch for its commit: those of one lane are executed in the order in which they were submitted.
    pub async fn submit(self, events: impl Into<Events>) -> Result<PendingCommit> {
        let db = self.db;
        db.submit(self.complete(events).await?)
    }

    async fn complete(mut self, events: impl Into<Events>) -> Result<Batch> {
        let Events(mut events) = events.into();
        if let Some(services) = self.services.upgrade() {
            let rows = services.derive_rows(&events).await?;
            self.batch.extend(rows.statements);
            events.extend(rows.events);
        }
        self.batch.publish(events);
        Ok(self.batch)
    }
}
