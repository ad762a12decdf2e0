//! Changing what a role allows.

use std::collections::BTreeSet;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::RoleId;
use guildhall_model::role::{Role, SYSTEM_ADMIN};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::roles;

use crate::audits::Trace;
use crate::boxed;
use crate::roles::Roles;

impl Roles<'_> {
    /// Gives the role exactly these permissions. Nobody gives what they do not hold, and the administrators keep all.
    #[boxed]
    pub async fn patch_role(&self, actor: &Actor, id: RoleId, permissions: &[String]) -> Result<Role> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementPermissions)?;
        let named = permissions.iter().map(|name| Permission::from_name(name));
        let permissions: BTreeSet<_> = named.collect::<Option<_>>().ok_or_else(|| context::INVALID_PARAM.with("name", "permissions"))?;
        let mut role = roles::get(self.access.read(&grant), id).await?.ok_or(codes::ROLE_NOT_FOUND)?;
        let lifts = permissions.difference(&role.permissions).any(|new| !self.access.has_system_permission(actor, *new));
        if role.name == SYSTEM_ADMIN || lifts {
            return Err(codes::ROLE_FIXED.into());
        }
        role.permissions = permissions;
        role.update_at = self.later_than(role.update_at);
        let mut write = self.access.write(&grant);
        write.push(roles::update(grant.write_server(), &role));
        write.push(self.audits().audited(Trace::of(actor), "patch_role", &format!("role={}", role.name)));
        write.commit(Event::RoleUpdated(role.clone())).await?;
        Ok(role)
    }
}
