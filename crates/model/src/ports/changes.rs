//! Continuous backups: what is committed is copied elsewhere within seconds.

use std::path::Path;

use async_trait::async_trait;

use crate::Result;
use crate::changes::{ChangePosition, ChangesAfter, ContinuousState, ContinuousTarget};
use crate::id::BackupTargetId;

/// A log of what an embedded database commits. Commits neither wait for who reads it nor fail with it: a log that cannot go on ends,
/// and the next one begins with a gap. The calls block.
pub trait ChangeCapture: Send + Sync {
    /// Begins a log, if there is none. What is committed from now on is in it.
    fn start(&self) -> Result<()>;

    /// Ends the log, and removes it.
    fn stop(&self);

    /// The end of the log; `None` if there is none.
    fn end(&self) -> Option<ChangePosition>;

    /// The commits after a position: around `bytes_max` of them, or one.
    fn read(&self, after: ChangePosition, bytes_max: u64) -> Result<ChangesAfter>;

    fn database_bytes(&self) -> Result<u64>;

    /// Copies the database as it was at the returned position to a file that is not there yet.
    fn copy(&self, path: &Path) -> Result<ChangePosition>;

    /// Nobody needs what is before.
    fn release(&self, before: ChangePosition);

    /// What the log occupies, in relation to what it may.
    fn percent_full(&self) -> u64;
}

/// Copies a database to targets while it changes.
#[async_trait]
pub trait ContinuousBackup: Send + Sync {
    /// Whether there is a log of the changes of this kind of database.
    fn is_supported(&self) -> bool;

    /// From now on copies to these targets, and to no others.
    fn follow(&self, targets: Vec<ContinuousTarget>);

    /// How far each is.
    fn states(&self) -> Vec<(BackupTargetId, ContinuousState)>;

    /// Copies what is left, for some seconds at most, and ends.
    async fn finish(&self);
}
