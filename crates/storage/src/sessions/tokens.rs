//! Personal access tokens, stored by the SHA-256 of their secret.

use guildhall_model::Result;
use guildhall_model::id::{AccessTokenId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, User};

use super::authenticate::authenticate;
use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Unchecked, Write, like_escape, params};

entity!(AccessToken, "access_tokens", [id, user_id, description, is_active, create_at]);

pub async fn access_token_by_token(db: &Reader, _server: Granted<Server>, token: TokenHash) -> Result<Option<(AccessToken, User)>> {
    authenticate(db, token).await
}

pub async fn access_token(db: &Reader, id: AccessTokenId) -> Result<Unchecked<Option<AccessToken>>> {
    db.optional(AccessToken::select("WHERE id = ?"), params![id]).await.map(Unchecked::new)
}

pub async fn access_tokens(db: &Reader, _server: Granted<Server>, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
    db.all(AccessToken::select("ORDER BY create_at DESC, id LIMIT ? OFFSET ?"), params![limit, offset]).await
}

pub async fn access_tokens_of(db: &Reader, user: Granted<UserId>, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
    let sql = AccessToken::select("WHERE user_id = ? ORDER BY create_at DESC, id LIMIT ? OFFSET ?");
    db.all(sql, params![user, limit, offset]).await
}

pub async fn count_access_tokens(db: &Reader, user: Granted<UserId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM access_tokens WHERE user_id = ?", params![user]).await
}

/// Tokens of people whose username begins with the term.
pub async fn search_access_tokens(db: &Reader, _server: Granted<Server>, term: &str, limit: i64) -> Result<Vec<AccessToken>> {
    let sql = format!(
        "SELECT {} FROM access_tokens t JOIN users u ON u.id = t.user_id WHERE u.username LIKE ? ESCAPE '!' ORDER BY u.username, t.id LIMIT ?",
        AccessToken::columns_of("t")
    );
    db.all(sql, params![format!("{}%", like_escape(&term.to_lowercase())), limit]).await
}

pub fn insert_access_token(user: Granted<UserId, Write>, token: &AccessToken, hash: TokenHash) -> Statement {
    Statement::new(
        "INSERT INTO access_tokens (id, user_id, description, is_active, create_at, token_hash) VALUES (?, ?, ?, ?, ?, ?)",
        params![token.id, user, &token.description, token.is_active, token.create_at, hash],
    )
}

pub fn delete_access_token(user: Granted<UserId, Write>, id: AccessTokenId) -> Statement {
    Statement::new("DELETE FROM access_tokens WHERE id = ? AND user_id = ?", params![id, user]).expect_rows(1)
}

pub fn set_access_token_active(user: Granted<UserId, Write>, id: AccessTokenId, is_active: bool) -> Statement {
    Statement::new("UPDATE access_tokens SET is_active = ? WHERE id = ? AND user_id = ?", params![is_active, id, user]).expect_rows(1)
}
