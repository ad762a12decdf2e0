//! Restoring from a continuous backup: the database as it was seconds before the end, the other files from the newest backup.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_backup::{ContinuousSource, RestoredFiles, RestoredPages};
use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;
use guildhall_model::ports::BlobKey;
use guildhall_storage::{Database, DatabaseUrl, OpenOptions, Server, diagnosis, dump};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::destination::Destination;
use super::files::RestoredPart;
use super::{Source, blocking, files};
use crate::database_move::Copy;
use crate::wiring::error_message;

/// A moment that a continuous backup leads to.
pub struct Continuous {
    pub pages: Arc<ContinuousSource>,
    /// The newest backup of before, which has the other files. There may be none yet.
    pub backup: Option<Source>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContinuousReport {
    pub pages: RestoredPages,
    pub files: RestoredFiles,
    /// Files of messages that the database refers to and that are neither in the backup nor in the continuous one.
    pub missing: Vec<BlobKey>,
    /// Whether the backups of the restored server are paused.
    pub is_paused: bool,
    pub duration: Duration,
}

/// How many bytes of files of messages are restored at most; what would pass that is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileLimits {
    pub backup_bytes_max: u64,
    /// Of those that are newer than the backup.
    pub newer_bytes_max: u64,
}

impl Continuous {
    /// Builds and checks the database first, so that the destination stays as it is if something is damaged.
    pub async fn restore(&self, destination: &Destination, control: &Arc<BackupControl>) -> Result<ContinuousReport, String> {
        self.restore_part(destination, control, FileLimits { backup_bytes_max: u64::MAX, newer_bytes_max: u64::MAX }).await
    }

    pub(super) async fn restore_part(
        &self,
        destination: &Destination,
        control: &Arc<BackupControl>,
        limits: FileLimits,
    ) -> Result<ContinuousReport, String> {
        let start = Instant::now();
        let id = format!("continuous-{}", self.pages.reached_at().0);
        destination.check(&id).await?;
        let unwritable = |error: std::io::Error| format!("{} could not be written: {error}.", destination.data().display());
        let folder = tempfile::Builder::new().prefix("restoring-").tempdir_in(destination.data()).map_err(unwritable)?;
        let file = folder.path().join("guildhall.db");
        let (source, path, control) = (Arc::clone(&self.pages), file.clone(), Arc::clone(control));
        let pages = blocking(move || source.restore(&path, &control, &format_moment)).await?;
        let (blobs, is_paused) = check_database(&file, destination, pages.reached_at).await?;
        destination.begin(&id).await?;
        let mut files = match &self.backup {
            Some(backup) => files::restore(backup, destination, limits.backup_bytes_max).await?,
            None => RestoredPart::default(),
        };
        let missing = self.restore_newer(blobs, &destination.data().join("files"), &mut files, limits.newer_bytes_max).await?;
        if !destination.take_file(&file)? {
            load(&file, destination).await?;
        }
        destination.place_database()?;
        destination.finish()?;
        let files = RestoredFiles { files: files.files, bytes: files.bytes };
        Ok(ContinuousReport { pages, files, missing, is_paused, duration: start.elapsed() })
    }

    /// Restores the files that the backup does not have; which are missing.
    async fn restore_newer(
        &self,
        keys: Vec<BlobKey>,
        folder: &Path,
        files: &mut RestoredPart,
        bytes_max: u64,
    ) -> Result<Vec<BlobKey>, String> {
        let (source, folder, left_out) = (Arc::clone(&self.pages), folder.to_owned(), std::mem::take(&mut files.left_out));
        let work = move || {
            let (mut restored, mut missing) = (RestoredFiles::default(), Vec::new());
            for key in keys {
                let path = folder.join(key.path());
                if path.exists() || left_out.contains(Path::new(&key.path())) {
                    continue;
                }
                match source.file_bytes_max(&key) {
                    None => missing.push(key),
                    Some(bytes) if bytes > bytes_max.saturating_sub(restored.bytes) => {}
                    Some(_) => {
                        restored.bytes += source.restore_file(key, &path, &BackupControl::default())?.unwrap_or_default();
                        restored.files += 1;
                    }
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

pub(super) async fn open(file: &Path) -> Result<Database, String> {
    let options = OpenOptions { readers: 1, ..OpenOptions::default() };
    let opened = Database::open(&DatabaseUrl::SqliteFile(file.to_owned()), options).await;
    opened.map_err(|error| error_message("The restored database could not be opened", &error))
}

/// A time for people, in UTC, with milliseconds: another moment may be another state.
pub fn format_moment(at: Millis) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000_000).ok();
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}
