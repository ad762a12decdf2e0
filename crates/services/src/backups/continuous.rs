//! Continuous backups: which targets they are made to, and how far they are.

use guildhall_model::Result;
use guildhall_model::changes::ContinuousState;
use guildhall_model::id::BackupTargetId;
use guildhall_storage::backup_targets;

use crate::backups::Backups;
use crate::boxed;

impl Backups<'_> {
    /// Makes continuous backups to the targets that want them, and to no others.
    #[boxed]
    pub async fn follow_continuous(&self) -> Result<()> {
        if !self.continuous_backup.is_supported() {
            return Ok(());
        }
        let grant = self.access.system("which targets there are belongs to the server");
        let targets = backup_targets::list(self.access.read(&grant), grant.server()).await?;
        self.continuous_backup.follow(targets.into_iter().filter(|target| target.is_continuous).collect());
        Ok(())
    }

    /// How far the continuous backups of this process are; none to targets that are not continuous.
    pub fn continuous_states(&self) -> Vec<(BackupTargetId, ContinuousState)> {
        self.continuous_backup.states()
    }
}
