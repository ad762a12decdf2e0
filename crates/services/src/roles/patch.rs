//! Changing what a role allows, and giving it back its defaults.

use std::collections::BTreeSet;

use guildhall_model::channel::bounded;
use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::RoleId;
use guildhall_model::role::{self, CHANNEL_ADMIN, Role, SYSTEM_ADMIN};
use guildhall_model::scheme::{self, CHANNEL_ROLES};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{roles, schemes};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::roles::Roles;

impl Roles<'_> {
    /// Replaces the permissions of the role. Nobody gives more than they have, except what the role allows by default;
    /// `system_admin` cannot be changed.
    #[boxed]
    pub async fn patch_role(&self, actor: &Actor, id: RoleId, permissions: &[String]) -> Result<Role> {
        let grant = self.grant_for_change(actor)?;
        let parsed = permissions.iter().map(|name| Permission::from_name(name));
        let permissions: BTreeSet<_> = parsed.collect::<Option<_>>().ok_or_else(|| context::INVALID_PARAM.with("name", "permissions"))?;
        retry_on_conflict(|| async {
            let before = self.role_to_change(actor, &grant, id).await?;
            let defaults = role::defaults(&before.name);
            let is_default = |permission: &Permission| defaults.as_ref().is_some_and(|defaults| defaults.contains(permission));
            let is_given = |permission: &Permission| !before.permissions.contains(permission) && !is_default(permission);
            if permissions.iter().any(|permission| is_given(permission) && !self.access.has_system_permission(actor, *permission)) {
                return Err(codes::ROLE_FIXED.into());
            }
            let is_changed = defaults.as_ref() != Some(&permissions);
            let after = Role { permissions: permissions.clone(), is_changed, ..before.clone() };
            self.write_permissions((&grant, "roles.patch"), &before, after).await
        })
        .await
    }

    /// Gives a built-in role its default permissions back; from then on it follows the defaults of later versions.
    #[boxed]
    pub async fn reset_role(&self, actor: &Actor, id: RoleId) -> Result<Role> {
        let grant = self.grant_for_change(actor)?;
        retry_on_conflict(|| async {
            let before = self.role_to_change(actor, &grant, id).await?;
            let permissions = role::defaults(&before.name).ok_or(codes::ROLE_WITHOUT_DEFAULTS)?;
            let after = Role { permissions, is_changed: false, ..before.clone() };
            self.write_permissions((&grant, "roles.reset"), &before, after).await
        })
        .await
    }

    fn grant_for_change(&self, actor: &Actor) -> Result<Writing<SystemGrant>> {
        self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementPermissions)
    }

    /// The role, if the actor may change it: those of administrators also take the permission for them.
    async fn role_to_change(&self, actor: &Actor, grant: &SystemGrant, id: RoleId) -> Result<Role> {
        let role = roles::get(self.access.read(grant), id).await?.ok_or(codes::ROLE_NOT_FOUND)?;
        if role.name == SYSTEM_ADMIN {
            return Err(codes::ROLE_FIXED.into());
        }
        if role.is_of_administrators() {
            self.access.check_system_permission(actor, Permission::SysconsoleWriteUserManagementSystemRoles)?;
        }
        Ok(role)
    }

    /// A change of a role changes what those of channels' schemes below it allow.
    async fn event_of_bound_roles(&self, grant: &SystemGrant, changed: &Role) -> Result<Option<Event>> {
        let (team_scheme, built_in) = match scheme::of_role(&changed.name) {
            Some((scheme, built_in)) => (Some(scheme), built_in),
            None => (None, changed.name.as_str()),
        };
        if !CHANNEL_ROLES.contains(&built_in) {
            return Ok(None);
        }
        let db = self.access.read(grant);
        let below = schemes::below(db, grant.server(), team_scheme).await?;
        let names: Vec<String> = below.into_iter().map(|scheme| scheme::role_name(Some(scheme), built_in)).collect();
        let bound = |role: Role| {
            let own = if built_in == CHANNEL_ADMIN { &changed.permissions } else { &role.permissions };
            Role { permissions: bounded(own, &changed.permissions), ..role }
        };
        let roles: Vec<Role> = roles::by_names(db, &names).await?.into_iter().map(bound).collect();
        Ok((!roles.is_empty()).then_some(Event::BoundRolesUpdated { roles, channel_id: None }))
    }

    async fn write_permissions(&self, (grant, action): (&Writing<SystemGrant>, &'static str), before: &Role, role: Role) -> Result<Role> {
        if role == *before {
            return Ok(role);
        }
        let role = Role { update_at: self.now_after(before.update_at), ..role };
        let ended = self.sessions().end_token_rights(grant, &role).await?;
        let mut write = self.access.write(grant, action);
        write.push(roles::update(grant.write_server(), &role, before.update_at));
        let names = |set: &BTreeSet<Permission>, other: &BTreeSet<Permission>| {
            set.difference(other).map(|permission| permission.name()).collect::<Vec<_>>().join(",")
        };
        write.detail("role", &role.name);
        write.detail("added", names(&role.permissions, &before.permissions));
        write.detail("removed", names(&before.permissions, &role.permissions));
        write.extend(ended.statements);
        let mut events = vec![Event::RoleUpdated(role.clone())];
        events.extend(self.event_of_bound_roles(grant, &role).await?);
        events.extend(ended.events);
        write.commit(events).await?;
        Ok(role)
    }
}
