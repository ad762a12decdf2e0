//! Reading roles: clients use their permissions to decide which actions they show.

use guildhall_model::channel::bounded;
use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{RoleId, SchemeId};
use guildhall_model::role::{CHANNEL_ADMIN, Role};
use guildhall_model::scheme::{self, CHANNEL_ROLES};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{roles, schemes};

use crate::boxed;
use crate::roles::Roles;

/// Most role names in one request.
pub const ROLE_NAMES_MAX: usize = 100;

impl Roles<'_> {
    /// Those of moderated channels are left out.
    #[boxed]
    pub async fn all_roles(&self, actor: &Actor) -> Result<Vec<Role>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementPermissions)?;
        let db = self.access.read(&grant);
        let derived = schemes::derived_ids(db).await?;
        let mut all = roles::all(db).await?;
        all.retain(|role| scheme::of_role(&role.name).is_none_or(|(scheme, _)| !derived.contains(&scheme)));
        self.bound(all).await
    }

    #[boxed]
    pub async fn role(&self, actor: &Actor, id: RoleId) -> Result<Role> {
        let grant = self.access.own_account(actor);
        let found = roles::get(self.access.read(&grant), id).await?.ok_or(codes::ROLE_NOT_FOUND)?;
        self.bound(vec![found]).await?.pop().ok_or_else(|| codes::ROLE_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn role_by_name(&self, actor: &Actor, name: &str) -> Result<Role> {
        let grant = self.access.own_account(actor);
        let found = roles::by_name(self.access.read(&grant), name).await?.ok_or(codes::ROLE_NOT_FOUND_BY_NAME)?;
        self.bound(vec![found]).await?.pop().ok_or_else(|| codes::ROLE_NOT_FOUND_BY_NAME.into())
    }

    /// The roles of these names, each once, in the order of the request; unknown names are skipped.
    #[boxed]
    pub async fn roles_by_names(&self, actor: &Actor, names: &[String]) -> Result<Vec<Role>> {
        if names.len() > ROLE_NAMES_MAX {
            return Err(context::INVALID_PARAM.with("name", "rolenames"));
        }
        let grant = self.access.own_account(actor);
        let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let mut found = roles::by_names(self.access.read(&grant), &names).await?;
        found.sort_by_key(|role| names.iter().position(|name| *name == role.name));
        self.bound(found).await
    }

    /// The roles of channels' schemes with what they allow within the roles above them.
    pub(super) async fn bound(&self, mut found: Vec<Role>) -> Result<Vec<Role>> {
        let of_channel =
            |role: &Role| scheme::of_role(&role.name).filter(|(_, built_in)| CHANNEL_ROLES.contains(built_in)).map(|(id, _)| id);
        let ids: Vec<SchemeId> = found.iter().filter_map(of_channel).collect();
        if ids.is_empty() {
            return Ok(found);
        }
        let grant = self.access.system("the roles that bound those of a channel's scheme");
        // Those of teams' schemes are not among them.
        let above = schemes::above(self.access.read(&grant), grant.server(), &ids).await?;
        let table = self.access.roles();
        for role in &mut found {
            let Some((id, built_in)) = scheme::of_role(&role.name) else { continue };
            let Some((_, team)) = above.iter().find(|(scheme, _)| *scheme == id) else { continue };
            let above = table.permissions(&scheme::role_name(*team, built_in));
            role.permissions = if built_in == CHANNEL_ADMIN { above } else { bounded(&role.permissions, &above) };
        }
        Ok(found)
    }
}
