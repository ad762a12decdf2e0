//! Repositories of backups.

use std::sync::Arc;

use async_trait::async_trait;

use super::BlobKey;
use crate::backup::{ArchivedBackup, BackupControl, BackupDescription, BackupTarget, CheckDepth, DrillReport, DumpPart, StoredBackup};
use crate::{Millis, Result};

/// Makes backups in restic's format, and reads them.
#[async_trait]
pub trait BackupStore: Send + Sync {
    /// Whether an address can be one of a repository; the error says what is wrong with it.
    fn check_location(&self, location: &str) -> Result<()>;

    /// Opens the repository, or creates it where there is none yet.
    async fn connect(&self, target: &BackupTarget) -> Result<()>;

    /// Begins a backup to the target, after the command that the configuration names for this. What is added to it is on the local
    /// disk, not yet in a repository, and gone when it is dropped.
    async fn draft(&self, target: &BackupTarget) -> Result<Box<dyn BackupDraft>>;

    /// Newest first.
    async fn list(&self, target: &BackupTarget) -> Result<Vec<StoredBackup>>;

    /// Reads the repository; the error says what is damaged.
    async fn check(&self, target: &BackupTarget, depth: CheckDepth, control: &Arc<BackupControl>) -> Result<()>;

    /// Removes what the target's retention does not keep; how many backups that were.
    async fn forget(&self, target: &BackupTarget, now: Millis, control: &Arc<BackupControl>) -> Result<usize>;
}

/// Proves that a backup can be restored.
#[async_trait]
pub trait BackupDrill: Send + Sync {
    /// Restores a backup beside this server, compares it with what was backed up, serves it once, and removes it. Where there is
    /// not enough room for all files of messages, only some of them are restored. `with_continuous`: then the same with the target's
    /// continuous backup, which must be there.
    async fn drill(
        &self,
        target: &BackupTarget,
        snapshot: &str,
        with_continuous: bool,
        control: &Arc<BackupControl>,
    ) -> Result<DrillReport>;
}

/// A backup that is being made.
#[async_trait]
pub trait BackupDraft: Send {
    /// Adds a piece of the copy of the database, in their order.
    async fn add(&mut self, part: DumpPart) -> Result<()>;

    /// Writes the copy, the blobs that its rows refer to, in any order, and the files of the data folder that belong to a backup.
    async fn archive(
        self: Box<Self>,
        target: &BackupTarget,
        description: BackupDescription,
        blobs: Vec<BlobKey>,
        control: &Arc<BackupControl>,
    ) -> Result<ArchivedBackup>;
}
