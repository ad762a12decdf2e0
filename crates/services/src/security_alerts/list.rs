//! The alerts for administrators, and how many are open.

use guildhall_model::id::SecurityAlertId;
use guildhall_model::security_alert::SecurityAlert;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::security_alerts;

use crate::access::SystemGrant;
use crate::boxed;
use crate::security_alerts::SecurityAlerts;

impl SecurityAlerts<'_> {
    /// The latest first.
    #[boxed]
    pub async fn alerts(&self, actor: &Actor, only_open: bool, limit: i64, offset: i64) -> Result<Vec<SecurityAlert>> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadAudits)?;
        security_alerts::list(self.access.read(&grant), grant.server(), only_open, limit, offset).await
    }

    /// How many nobody has acknowledged.
    pub(crate) async fn open_alerts(&self, grant: &SystemGrant) -> Result<i64> {
        security_alerts::count_open(self.access.read(grant), grant.server()).await
    }

    /// What a mail says.
    pub(crate) async fn alert_for_mail(&self, grant: &SystemGrant, id: SecurityAlertId) -> Result<Option<SecurityAlert>> {
        security_alerts::get(self.access.read(grant), grant.server(), id).await
    }
}
