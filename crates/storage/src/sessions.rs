//! Sessions, found by the SHA-256 of their token. Personal access tokens are in `tokens`.

mod authenticate;
mod connected;
mod token_expiry;
mod tokens;

use guildhall_model::codes::context;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{Session, User};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Server, Statement, Write, in_list, in_values, params};

use authenticate::authenticate;

pub use connected::{Accepted, ValidSession, valid_among};
pub use token_expiry::{
    access_tokens_beyond, count_access_tokens_beyond, delete_expired_access_tokens, expiring_access_tokens, rotate_access_token,
    set_access_token_warned,
};
pub use tokens::{
    access_token, access_token_by_token, access_token_ids, access_tokens, access_tokens_by_role, access_tokens_of, all_access_tokens,
    count_access_tokens, delete_access_token, delete_access_tokens_by_ids, delete_access_tokens_of_user, insert_access_token,
    search_access_tokens, set_access_token_active,
};

entity!(
    Session,
    "sessions",
    [id, user_id, create_at, expires_at, last_activity_at, last_address, device_id, roles, is_oauth, expired_notify, props]
);

pub async fn by_token(db: &Reader, _server: Granted<Server>, token: TokenHash) -> Result<Option<(Session, User)>> {
    authenticate(db, token).await
}

pub async fn get(db: &Reader, user: Granted<UserId>, id: SessionId) -> Result<Option<Session>> {
    db.optional(Session::select("WHERE id = ? AND user_id = ?"), params![id, user]).await
}

/// The sessions of a person, the most recently used first.
pub async fn of_user(db: &Reader, user: Granted<UserId>, limit: i64, offset: i64) -> Result<Vec<Session>> {
    db.all(Session::select("WHERE user_id = ? ORDER BY last_activity_at DESC, id LIMIT ? OFFSET ?"), params![user, limit, offset]).await
}

pub async fn all(db: &Reader, _server: Granted<Server>, limit: i64) -> Result<Vec<(SessionId, UserId)>> {
    db.all("SELECT id, user_id FROM sessions LIMIT ?", params![limit]).await
}

pub fn insert(user: Granted<UserId, Write>, session: &Session, token: TokenHash) -> Statement {
    let placeholders = vec!["?"; Session::COLUMNS.len() + 1].join(", ");
    let mut values = session.values();
    values.extend(params![token]);
    Statement::new(format!("INSERT INTO sessions ({}, token_hash) VALUES ({placeholders})", Session::COLUMNS.join(", ")), values)
        .bind(1, user)
}

/// Changes nothing, and fails the batch with `SESSION_EXPIRED` if the session has ended.
pub fn guard(user: Granted<UserId, Write>, id: SessionId) -> Statement {
    Statement::new("UPDATE sessions SET roles = roles WHERE id = ? AND user_id = ?", params![id, user])
        .expect_rows(1)
        .or(context::SESSION_EXPIRED)
}

pub fn delete(user: Granted<UserId, Write>, id: SessionId) -> Statement {
    Statement::new("DELETE FROM sessions WHERE id = ? AND user_id = ?", params![id, user])
}

pub fn delete_each(user: Granted<UserId, Write>, ids: &[SessionId]) -> Vec<Statement> {
    let some = |some: &[SessionId]| {
        let mut values = params![user];
        values.extend(in_values(some.iter().copied()));
        Statement::new(format!("DELETE FROM sessions WHERE user_id = ? AND id IN {}", in_list(some.len())), values)
    };
    ids.chunks(MAX_IN_LIST).map(some).collect()
}

/// Deletes sessions of any person.
pub fn delete_by_ids(_server: Granted<Server, Write>, ids: &[SessionId]) -> Vec<Statement> {
    let some = |some: &[SessionId]| {
        Statement::new(format!("DELETE FROM sessions WHERE id IN {}", in_list(some.len())), in_values(some.iter().copied()))
    };
    ids.chunks(MAX_IN_LIST).map(some).collect()
}

/// Deletes every session of the person except `except`.
pub fn delete_of_user(user: Granted<UserId, Write>, except: Option<SessionId>) -> Statement {
    match except {
        Some(kept) => Statement::new("DELETE FROM sessions WHERE user_id = ? AND id <> ?", params![user, kept]),
        None => Statement::new("DELETE FROM sessions WHERE user_id = ?", params![user]),
    }
}

/// The sessions of a device.
pub async fn of_device(db: &Reader, user: Granted<UserId>, device_id: &str) -> Result<Vec<SessionId>> {
    db.all("SELECT id FROM sessions WHERE user_id = ? AND device_id = ?", params![user, device_id]).await
}

/// Sessions that expired before `now`.
pub async fn expired(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<(SessionId, UserId)>> {
    db.all("SELECT id, user_id FROM sessions WHERE expires_at > 0 AND expires_at <= ? ORDER BY expires_at LIMIT ?", params![now, limit])
        .await
}

/// Writes a use of the session. The address is kept where that of the use is not known.
pub fn touch(user: Granted<UserId, Write>, id: SessionId, used_at: Millis, expires_at: Millis, address: Option<&str>) -> Statement {
    let sql =
        "UPDATE sessions SET last_activity_at = ?, expires_at = ?, last_address = COALESCE(?, last_address) WHERE id = ? AND user_id = ?";
    Statement::new(sql, params![used_at, expires_at, address, id, user])
}

/// Copies the roles of the account to its sessions.
pub fn set_roles_of_user(user: Granted<UserId, Write>, roles: &str) -> Statement {
    Statement::new("UPDATE sessions SET roles = ? WHERE user_id = ?", params![roles, user])
}

/// Writes which device the session is on, its properties and its end.
pub fn set_device(user: Granted<UserId, Write>, session: &Session) -> Statement {
    Statement::new(
        "UPDATE sessions SET device_id = ?, props = ?, expires_at = ? WHERE id = ? AND user_id = ?",
        params![&session.device_id, session.props.clone(), session.expires_at, session.id, user],
    )
    .expect_rows(1)
}
