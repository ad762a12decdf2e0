//! Personal access tokens, stored by the SHA-256 of their secret.

use guildhall_model::Result;
use guildhall_model::id::{AccessTokenId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, User};

use super::authenticate::authenticate;
use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Server, Statement, Unchecked, Write, in_list, in_values, like_escape, params};

entity!(AccessToken, "access_tokens", [id, user_id, description, is_active, create_at, expires_at]);

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

/// The ids of all tokens of a person, whose number is limited.
pub async fn access_token_ids(db: &Reader, user: Granted<UserId>) -> Result<Vec<AccessTokenId>> {
    db.all("SELECT id FROM access_tokens WHERE user_id = ?", params![user]).await
}

/// Tokens of any person.
pub async fn all_access_tokens(db: &Reader, _server: Granted<Server>, limit: i64) -> Result<Vec<(AccessTokenId, UserId)>> {
    db.all("SELECT id, user_id FROM access_tokens LIMIT ?", params![limit]).await
}

/// Tokens of people (not of bots) who have this system role, with all their roles.
pub async fn access_tokens_by_role(db: &Reader, _server: Granted<Server>, role: &str) -> Result<Vec<(AccessTokenId, UserId, String)>> {
    let sql = "SELECT t.id, u.id, u.roles FROM access_tokens t JOIN users u ON u.id = t.user_id \
        WHERE u.is_bot = 0 AND CONCAT(' ', u.roles, ' ') LIKE ? ESCAPE '!'";
    db.all(sql, params![format!("% {} %", like_escape(role))]).await
}

/// Deletes tokens of any person.
pub fn delete_access_tokens_by_ids(_server: Granted<Server, Write>, ids: &[AccessTokenId]) -> Vec<Statement> {
    let some = |some: &[AccessTokenId]| {
        Statement::new(format!("DELETE FROM access_tokens WHERE id IN {}", in_list(some.len())), in_values(some.iter().copied()))
    };
    ids.chunks(MAX_IN_LIST).map(some).collect()
}

pub fn delete_access_tokens_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM access_tokens WHERE user_id = ?", params![user])
}

pub fn insert_access_token(user: Granted<UserId, Write>, token: &AccessToken, hash: TokenHash) -> Statement {
    Statement::new(
        "INSERT INTO access_tokens (id, user_id, description, is_active, create_at, expires_at, token_hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![token.id, user, &token.description, token.is_active, token.create_at, token.expires_at, hash],
    )
}

pub fn delete_access_token(user: Granted<UserId, Write>, id: AccessTokenId) -> Statement {
    Statement::new("DELETE FROM access_tokens WHERE id = ? AND user_id = ?", params![id, user]).expect_rows(1)
}

pub fn set_access_token_active(user: Granted<UserId, Write>, id: AccessTokenId, is_active: bool) -> Statement {
    Statement::new("UPDATE access_tokens SET is_active = ? WHERE id = ? AND user_id = ?", params![is_active, id, user]).expect_rows(1)
}
