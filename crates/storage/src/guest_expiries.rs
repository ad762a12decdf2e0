//! When the access of guests ends; guests without a row have no end.

use guildhall_model::id::UserId;
use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, params};

/// `None` where the access has no end.
pub async fn get(db: &Reader, user: Granted<UserId>) -> Result<Option<Millis>> {
    db.optional("SELECT expires_at FROM guest_expiries WHERE user_id = ?", params![user]).await
}

/// Those whose access has ended by now, the longest ended first.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<UserId>> {
    let sql = "SELECT user_id FROM guest_expiries WHERE expires_at <= ? ORDER BY expires_at, user_id LIMIT ?";
    db.all(sql, params![now, limit]).await
}

pub fn set(user: Granted<UserId, Write>, expires_at: Millis) -> Statement {
    const SQL: Sql =
        Sql::Upsert { table: "guest_expiries", columns: &["user_id", "expires_at"], key: &["user_id"], update: &[Set::New("expires_at")] };
    Statement::new(SQL, params![user, expires_at])
}

pub fn remove(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM guest_expiries WHERE user_id = ?", params![user])
}
