//! Roles.

use std::collections::BTreeMap;

use guildhall_model::{Permission, role};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub permissions: Vec<&'static str>,
    pub scheme_managed: bool,
    pub built_in: bool,
}

impl From<&role::Role> for Role {
    fn from(role: &role::Role) -> Self {
        Self {
            id: role.id.to_string(),
            name: role.name.clone(),
            display_name: role.display_name.clone(),
            description: role.description.clone(),
            create_at: role.create_at.0,
            update_at: role.update_at.0,
            delete_at: role.delete_at.0,
            permissions: role.permissions.iter().map(|permission| permission.name()).collect(),
            scheme_managed: role.scheme_managed,
            built_in: role.built_in,
        }
    }
}

/// `PUT /roles/{role_id}/patch`; missing fields are not changed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RolePatch {
    pub permissions: Option<Vec<String>>,
}

/// `GET /roles/defaults`, an operation of our own: every permission that is known, and what the built-in roles allow by default.
#[derive(Debug, Serialize)]
pub struct RoleDefaults {
    pub permissions: Vec<ScopedPermission>,
    pub roles: BTreeMap<&'static str, Vec<&'static str>>,
}

#[derive(Debug, Serialize)]
pub struct ScopedPermission {
    pub name: &'static str,
    /// `system`, `team`, `channel`, `group`, `playbook` or `run`.
    pub scope: &'static str,
}

impl RoleDefaults {
    pub fn new() -> Self {
        let scoped = |permission: &Permission| ScopedPermission { name: permission.name(), scope: permission.scope().name() };
        let names = |(name, permissions): (_, std::collections::BTreeSet<Permission>)| {
            (name, permissions.into_iter().map(Permission::name).collect())
        };
        Self { permissions: Permission::ALL.iter().map(scoped).collect(), roles: role::built_in().into_iter().map(names).collect() }
    }
}

impl Default for RoleDefaults {
    fn default() -> Self {
        Self::new()
    }
}
