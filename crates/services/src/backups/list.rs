//! What a target holds.

use guildhall_model::backup::StoredBackup;
use guildhall_model::id::BackupTargetId;
use guildhall_model::{Actor, Permission, Result};

use crate::backups::Backups;
use crate::boxed;

impl Backups<'_> {
    /// The backups in the repository of a target, newest first.
    #[boxed]
    pub async fn backups_of_target(&self, actor: &Actor, id: BackupTargetId) -> Result<Vec<StoredBackup>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentDatabase)?;
        let target = self.existing_target(&grant, id).await?;
        self.backup_store.list(&target).await
    }
}
