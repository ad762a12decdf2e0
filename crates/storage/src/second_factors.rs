//! Second factors of accounts, the codes that were used, and recovery codes by their SHA-256.

use guildhall_model::codes::second_factors as codes;
use guildhall_model::id::UserId;
use guildhall_model::ports::{Secret, TokenHash};
use guildhall_model::user::second_factor::{SecondFactor, SecondFactorKind};
use guildhall_model::{Code, Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, params};

impl FromRow for SecondFactor {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { secret: Secret::new(row.get::<String>(0)?), activated_at: row.get(1)?, last_step: row.get(2)? })
    }
}

/// Also one that is not active yet.
pub async fn get(db: &Reader, user: Granted<UserId>, kind: SecondFactorKind) -> Result<Option<SecondFactor>> {
    let sql = "SELECT secret, activated_at, last_step FROM second_factors WHERE user_id = ? AND kind = ?";
    db.optional(sql, params![user, kind.name()]).await
}

/// Whether the code of this step was accepted before.
pub async fn is_used(db: &Reader, user: Granted<UserId>, kind: SecondFactorKind, step: i64) -> Result<bool> {
    let sql = "SELECT used_at FROM second_factor_uses WHERE user_id = ? AND kind = ? AND step = ?";
    Ok(db.optional::<i64>(sql, params![user, kind.name(), step]).await?.is_some())
}

/// Stores a key in place of one that is not active; `ALREADY_ACTIVE` where one is.
pub fn prepare(user: Granted<UserId, Write>, kind: SecondFactorKind, secret: &Secret) -> [Statement; 2] {
    let delete = "DELETE FROM second_factors WHERE user_id = ? AND kind = ? AND activated_at = 0";
    let insert = "INSERT INTO second_factors (user_id, kind, secret, activated_at, last_step) VALUES (?, ?, ?, 0, 0)";
    [
        Statement::new(delete, params![user, kind.name()]),
        Statement::new(insert, params![user, kind.name(), secret.expose()]).on_duplicate(codes::ALREADY_ACTIVE),
    ]
}

/// Makes the passkeys of the account its second factor; `ALREADY_ACTIVE` where they are.
pub fn insert_passkeys(user: Granted<UserId, Write>, now: Millis) -> Statement {
    let sql = "INSERT INTO second_factors (user_id, kind, secret, activated_at, last_step) VALUES (?, ?, '', ?, 0)";
    Statement::new(sql, params![user, SecondFactorKind::Passkeys.name(), now]).on_duplicate(codes::ALREADY_ACTIVE)
}

/// Fails the batch where the passkeys of the account are another second factor than they were when it was read, and counts the
/// change: of two changes at once, one is tried again.
pub fn guard_passkeys(user: Granted<UserId, Write>, read: &SecondFactor) -> Statement {
    let sql = "UPDATE second_factors SET last_step = last_step + 1 WHERE user_id = ? AND kind = ? AND last_step = ? AND activated_at = ?";
    let values = params![user, SecondFactorKind::Passkeys.name(), read.last_step, read.activated_at];
    Statement::new(sql, values).expect_rows(1)
}

/// Activates the key that was prepared, unless another one was prepared meanwhile.
pub fn activate(user: Granted<UserId, Write>, kind: SecondFactorKind, secret: &Secret, step: i64, now: Millis) -> Statement {
    let sql =
        "UPDATE second_factors SET activated_at = ?, last_step = ? WHERE user_id = ? AND kind = ? AND secret = ? AND activated_at = 0";
    Statement::new(sql, params![now, step, user, kind.name(), secret.expose()]).expect_rows(1).or(codes::NOT_SET_UP)
}

/// Accepts the code of a step as the last one, and fails the batch with `otherwise` where a code of the same step or, up to
/// `latest`, of a later one was accepted. Later than that means that the clock was set back since.
pub fn accept(user: Granted<UserId, Write>, kind: SecondFactorKind, step: i64, latest: i64, otherwise: Code) -> Statement {
    let sql = "UPDATE second_factors SET last_step = ? \
               WHERE user_id = ? AND kind = ? AND activated_at > 0 AND (last_step < ? OR last_step > ?)";
    Statement::new(sql, params![step, user, kind.name(), step, latest]).expect_rows(1).or(otherwise)
}

/// Records that the code of this step was accepted; `otherwise` if it was before.
pub fn record_use(user: Granted<UserId, Write>, kind: SecondFactorKind, step: i64, now: Millis, otherwise: Code) -> Statement {
    let sql = "INSERT INTO second_factor_uses (user_id, kind, step, used_at) VALUES (?, ?, ?, ?)";
    Statement::new(sql, params![user, kind.name(), step, now]).on_duplicate(otherwise)
}

/// Forgets codes that were used before then.
pub fn delete_uses(_server: Granted<Server, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM second_factor_uses WHERE used_at < ?", params![before])
}

/// Removes every second factor of the account, which codes were used, and its recovery codes.
pub fn delete_of_user(user: Granted<UserId, Write>) -> [Statement; 3] {
    [
        Statement::new("DELETE FROM second_factors WHERE user_id = ?", params![user]),
        Statement::new("DELETE FROM second_factor_uses WHERE user_id = ?", params![user]),
        delete_recovery_codes(user),
    ]
}

/// Whether the account has this recovery code.
pub async fn has_recovery_code(db: &Reader, user: Granted<UserId>, code: TokenHash) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND code_hash = ?";
    Ok(db.one::<i64>(sql, params![user, code]).await? > 0)
}

pub async fn count_recovery_codes(db: &Reader, user: Granted<UserId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?", params![user]).await
}

/// Replaces all recovery codes of the account.
pub fn replace_recovery_codes(user: Granted<UserId, Write>, codes: &[TokenHash]) -> Vec<Statement> {
    let insert = |code: &TokenHash| Statement::new("INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)", params![user, *code]);
    std::iter::once(delete_recovery_codes(user)).chain(codes.iter().map(insert)).collect()
}

/// Uses a recovery code up; `otherwise` if the account has it no more.
pub fn consume_recovery_code(user: Granted<UserId, Write>, code: TokenHash, otherwise: Code) -> Statement {
    let sql = "DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?";
    Statement::new(sql, params![user, code]).expect_rows(1).or(otherwise)
}

fn delete_recovery_codes(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM recovery_codes WHERE user_id = ?", params![user])
}
