//! Brings the database's schema up to date, after what makes going back possible: a copy of an embedded database, a recent backup of
//! one on a server. `docs/decisions/0033-upgrades.md`.

mod rollback;
mod snapshots;

use std::path::{Path, PathBuf};

use guildhall_model::codes::storage as codes;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Error, Millis};
use guildhall_storage::{Database, DatabaseUrl, Dialect, STEPS, Step};

use crate::config::Config;
use crate::systemd;
use crate::wiring::error_message;
pub use rollback::roll_back;
use snapshots::{Snapshot, SnapshotFolder};

/// How old a backup may be that an upgrade relies on.
const BACKUP_AGE_MAX_MS: i64 = 24 * 60 * 60 * 1_000;
const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The steps of the schema that a database has and lacks.
pub struct Upgrade {
    from_step: i64,
    pub pending: Vec<&'static Step>,
}

impl Upgrade {
    /// Looks at the schema, and changes nothing.
    ///
    /// # Errors
    /// A sentence: the database cannot be read, or belongs to a newer or another program.
    pub async fn plan(config: &Config, db: &Database) -> Result<Self, String> {
        let unreadable = |error: Error| error_message("The schema could not be read", &error);
        let from_step = db.current_step().await.map_err(unreadable)?;
        match db.pending_migrations().await {
            Ok(pending) => Ok(Self { from_step, pending }),
            Err(error) if error.is(codes::SCHEMA_NEWER) => Err(newer_message(config, from_step)),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// Applies the pending steps; the process holds the lock of the data folder. Returns what to tell the administrator, `None` where
    /// there was no upgrade: up to date, or a new database.
    ///
    /// # Errors
    /// A sentence. If going back would not be possible, nothing was changed.
    pub async fn run(&self, config: &Config, db: &Database) -> Result<Option<String>, String> {
        let Some(last) = self.pending.last() else { return Ok(None) };
        let is_new = !db.has_accounts().await.map_err(|error| error_message("The accounts could not be read", &error))?;
        let copy = if is_new { None } else { self.protect(config, db, last.version).await? };
        if !is_new {
            systemd::status("Bringing the schema of the database up to date");
        }
        db.migrate().await.map_err(|error| error_message("The schema could not be brought up to date", &error))?;
        if is_new {
            return Ok(None);
        }
        let done = format!("The schema of the database was brought from step {} to step {}.", self.from_step, last.version);
        let line = match copy {
            Some(path) => format!("{done} A copy from before is {}; to go back: guildhall migrate --rollback", path.display()),
            None => done,
        };
        tracing::info!("{line}");
        Ok(Some(line))
    }

    /// Makes sure of a way back; returns the copy of an embedded database.
    async fn protect(&self, config: &Config, db: &Database, to_step: i64) -> Result<Option<PathBuf>, String> {
        let protected = match (db.dialect(), database_file(config)) {
            (Dialect::Sqlite, Some(_)) => self.copy(config, db, to_step).await.map(Some),
            // In memory.
            (Dialect::Sqlite, None) => Ok(None),
            (Dialect::Postgres | Dialect::Mysql, _) => require_backup(db, SystemClock.now()).await.map(|()| None),
        };
        match protected {
            Err(reason) if config.startup.database.migrate_without_backup => {
                tracing::warn!("{reason} The upgrade goes on, as it was demanded (database.migrate_without_backup).");
                Ok(None)
            }
            other => other,
        }
    }

    async fn copy(&self, config: &Config, db: &Database, to_step: i64) -> Result<PathBuf, String> {
        let folder = SnapshotFolder::of(config);
        // Of an upgrade that was interrupted between two steps: nobody has used the database since, and what it is now no program
        // of any release would open.
        if let Some(newest) = folder.list().pop()
            && (newest.from_step + 1..newest.to_step).contains(&self.from_step)
        {
            return Ok(newest.path);
        }
        folder.write(db, self.from_step, to_step).await
    }
}

async fn require_backup(db: &Database, now: Millis) -> Result<(), String> {
    let last_at = db.last_backup_at().await.map_err(|error| error_message("The backups could not be read", &error))?;
    if last_at.is_some_and(|at| is_recent(at, now)) {
        return Ok(());
    }
    Err("The schema of the database has to be changed, and there is no backup of the last 24 hours: make one with the version that \
         you come from (guildhall backup create) or with the tools of the database, and then run guildhall migrate --without-backup."
        .to_owned())
}

/// A backup of the future tells that a clock has jumped, and not how old it is.
fn is_recent(at: Millis, now: Millis) -> bool {
    (now.minus_ms(BACKUP_AGE_MAX_MS)..=now).contains(&at)
}

/// One sentence: which version the database needs, or how to go back.
fn newer_message(config: &Config, found_step: i64) -> String {
    let known_step = STEPS.last().map_or(0, |step| step.version);
    let snapshots = SnapshotFolder::of(config).list();
    let writer = snapshots.iter().rev().find(|snapshot| snapshot.to_step == found_step).map(|snapshot| snapshot.program.clone());
    let (writer, needed) = match writer {
        Some(version) => (format!("Guildhall {version}"), format!("version {version} or a newer one")),
        None => ("a newer Guildhall".to_owned(), "the newer version".to_owned()),
    };
    let way_back = if target(&snapshots, found_step, known_step).is_some() {
        "put the copy from before the upgrade in its place by guildhall migrate --rollback, which takes back what was written since"
    } else {
        "restore a backup from before the upgrade"
    };
    format!(
        "The database was written by {writer} (its schema is at step {found_step}), and this is Guildhall {PROGRAM_VERSION}, which knows \
         the schema up to step {known_step}: install {needed} again, or {way_back}."
    )
}

/// The newest copy of an older schema than the database has, of those that this program can open.
fn target(snapshots: &[Snapshot], current_step: i64, known_step: i64) -> Option<&Snapshot> {
    snapshots.iter().rev().find(|snapshot| snapshot.from_step <= known_step).filter(|snapshot| snapshot.from_step < current_step)
}

/// The file of an embedded database.
fn database_file(config: &Config) -> Option<PathBuf> {
    match DatabaseUrl::parse(&config.database_url()) {
        Ok(DatabaseUrl::SqliteFile(path)) => std::path::absolute(&path).ok(),
        _ => None,
    }
}

/// Makes the names of a folder's files outlast a power cut.
async fn flush_folder(folder: &Path) -> std::io::Result<()> {
    tokio::fs::File::open(folder).await?.sync_all().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_counts_for_24_hours_and_not_before_it_was_made() {
        let now = Millis(1_796_000_000_000);
        for (age_ms, expected) in [(0, true), (BACKUP_AGE_MAX_MS, true), (BACKUP_AGE_MAX_MS + 1, false), (-1, false)] {
            assert_eq!(is_recent(now.minus_ms(age_ms), now), expected, "{age_ms} ms");
        }
    }
}
