//! Restoring from a continuous backup: the database as it was seconds before the end, the other files from the newest backup.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_backup::{ContinuousSource, RestoredFiles, RestoredPages};
use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;
use guildhall_model::ports::BlobKey;
use guildhall_storage::{Database, DatabaseUrl, OpenOptions, Server, diagnosis, dump};

use super::destination::Destination;
use super::{Source, blocking, files};
use crate::database_move::Copy;
use crate::wiring::error_message;

/// A moment that a continuous backup leads to.
pub struct Continuous {
    pub pages: Arc<ContinuousSource>,
    /// The newest backup of before, which has the other files. There may be none yet.
    pub backup: Option<Source>,
    pub format_time: fn(Millis) -> String,
}

/// What was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContinuousReport {
    pub pages: RestoredPages,
    pub files: RestoredFiles,
    /// Files of messages that are newer than the backup.
    pub missing_files: u64,
    /// Whether the backups of the restored server are paused.
    pub is_paused: bool,
    pub duration: Duration,
}

impl Continuous {
    /// Builds and checks the database first, so that the destination stays as it is if something is damaged.
    pub async fn restore(&self, destination: &Destination, control: &Arc<BackupControl>) -> Result<ContinuousReport, String> {
        let start = Instant::now();
        let id = format!("continuous-{}", self.pages.reached_at().0);
        destination.check(&id).await?;
        let unwritable = |error: std::io::Error| format!("{} could not be written: {error}.", destination.data().display());
        let folder = tempfile::Builder::new().prefix("restoring-").tempdir_in(destination.data()).map_err(unwritable)?;
        let file = folder.path().join("guildhall.db");
        let (source, path, control, format_time) = (Arc::clone(&self.pages), file.clone(), Arc::clone(control), self.format_time);
        let pages = blocking(move || source.restore(&path, &control, &format_time)).await?;
        let (blobs, is_paused) = check_database(&file, destination, pages.reached_at).await?;
        destination.begin(&id).await?;
        let mut files = match &self.backup {
            Some(backup) => files::restore(backup, destination, u64::MAX).await?,
            None => RestoredFiles::default(),
        };
        let missing_files = self.restore_newer(blobs, &destination.data().join("files"), &mut files).await?;
        if !destination.take_file(&file)? {
            load(&file, destination).await?;
        }
        destination.place_database()?;
        destination.finish()?;
        Ok(ContinuousReport { pages, files, missing_files, is_paused, duration: start.elapsed() })
    }

    /// Restores the files that the backup does not have; how many are missing.
    async fn restore_newer(&self, keys: Vec<BlobKey>, folder: &Path, files: &mut RestoredFiles) -> Result<u64, String> {
        let (source, folder) = (Arc::clone(&self.pages), folder.to_owned());
        let work = move || {
            let (mut restored, mut missing) = (RestoredFiles::default(), 0);
            for key in keys {
                let path = folder.join(key.path());
                if path.exists() {
                    continue;
                }
                match source.restore_file(key, &path, &BackupControl::default())? {
                    Some(bytes) => {
                        restored.files += 1;
                        restored.bytes += bytes;
                    }
                    None => missing += 1,
                }
            }
            Ok((restored, missing))
        };
        let (restored, missing) = blocking(work).await?;
        files.files += restored.files;
        files.bytes += restored.bytes;
        Ok(missing)
    }
}

/// Reads the whole database, and pauses its backups, if they are to be; the files of messages that it refers to, and whether they are.
async fn check_database(file: &Path, destination: &Destination, reached_at: Millis) -> Result<(Vec<BlobKey>, bool), String> {
    let failed = |error: guildhall_model::Error| error_message("The restored database could not be read", &error);
    let db = open(file).await?;
    let check = async {
        let lines = diagnosis::integrity(&db, db.grant(Server)).await.map_err(failed)?;
        if lines != ["ok"] {
            let first = lines.first().map_or("", String::as_str);
            return Err(format!(
                "The continuous backup leads to a database that is not whole ({first}). Restore an earlier moment, with --at, or a backup, with --snapshot."
            ));
        }
        let mut snapshot = dump::snapshot(&db, db.grant(Server)).await.map_err(failed)?;
        let keys = snapshot.blob_keys().await.map_err(failed)?;
        snapshot.close().await;
        let is_paused = destination.pause_backups(&db, reached_at).await?;
        db.empty_log().await.map_err(failed)?;
        let mut keys: Vec<BlobKey> = keys.iter().filter_map(|key| key.parse().ok()).collect();
        keys.sort_unstable();
        keys.dedup();
        Ok((keys, is_paused))
    };
    let outcome = check.await;
    db.close().await;
    outcome
}

/// Copies the rows into a database of another kind.
async fn load(file: &Path, destination: &Destination) -> Result<(), String> {
    let from = open(file).await?;
    let copy = async {
        let copy = Copy::begin(&from, destination.open_database().await?).await?;
        copy.verify().await?;
        copy.finish().await
    };
    let outcome = copy.await;
    from.close().await;
    outcome
}

async fn open(file: &Path) -> Result<Database, String> {
    let options = OpenOptions { readers: 1, ..OpenOptions::default() };
    let opened = Database::open(&DatabaseUrl::SqliteFile(file.to_owned()), options).await;
    opened.map_err(|error| error_message("The restored database could not be opened", &error))
}
