//! Reading roles: clients use their permissions to decide which actions they show.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::RoleId;
use guildhall_model::role::Role;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::roles;

use crate::boxed;
use crate::roles::Roles;

/// Most role names in one request.
pub const ROLE_NAMES_MAX: usize = 100;

impl Roles<'_> {
    #[boxed]
    pub async fn all_roles(&self, actor: &Actor) -> Result<Vec<Role>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementPermissions)?;
        roles::all(self.access.read(&grant)).await
    }

    #[boxed]
    pub async fn role(&self, actor: &Actor, id: RoleId) -> Result<Role> {
        let grant = self.access.own_account(actor);
        roles::get(self.access.read(&grant), id).await?.ok_or_else(|| codes::ROLE_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn role_by_name(&self, actor: &Actor, name: &str) -> Result<Role> {
        let grant = self.access.own_account(actor);
        roles::by_name(self.access.read(&grant), name).await?.ok_or_else(|| codes::ROLE_NOT_FOUND_BY_NAME.into())
    }

    /// The roles of these names, each once, in the order of the request; unknown names are skipped.
    #[boxed]
    pub async fn roles_by_names(&self, actor: &Actor, names: &[String]) -> Result<Vec<Role>> {
        if names.len() > ROLE_NAMES_MAX {
            return Err(context::INVALID_PARAM.with("name", "rolenames"));
        }
        let grant = self.access.own_account(actor);
        let mut selected = Vec::new();
        let all_roles = roles::all(self.access.read(&grant)).await?;
        for name in names {
            let is_new = |role: &&Role| role.name == name.trim() && !selected.contains(*role);
            selected.extend(all_roles.iter().find(is_new).cloned());
        }
        Ok(selected)
    }
}
