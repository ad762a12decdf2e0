//! Continuous backups: which targets they are made to, and how far they are.

use guildhall_model::Result;
use guildhall_model::changes::{ContinuousState, ContinuousTarget};
use guildhall_model::id::BackupTargetId;
use guildhall_storage::{backup_targets, blobs};

use crate::backups::Backups;
use crate::boxed;

/// Uploads take so long at most between the time of their row and its commit.
const MARGIN_MS: i64 = 10 * 60 * 1000;

impl Backups<'_> {
    /// Makes continuous backups to the targets that want them, and to no others; to none while backups are paused.
    #[boxed]
    pub async fn follow_continuous(&self) -> Result<()> {
        if !self.continuous_backup.is_supported() {
            return Ok(());
        }
        let grant = self.access.system("which targets there are belongs to the server");
        let targets = backup_targets::list(self.access.read(&grant), grant.server()).await?;
        let is_paused = self.stored_pause(&grant).await?.is_some();
        let mut continuous = Vec::new();
        for target in targets.into_iter().filter(|target| target.is_continuous && !is_paused) {
            // A backup holds what was committed before it began, and a file's time is a little older than its commit.
            let since = target.state.last_success_at.minus_ms(MARGIN_MS);
            let keys = blobs::since(self.access.read(&grant), grant.server(), since).await?;
            continuous.push(ContinuousTarget { target, files: keys.iter().filter_map(|key| key.parse().ok()).collect() });
        }
        self.continuous_backup.follow(continuous);
        Ok(())
    }

    /// How far the continuous backups of this process are; none to targets that are not continuous.
    pub fn continuous_states(&self) -> Vec<(BackupTargetId, ContinuousState)> {
        self.continuous_backup.states()
    }
}
