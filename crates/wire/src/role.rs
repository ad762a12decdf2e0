//! Roles.

use guildhall_model::role;
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
