//! Tokens of links in mails, found by their SHA-256.

use guildhall_model::id::UserId;
use guildhall_model::mail::AccountTokenKind;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Code, Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, params};

/// A token, but for its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountToken {
    pub user_id: UserId,
    /// The address that the account had when the token was made.
    pub email: String,
    pub expires_at: Millis,
}

impl FromRow for AccountToken {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_id: row.get(0)?, email: row.get(1)?, expires_at: row.get(2)? })
    }
}

/// The token, expired ones too.
pub async fn get(db: &Reader, _server: Granted<Server>, token: TokenHash, kind: AccountTokenKind) -> Result<Option<AccountToken>> {
    let sql = "SELECT user_id, email, expires_at FROM account_tokens WHERE token_hash = ? AND kind = ?";
    db.optional(sql, params![token, kind.name()]).await
}

pub fn insert(user: Granted<UserId, Write>, token: TokenHash, kind: AccountTokenKind, email: &str, expires_at: Millis) -> Statement {
    Statement::new(
        "INSERT INTO account_tokens (token_hash, user_id, kind, email, expires_at) VALUES (?, ?, ?, ?, ?)",
        params![token, user, kind.name(), email, expires_at],
    )
}

/// Deletes the token, and fails the batch if it was used meanwhile.
pub fn consume(user: Granted<UserId, Write>, token: TokenHash, otherwise: Code) -> Statement {
    Statement::new("DELETE FROM account_tokens WHERE token_hash = ? AND user_id = ?", params![token, user]).expect_rows(1).or(otherwise)
}

/// Deletes all tokens of the person of this kind.
pub fn delete_of_user(user: Granted<UserId, Write>, kind: AccountTokenKind) -> Statement {
    Statement::new("DELETE FROM account_tokens WHERE user_id = ? AND kind = ?", params![user, kind.name()])
}

/// Deletes those that had expired by then.
pub fn delete_expired(_server: Granted<Server, Write>, by: Millis) -> Statement {
    Statement::new("DELETE FROM account_tokens WHERE expires_at < ?", params![by])
}
