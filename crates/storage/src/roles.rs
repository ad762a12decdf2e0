//! Roles and the permissions they carry.

use std::collections::BTreeSet;

use guildhall_model::id::RoleId;
use guildhall_model::role::Role;
use guildhall_model::{Millis, Permission, Result};

use crate::entity::{Entity, entity};
use crate::{Column, DecodeError, Granted, MAX_IN_LIST, Reader, Row, Server, Sql, Statement, Value, Write, in_list, in_values, params};

entity!(
    Role,
    "roles",
    [id, name, display_name, description, permissions, scheme_managed, built_in, is_changed, create_at, update_at, delete_at]
);

/// Names, space-separated. A name that this version does not know (a newer node wrote it) allows nothing here.
impl Column for BTreeSet<Permission> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        Ok(row.str(index)?.split_ascii_whitespace().filter_map(Permission::from_name).collect())
    }
}

impl From<BTreeSet<Permission>> for Value {
    fn from(permissions: BTreeSet<Permission>) -> Self {
        Self::Text(permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(" "))
    }
}

pub async fn all(db: &Reader) -> Result<Vec<Role>> {
    db.all(Role::select("ORDER BY name"), params![]).await
}

pub async fn get(db: &Reader, id: RoleId) -> Result<Option<Role>> {
    db.optional(Role::select("WHERE id = ?"), params![id]).await
}

pub async fn by_name(db: &Reader, name: &str) -> Result<Option<Role>> {
    db.optional(Role::select("WHERE name = ?"), params![name]).await
}

/// The roles of these names, in no order.
pub async fn by_names(db: &Reader, names: &[String]) -> Result<Vec<Role>> {
    let mut found = Vec::new();
    for chunk in names.chunks(MAX_IN_LIST) {
        let sql = Role::select(&format!("WHERE name IN {}", in_list(chunk.len())));
        found.extend(db.all::<Role>(sql, in_values(chunk.iter().map(String::as_str))).await?);
    }
    Ok(found)
}

pub fn insert(_server: Granted<Server, Write>, role: &Role) -> Statement {
    role.insert()
}

/// Deletes the roles of a scheme.
pub fn delete(_server: Granted<Server, Write>, names: &[String]) -> Statement {
    let sql = format!("DELETE FROM roles WHERE name IN {}", in_list(names.len()));
    Statement::new(sql, in_values(names.iter().map(String::as_str)))
}

/// Adds the role, unless one of its name is there already.
pub fn insert_if_absent(_server: Granted<Server, Write>, role: &Role) -> Statement {
    Statement::new(Sql::InsertIgnore { table: Role::TABLE, columns: Role::COLUMNS, key: &["name"] }, role.values())
}

/// Updates the role, unless it was changed after `before`.
pub fn update(_server: Granted<Server, Write>, role: &Role, before: Millis) -> Statement {
    Statement::new(
        "UPDATE roles SET display_name = ?, description = ?, permissions = ?, is_changed = ?, update_at = ?, delete_at = ? WHERE id = ? AND update_at = ?",
        params![&role.display_name, &role.description, role.permissions.clone(), role.is_changed, role.update_at, role.delete_at, role.id, before],
    )
    .expect_rows(1)
}
