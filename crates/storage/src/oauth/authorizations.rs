//! Which apps people have allowed to act for them. It outlives the tokens: an app with a secret is not asked about again.

use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::integration::OAuthApp;
use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Server, Sql, Statement, Write, params};

pub async fn exists(db: &Reader, user: Granted<UserId>, app: OAuthAppId) -> Result<bool> {
    let found: Option<i64> =
        db.optional("SELECT create_at FROM oauth_authorizations WHERE user_id = ? AND app_id = ?", params![user, app]).await?;
    Ok(found.is_some())
}

/// The apps that the person has authorized, by their names.
pub async fn apps(db: &Reader, user: Granted<UserId>, limit: i64, offset: i64) -> Result<Vec<OAuthApp>> {
    let columns = super::COLUMNS.split(", ").map(|column| format!("a.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM oauth_authorizations t JOIN oauth_apps a ON a.id = t.app_id WHERE t.user_id = ? \
         ORDER BY a.name, a.id LIMIT ? OFFSET ?"
    );
    db.all(sql, params![user, limit, offset]).await
}

pub fn insert(user: Granted<UserId, Write>, app: OAuthAppId, now: Millis) -> Statement {
    let sql =
        Sql::InsertIgnore { table: "oauth_authorizations", columns: &["user_id", "app_id", "create_at"], key: &["user_id", "app_id"] };
    Statement::new(sql, params![user, app, now])
}

pub fn delete(user: Granted<UserId, Write>, app: OAuthAppId) -> Statement {
    Statement::new("DELETE FROM oauth_authorizations WHERE user_id = ? AND app_id = ?", params![user, app])
}

pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_authorizations WHERE user_id = ?", params![user])
}

pub fn delete_of_app(_server: Granted<Server, Write>, app: OAuthAppId) -> Statement {
    Statement::new("DELETE FROM oauth_authorizations WHERE app_id = ?", params![app])
}

/// All of the server.
pub fn delete_all(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_authorizations", Vec::new())
}

/// Those of apps that are deleted.
pub fn delete_orphans(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_authorizations WHERE app_id NOT IN (SELECT id FROM oauth_apps)", Vec::new())
}
