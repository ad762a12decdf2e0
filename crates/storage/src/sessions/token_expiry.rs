//! The end of personal access tokens: of whom to tell about it, which are deleted, and which last longer than they may.

use guildhall_model::id::{AccessTokenId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::AccessToken;
use guildhall_model::{Millis, Result};

use crate::entity::Entity;
use crate::{Granted, Reader, Server, Statement, Write, params};

/// Active tokens of any person that end after `now` and by `until`, and whose owner was not told when as few days were left.
pub async fn expiring_access_tokens(
    db: &Reader,
    _server: Granted<Server>,
    now: Millis,
    until: Millis,
    days: i64,
    limit: i64,
) -> Result<Vec<AccessToken>> {
    let sql = AccessToken::select(
        "WHERE expires_at > ? AND expires_at <= ? AND is_active = 1 AND (expiry_warned_days = 0 OR expiry_warned_days > ?) \
         ORDER BY expires_at, id LIMIT ?",
    );
    db.all(sql, params![now, until, days, limit]).await
}

/// Remembers that the owner was told; `CONFLICT` if the end was changed meanwhile.
pub fn set_access_token_warned(user: Granted<UserId, Write>, token: &AccessToken, days: i64) -> Statement {
    Statement::new(
        "UPDATE access_tokens SET expiry_warned_days = ? WHERE id = ? AND user_id = ? AND expires_at = ? AND expiry_warned_days <> ?",
        params![days, token.id, user, token.expires_at, days],
    )
    .expect_rows(1)
}

/// Gives an active token another secret and another end.
pub fn rotate_access_token(user: Granted<UserId, Write>, id: AccessTokenId, hash: TokenHash, expires_at: Millis) -> Statement {
    Statement::new(
        "UPDATE access_tokens SET token_hash = ?, expires_at = ?, expiry_warned_days = 0 WHERE id = ? AND user_id = ? AND is_active = 1",
        params![hash, expires_at, id, user],
    )
    .expect_rows(1)
}

/// Deletes tokens of any person that had ended before then.
pub fn delete_expired_access_tokens(_server: Granted<Server, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM access_tokens WHERE expires_at > 0 AND expires_at < ?", params![before])
}

const TOO_LONG: &str = "FROM access_tokens t JOIN users u ON u.id = t.user_id \
    WHERE u.is_bot = 0 AND t.is_active = 1 AND (t.expires_at = 0 OR t.expires_at > ?)";

/// Active tokens of people (not of bots) that end after `latest`, or never.
pub async fn count_access_tokens_beyond(db: &Reader, _server: Granted<Server>, latest: Millis) -> Result<i64> {
    db.one(format!("SELECT COUNT(*) {TOO_LONG}"), params![latest]).await
}

pub async fn access_tokens_beyond(
    db: &Reader,
    _server: Granted<Server>,
    latest: Millis,
    limit: i64,
) -> Result<Vec<(AccessTokenId, UserId)>> {
    db.all(format!("SELECT t.id, t.user_id {TOO_LONG} LIMIT ?"), params![latest, limit]).await
}
