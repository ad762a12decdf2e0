//! From where, and with which browser, people have logged in before, as hashes.

use guildhall_model::id::UserId;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Set, Sql, Statement, Write, params};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlace {
    pub place: TokenHash,
    pub last_login_at: Millis,
}

impl FromRow for KnownPlace {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { place: row.get(0)?, last_login_at: row.get(1)? })
    }
}

/// All places of a person, the latest first. Their number is limited.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<KnownPlace>> {
    let sql = "SELECT place_hash, last_login_at FROM known_places WHERE user_id = ? ORDER BY last_login_at DESC, place_hash";
    db.all(sql, params![user]).await
}

/// Adds the place, or takes the time of its latest log-in.
pub fn save(user: Granted<UserId, Write>, place: TokenHash, last_login_at: Millis) -> Statement {
    let sql = Sql::Upsert {
        table: "known_places",
        columns: &["user_id", "place_hash", "last_login_at"],
        key: &["user_id", "place_hash"],
        update: &[Set::Max("last_login_at")],
    };
    Statement::new(sql, params![user, place, last_login_at])
}

pub fn delete(user: Granted<UserId, Write>, place: TokenHash) -> Statement {
    Statement::new("DELETE FROM known_places WHERE user_id = ? AND place_hash = ?", params![user, place])
}

/// Deletes the places of all people where the last log-in was before then.
pub fn delete_older(_server: Granted<Server, Write>, than: Millis) -> Statement {
    Statement::new("DELETE FROM known_places WHERE last_login_at < ?", params![than])
}
