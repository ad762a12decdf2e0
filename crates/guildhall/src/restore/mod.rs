//! Restoring a backup into an empty data folder and an empty database, of whatever kind.

pub mod continuous;
pub mod database;
mod destination;
mod drill;
mod drill_continuous;
mod files;

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_backup::store::{Manifest, layout};
use guildhall_backup::{BackupError, Repository};
use guildhall_model::backup::{BackupControl, StoredBackup};

pub use destination::{Destination, check_complete, database_digest};
pub use drill::{LocalDrill, drill};
pub use drill_continuous::drill_continuous;

/// A backup that is about to be restored.
pub struct Source {
    pub repository: Arc<Repository>,
    pub backup: StoredBackup,
    pub manifest: Manifest,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub rows: u64,
    pub tables: usize,
    pub files: u64,
    pub bytes: u64,
    /// Whether the backups of the restored server are paused.
    pub is_paused: bool,
    pub duration: Duration,
}

impl Source {
    /// Chooses the backup, and reads what it says about itself.
    pub async fn open(repository: Arc<Repository>, backup: StoredBackup) -> Result<Self, String> {
        let (reader, snapshot) = (Arc::clone(&repository), backup.snapshot.clone());
        let manifest = blocking(move || Manifest::from_json(&reader.read_file(&snapshot, layout::MANIFEST)?)).await?;
        Ok(Self { repository, backup, manifest })
    }

    /// Writes everything, and compares it with what the backup says. It is complete when it returns; a restore that was
    /// interrupted goes on when it is started again.
    pub async fn restore(&self, destination: &Destination) -> Result<Report, String> {
        self.restore_part(destination, u64::MAX).await
    }

    /// The same with so many bytes of files of messages at most.
    async fn restore_part(&self, destination: &Destination, bytes_max: u64) -> Result<Report, String> {
        let start = Instant::now();
        destination.begin(&self.backup.snapshot).await?;
        let files = files::restore(self, destination, bytes_max).await?;
        let (rows, is_paused) = database::restore(self, destination).await?;
        destination.finish()?;
        let Manifest { tables, .. } = &self.manifest;
        Ok(Report { rows, tables: tables.len(), files: files.files, bytes: files.bytes, is_paused, duration: start.elapsed() })
    }
}

/// The backup with this id or the beginning of it, or the newest that is not younger than a time in milliseconds, or the newest.
pub fn choose(backups: Vec<StoredBackup>, snapshot: Option<&str>, at_ms: Option<i64>) -> Result<StoredBackup, String> {
    let fits = |backup: &StoredBackup| {
        snapshot.is_none_or(|id| backup.snapshot.starts_with(id)) && at_ms.is_none_or(|at_ms| backup.create_at.0 <= at_ms)
    };
    let mut found = backups.into_iter().filter(fits);
    let newest = found.next().ok_or_else(|| "There is no such backup in this repository.".to_owned())?;
    match (snapshot, found.next()) {
        (Some(id), Some(_)) => Err(format!("Several backups begin with {id}: give more of its letters.")),
        _ => Ok(newest),
    }
}

/// Prints on a terminal how far an operation is, once a second, until it ends.
pub async fn with_progress<T>(control: &BackupControl, operation: impl Future<Output = T>) -> T {
    if !std::io::stderr().is_terminal() {
        return operation.await;
    }
    tokio::pin!(operation);
    loop {
        match tokio::time::timeout(Duration::from_secs(1), &mut operation).await {
            Ok(outcome) => {
                eprint!("\r\x1b[K");
                return outcome;
            }
            Err(_) => eprint!("\r\x1b[K{} %, {} MB", control.percent(), control.bytes_done() / 1_000_000),
        }
    }
}

/// Runs work on repositories and files on a thread for it.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, BackupError> + Send + 'static) -> Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(error) => Err(format!("The work has ended early: {error}.")),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;

    fn backup(snapshot: &str, at: i64) -> StoredBackup {
        StoredBackup { snapshot: snapshot.to_owned(), create_at: Millis(at), host: String::new(), files: 0, bytes: 0, bytes_added: 0 }
    }

    #[test]
    fn a_backup_is_chosen_by_id_by_time_or_as_the_newest() {
        let backups = || vec![backup("ab12", 30), backup("cd34", 20), backup("ab56", 10)];
        let chosen = |snapshot, at_ms| choose(backups(), snapshot, at_ms).map(|backup| backup.create_at.0);
        assert_eq!(chosen(None, None), Ok(30));
        assert_eq!(chosen(Some("cd"), None), Ok(20));
        assert_eq!(chosen(None, Some(29)), Ok(20));
        assert_eq!(chosen(None, Some(10)), Ok(10));
        assert!(chosen(Some("ab"), None).unwrap_err().contains("Several"));
        assert_eq!(chosen(Some("ab"), Some(15)), Ok(10));
        for (snapshot, at_ms) in [(Some("ef"), None), (None, Some(9))] {
            assert!(chosen(snapshot, at_ms).unwrap_err().contains("no such backup"));
        }
    }
}
