//! Codes that are mailed to log in: beside a link, each for the page that asked for it, or for the new place of a log-in.

use guildhall_model::id::{MagicLinkCodeId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::{Code, Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Set, Sql, Statement, Write, params};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MagicLinkCode {
    pub id: MagicLinkCodeId,
    /// Of the token that the page keeps.
    pub request_hash: TokenHash,
    /// Zero where no account may log in with the address.
    pub user_id: UserId,
    pub email: String,
    /// Made as that of a password; empty until the mail is sent.
    pub code_hash: String,
    pub tries_left: i64,
    pub expires_at: Millis,
}

impl FromRow for MagicLinkCode {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            request_hash: row.get(1)?,
            user_id: row.get(2)?,
            email: row.get(3)?,
            code_hash: row.get(4)?,
            tries_left: row.get(5)?,
            expires_at: row.get(6)?,
        })
    }
}

/// What a page has asked for, expired and used ones too.
pub async fn by_request(db: &Reader, _server: Granted<Server>, request_hash: TokenHash) -> Result<Option<MagicLinkCode>> {
    let sql = "SELECT id, request_hash, user_id, email, code_hash, tries_left, expires_at FROM magic_link_codes WHERE request_hash = ?";
    db.optional(sql, params![request_hash]).await
}

pub fn insert(user: Granted<UserId, Write>, code: &MagicLinkCode) -> Statement {
    Statement::new(
        "INSERT INTO magic_link_codes (id, request_hash, user_id, email, code_hash, tries_left, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![code.id, code.request_hash, user, &code.email, &code.code_hash, code.tries_left, code.expires_at],
    )
}

/// Takes the place of what was waited for with the same request, so that only the latest mail counts.
pub fn replace(user: Granted<UserId, Write>, code: &MagicLinkCode) -> Statement {
    let sql = Sql::Upsert {
        table: "magic_link_codes",
        columns: &["id", "request_hash", "user_id", "email", "code_hash", "tries_left", "expires_at"],
        key: &["request_hash"],
        update: &[Set::New("id"), Set::New("email"), Set::New("code_hash"), Set::New("tries_left"), Set::New("expires_at")],
    };
    let values = params![code.id, code.request_hash, user, &code.email, &code.code_hash, code.tries_left, code.expires_at];
    Statement::new(sql, values)
}

/// The code of the mail that is about to be sent; nothing if it is not waited for any more.
pub fn set_code(user: Granted<UserId, Write>, id: MagicLinkCodeId, code_hash: &str, expires_at: Millis) -> Statement {
    let sql = "UPDATE magic_link_codes SET code_hash = ?, expires_at = ? WHERE id = ? AND user_id = ?";
    Statement::new(sql, params![code_hash, expires_at, id, user])
}

/// Takes one of the tries that are left before the code is compared; the batch fails if there is none.
pub fn take_try(_server: Granted<Server, Write>, id: MagicLinkCodeId, now: Millis, otherwise: Code) -> Statement {
    let sql = "UPDATE magic_link_codes SET tries_left = tries_left - 1 WHERE id = ? AND tries_left > 0 AND expires_at > ?";
    Statement::new(sql, params![id, now]).expect_rows(1).or(otherwise)
}

/// The code was right, and something else was missing.
pub fn give_try_back(_server: Granted<Server, Write>, id: MagicLinkCodeId) -> Statement {
    Statement::new("UPDATE magic_link_codes SET tries_left = tries_left + 1 WHERE id = ?", params![id])
}

/// Deletes the code, and fails the batch if it was used meanwhile.
pub fn consume(user: Granted<UserId, Write>, id: MagicLinkCodeId, otherwise: Code) -> Statement {
    Statement::new("DELETE FROM magic_link_codes WHERE id = ? AND user_id = ?", params![id, user]).expect_rows(1).or(otherwise)
}

/// Deletes all of a person.
pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM magic_link_codes WHERE user_id = ?", params![user])
}

/// Deletes those that had expired by then.
pub fn delete_expired(_server: Granted<Server, Write>, by: Millis) -> Statement {
    Statement::new("DELETE FROM magic_link_codes WHERE expires_at < ?", params![by])
}
