//! Acknowledging an alert: somebody has looked into it. What the same subject does later is a new one.

use guildhall_model::codes::security_alerts as codes;
use guildhall_model::id::SecurityAlertId;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::security_alerts;

use crate::boxed;
use crate::security_alerts::SecurityAlerts;

impl SecurityAlerts<'_> {
    /// Changes nothing where somebody was faster.
    #[boxed]
    pub async fn acknowledge_alert(&self, actor: &Actor, id: SecurityAlertId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let alert = security_alerts::get(self.access.read(&grant), grant.server(), id).await?.ok_or(codes::NOT_FOUND)?;
        if !alert.acknowledged_at.is_zero() {
            return Ok(());
        }
        let by = actor.has_account().then_some(actor.user_id);
        let mut write = self.access.write(&grant, "security_alerts.acknowledge");
        write.push(security_alerts::acknowledge(grant.write_server(), id, by, self.clock.now()));
        write.detail("alert_id", id);
        write.detail("rule", &alert.rule);
        write.commit(Events::none("clients ask for alerts")).await
    }
}
