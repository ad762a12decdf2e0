//! Who stores how much, largest first.

use guildhall_model::Result;
use guildhall_model::id::UserId;
use guildhall_model::usage::{NamedUsage, Scope, Usage};

use super::number;
use crate::{Granted, Reader, Server, params};

/// The holders of a scope that store anything; none of `Scope::Server`. Direct and group channels together are the team
/// without a name.
pub async fn largest(db: &Reader, _server: Granted<Server>, scope: Scope, limit: i64, offset: i64) -> Result<Vec<NamedUsage>> {
    let (table, names) = match scope {
        Scope::User => ("users", "x.username, x.nickname, x.roles"),
        Scope::Channel => ("channels", "x.name, x.display_name, ''"),
        Scope::Team => ("teams", "x.name, x.display_name, ''"),
        Scope::Server => return Ok(Vec::new()),
    };
    let number = number(scope);
    let sql = format!(
        "SELECT u.id, {names}, u.bytes, u.files FROM storage_usage u LEFT JOIN {table} x ON x.id = u.id \
         WHERE u.scope = {number} AND u.files > 0 ORDER BY u.bytes DESC, u.id LIMIT ? OFFSET ?"
    );
    // Ids of all kinds have the same form.
    type Found = (UserId, Option<String>, Option<String>, Option<String>, i64, i64);
    let rows = db.all::<Found>(sql, params![limit, offset]).await?;
    let named = |(id, name, display_name, roles, bytes, files): Found| NamedUsage {
        id: id.to_string(),
        name: name.unwrap_or_default(),
        display_name: display_name.unwrap_or_default(),
        roles: roles.unwrap_or_default(),
        usage: Usage { bytes, files },
    };
    Ok(rows.into_iter().map(named).collect())
}
