//! Changing the permissions of a role.

use std::collections::BTreeSet;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::RoleId;
use guildhall_model::role::{Role, SYSTEM_ADMIN};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::roles;

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::roles::Roles;

impl Roles<'_> {
    /// Replaces the permissions of the role. An actor cannot add permissions that it does not have itself, and
    /// `system_admin` cannot be changed.
    #[boxed]
    pub async fn patch_role(&self, actor: &Actor, id: RoleId, permissions: &[String]) -> Result<Role> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementPermissions)?;
        let parsed = permissions.iter().map(|name| Permission::from_name(name));
        let permissions: BTreeSet<_> = parsed.collect::<Option<_>>().ok_or_else(|| context::INVALID_PARAM.with("name", "permissions"))?;
        retry_on_conflict(|| self.write_permissions(actor, &grant, id, permissions.clone())).await
    }

    async fn write_permissions(
        &self,
        actor: &Actor,
        grant: &Writing<SystemGrant>,
        id: RoleId,
        permissions: BTreeSet<Permission>,
    ) -> Result<Role> {
        let before = roles::get(self.access.read(grant), id).await?.ok_or(codes::ROLE_NOT_FOUND)?;
        let escalates = permissions.difference(&before.permissions).any(|added| !self.access.has_system_permission(actor, *added));
        if before.name == SYSTEM_ADMIN || escalates {
            return Err(codes::ROLE_FIXED.into());
        }
        let role = Role { permissions, update_at: self.now_after(before.update_at), ..before.clone() };
        let ended = self.sessions().end_token_rights(grant, &role).await?;
        let mut write = self.access.write(grant, "roles.patch");
        write.push(roles::update(grant.write_server(), &role, before.update_at));
        let names = |set: &BTreeSet<Permission>, other: &BTreeSet<Permission>| {
            set.difference(other).map(|permission| permission.name()).collect::<Vec<_>>().join(",")
        };
        write.detail("role", &role.name);
        write.detail("added", names(&role.permissions, &before.permissions));
        write.detail("removed", names(&before.permissions, &role.permissions));
        write.extend(ended.statements);
        let mut events = vec![Event::RoleUpdated(role.clone())];
        events.extend(ended.events);
        write.commit(events).await?;
        Ok(role)
    }
}
