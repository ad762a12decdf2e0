//! Passkeys of accounts, and the ceremonies that have begun.

use guildhall_model::codes::{passkeys as codes, users as user_codes};
use guildhall_model::id::{PasskeyCeremonyId, PasskeyId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::passkey::Passkey;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Write, params};

entity!(Passkey, "passkeys", [id, user_id, credential_hash, name, domain, credential, create_at, last_used_at]);

/// The oldest first. Their number is limited.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<Passkey>> {
    db.all(Passkey::select("WHERE user_id = ? ORDER BY create_at, id"), params![user]).await
}

pub async fn by_credential(db: &Reader, _server: Granted<Server>, hash: TokenHash) -> Result<Option<Passkey>> {
    db.optional(Passkey::select("WHERE credential_hash = ?"), params![hash]).await
}

/// `ALREADY_REGISTERED` if an account has it, this one or another.
pub fn insert(_user: Granted<UserId, Write>, passkey: &Passkey) -> Statement {
    passkey.insert().on_duplicate(codes::ALREADY_REGISTERED)
}

/// `NOT_FOUND` if the account has it no more.
pub fn rename(user: Granted<UserId, Write>, id: PasskeyId, name: &str) -> Statement {
    let sql = "UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?";
    Statement::new(sql, params![name, id, user]).expect_rows(1).or(codes::NOT_FOUND)
}

/// Changes nothing, and fails the batch with `NOT_FOUND` if the account has it no more.
pub fn guard(user: Granted<UserId, Write>, id: PasskeyId) -> Statement {
    let sql = "UPDATE passkeys SET name = name WHERE id = ? AND user_id = ?";
    Statement::new(sql, params![id, user]).expect_rows(1).or(codes::NOT_FOUND)
}

/// Stores the counter after a log-in, unless another log-in has changed it since `before` was read: an authenticator that was copied
/// cannot log in at the same time as the other.
pub fn record_use(user: Granted<UserId, Write>, before: &Passkey, credential: &str, now: Millis) -> Statement {
    let sql = "UPDATE passkeys SET credential = ?, last_used_at = ? WHERE id = ? AND user_id = ? AND credential = ?";
    Statement::new(sql, params![credential, now, before.id, user, &before.credential]).expect_rows(1).or(user_codes::LOGIN_INVALID)
}

/// `NOT_FOUND` if the account has it no more.
pub fn delete(user: Granted<UserId, Write>, id: PasskeyId) -> Statement {
    let sql = "DELETE FROM passkeys WHERE id = ? AND user_id = ?";
    Statement::new(sql, params![id, user]).expect_rows(1).or(codes::NOT_FOUND)
}

pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM passkeys WHERE user_id = ?", params![user])
}

/// Of a registration by this account, or of a log-in.
pub fn begin_ceremony(
    _server: Granted<Server, Write>,
    id: PasskeyCeremonyId,
    user: Option<UserId>,
    state: &str,
    expires_at: Millis,
) -> Statement {
    let sql = "INSERT INTO passkey_ceremonies (id, user_id, state, expires_at) VALUES (?, ?, ?, ?)";
    Statement::new(sql, params![id, user, state, expires_at])
}

/// The state of a ceremony that is not over.
pub async fn ceremony(
    db: &Reader,
    _server: Granted<Server>,
    id: PasskeyCeremonyId,
    user: Option<UserId>,
    now: Millis,
) -> Result<Option<String>> {
    let found: Option<(Option<UserId>, String)> =
        db.optional("SELECT user_id, state FROM passkey_ceremonies WHERE id = ? AND expires_at > ?", params![id, now]).await?;
    Ok(found.filter(|(owner, _)| *owner == user).map(|(_, state)| state))
}

/// A ceremony is used once: `CEREMONY_OVER` where it was.
pub fn end_ceremony(_server: Granted<Server, Write>, id: PasskeyCeremonyId) -> Statement {
    Statement::new("DELETE FROM passkey_ceremonies WHERE id = ?", params![id]).expect_rows(1).or(codes::CEREMONY_OVER)
}

pub fn delete_expired_ceremonies(_server: Granted<Server, Write>, now: Millis) -> Statement {
    Statement::new("DELETE FROM passkey_ceremonies WHERE expires_at <= ?", params![now])
}
