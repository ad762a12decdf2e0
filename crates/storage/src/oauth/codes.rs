//! Codes that wait for their apps, found by their SHA-256.

use guildhall_model::codes::oauth as error_codes;
use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::oauth::OAuthCode;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Write, params};

entity!(OAuthCode, "oauth_codes", [code_hash, app_id, user_id, redirect_uri, code_challenge, resource, create_at, expires_at]);

/// The code, expired ones too.
pub async fn get(db: &Reader, _server: Granted<Server>, hash: TokenHash) -> Result<Option<OAuthCode>> {
    db.optional(OAuthCode::select("WHERE code_hash = ?"), params![hash]).await
}

pub fn insert(user: Granted<UserId, Write>, code: &OAuthCode) -> Statement {
    code.insert().bind(2, user)
}

/// Deletes the code, and fails the batch with `GRANT_USED` if it was used meanwhile.
pub fn consume(user: Granted<UserId, Write>, hash: TokenHash) -> Statement {
    Statement::new("DELETE FROM oauth_codes WHERE code_hash = ? AND user_id = ?", params![hash, user])
        .expect_rows(1)
        .or(error_codes::GRANT_USED)
}

pub fn delete(user: Granted<UserId, Write>, app: OAuthAppId) -> Statement {
    Statement::new("DELETE FROM oauth_codes WHERE user_id = ? AND app_id = ?", params![user, app])
}

pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_codes WHERE user_id = ?", params![user])
}

pub fn delete_of_app(_server: Granted<Server, Write>, app: OAuthAppId) -> Statement {
    Statement::new("DELETE FROM oauth_codes WHERE app_id = ?", params![app])
}

/// All of the server.
pub fn delete_all(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM oauth_codes", Vec::new())
}

/// Deletes those that had expired by then.
pub fn delete_expired(_server: Granted<Server, Write>, by: Millis) -> Statement {
    Statement::new("DELETE FROM oauth_codes WHERE expires_at <= ?", params![by])
}
