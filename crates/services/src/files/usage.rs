//! Lists of who stores how much, for administrators.

use guildhall_model::usage::{NamedUsage, Scope};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::usage;

use crate::boxed;
use crate::files::Files;

impl Files<'_> {
    /// People, channels or teams, those that store most first.
    #[boxed]
    pub async fn largest_holders(&self, actor: &Actor, scope: Scope, limit: i64, offset: i64) -> Result<Vec<NamedUsage>> {
        let grant = self.access.system_permission_to_read(actor, Permission::ManageSystem)?;
        usage::largest(self.access.read(&grant), grant.server(), scope, limit, offset).await
    }
}
