//! Personal access tokens: what is kept of them is the SHA-256 of the secret and what it is for.

use guildhall_model::Result;
use guildhall_model::id::{AccessTokenId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, User};

use super::open;
use crate::entity::{Entity, entity};
use crate::{Database, Statement, like_escape, params};

entity!(AccessToken, "access_tokens", [id, user_id, description, is_active, create_at]);

pub async fn access_token_by_token(db: &Database, token: TokenHash) -> Result<Option<(AccessToken, User)>> {
    open(db, token).await
}

pub async fn access_token(db: &Database, id: AccessTokenId) -> Result<Option<AccessToken>> {
    db.optional(AccessToken::select("WHERE id = ?"), params![id]).await
}

pub async fn access_tokens(db: &Database, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
    db.all(AccessToken::select("ORDER BY create_at DESC, id LIMIT ? OFFSET ?"), params![limit, offset]).await
}

pub async fn access_tokens_of(db: &Database, user: UserId, limit: i64, offset: i64) -> Result<Vec<AccessToken>> {
    let sql = AccessToken::select("WHERE user_id = ? ORDER BY create_at DESC, id LIMIT ? OFFSET ?");
    db.all(sql, params![user, limit, offset]).await
}

pub async fn count_access_tokens(db: &Database, user: UserId) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM access_tokens WHERE user_id = ?", params![user]).await
}

/// Tokens of people whose username begins with the term.
pub async fn search_access_tokens(db: &Database, term: &str, limit: i64) -> Result<Vec<AccessToken>> {
    let sql = format!(
        "SELECT {} FROM access_tokens t JOIN users u ON u.id = t.user_id WHERE u.username LIKE ? ESCAPE '!' ORDER BY u.username, t.id LIMIT ?",
        AccessToken::columns_of("t")
    );
    db.all(sql, params![format!("{}%", like_escape(&term.to_lowercase())), limit]).await
}

pub fn insert_access_token(token: &AccessToken, hash: TokenHash) -> Statement {
    Statement::new(
        "INSERT INTO access_tokens (id, user_id, description, is_active, create_at, token_hash) VALUES (?, ?, ?, ?, ?, ?)",
        params![token.id, token.user_id, &token.description, token.is_active, token.create_at, hash],
    )
}

pub fn delete_access_token(id: AccessTokenId) -> Statement {
    Statement::new("DELETE FROM access_tokens WHERE id = ?", params![id]).expect_rows(1)
}

pub fn set_access_token_active(id: AccessTokenId, is_active: bool) -> Statement {
    Statement::new("UPDATE access_tokens SET is_active = ? WHERE id = ?", params![is_active, id]).expect_rows(1)
}
