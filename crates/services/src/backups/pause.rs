//! The pause of a restored server: it makes no backups until an administrator says that it goes on in place of the old one.

use guildhall_model::backup::BackupPause;
use guildhall_model::codes::backups as codes;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{backup_pause, backup_targets};

use crate::access::{SystemGrant, Writing};
use crate::backups::Backups;
use crate::boxed;

impl Backups<'_> {
    /// Why no backups are made; `None` if they are, or if there are no targets.
    #[boxed]
    pub async fn pause(&self, actor: &Actor) -> Result<Option<BackupPause>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentDatabase)?;
        self.stored_pause(&grant).await
    }

    /// Makes backups again.
    #[boxed]
    pub async fn resume(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentDatabase)?;
        let pause = self.stored_pause(&grant).await?.ok_or(codes::NOT_PAUSED)?;
        let mut write = self.access.write(&grant, "backups.resume");
        write.push(backup_pause::end(grant.write_server()));
        write.detail("restored_from", &pause.restored_from);
        write.detail("restored_at", pause.at.0);
        write.commit(Events::none("administrators look at backups")).await?;
        self.follow_continuous().await
    }

    /// Says in the log of a server that starts that it makes no backups.
    #[boxed]
    pub async fn log_pause(&self) -> Result<()> {
        let grant = self.access.system("whether backups are made belongs to the server");
        if let Some(pause) = self.stored_pause(&grant).await? {
            tracing::warn!(
                restored_from = pause.restored_from,
                "backups are paused since this server was restored; if it goes on in place of the old server, run guildhall backup resume"
            );
        }
        Ok(())
    }

    pub(super) async fn check_not_paused(&self, grant: &Writing<SystemGrant>) -> Result<()> {
        match self.stored_pause(grant).await? {
            Some(_) => Err(codes::PAUSED.into()),
            None => Ok(()),
        }
    }

    pub(super) async fn stored_pause(&self, grant: &SystemGrant) -> Result<Option<BackupPause>> {
        backup_pause::get(self.access.read(grant), grant.server()).await
    }

    /// Whether there is one target at most.
    pub(super) async fn is_last_target(&self, grant: &Writing<SystemGrant>) -> Result<bool> {
        Ok(backup_targets::list(self.access.read(grant), grant.server()).await?.len() <= 1)
    }
}
