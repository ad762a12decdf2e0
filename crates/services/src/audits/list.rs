//! Reading the audit trail.

use guildhall_model::audit::Audit;
use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::audits;

use crate::audits::Audits;
use crate::boxed;

impl Audits<'_> {
    #[boxed]
    pub async fn audits(&self, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<Audit>> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadAudits)?;
        audits::list(self.access.read(&grant), grant.server(), limit, offset).await
    }

    #[boxed]
    pub async fn user_audits(&self, actor: &Actor, user: UserId, limit: i64, offset: i64) -> Result<Vec<Audit>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        audits::of_user(self.access.read(&grant), grant.id(), limit, offset).await
    }
}
