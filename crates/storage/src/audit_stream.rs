//! Audit records in the order in which their readers get them, and how far each reader is.

use guildhall_model::audit::{Audit, CursorState, NumberedAudit};
use guildhall_model::finding::AuditExportFacts;
use guildhall_model::id::AuditId;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Sql, Statement, Write, params};

entity!(CursorState, "audit_cursors", [name, position, update_at, failures, retry_at, last_error]);

impl FromRow for NumberedAudit {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { position: row.get(0)?, audit: Audit::decode(row, 1)? })
    }
}

/// Which records of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Those with greater positions.
    pub after: i64,
    pub since: Millis,
    /// Those before this moment.
    pub until: Millis,
}

/// Records without a position, in the order of their ids.
pub async fn unnumbered(db: &Reader, _server: Granted<Server>, limit: i64) -> Result<Vec<AuditId>> {
    db.all("SELECT id FROM audits WHERE position IS NULL ORDER BY id LIMIT ?", params![limit]).await
}

/// Gives each of these records the position after the one before it; `CONFLICT` where another node has done it meanwhile.
/// `numbered` is the cursor of the last position that was given.
pub fn number(server: Granted<Server, Write>, numbered: &CursorState, ids: &[AuditId], now: Millis) -> Vec<Statement> {
    let set = |(position, id): (i64, &AuditId)| {
        Statement::new("UPDATE audits SET position = ? WHERE id = ? AND position IS NULL", params![position, id]).expect_rows(1)
    };
    let last = numbered.position + ids.len() as i64;
    let mut statements = vec![advance(server, numbered, last, now)];
    statements.extend((numbered.position + 1..).zip(ids).map(set));
    statements
}

/// The next records after a position.
pub async fn after(db: &Reader, _server: Granted<Server>, position: i64, limit: i64) -> Result<Vec<NumberedAudit>> {
    db.all(numbered("WHERE position > ? ORDER BY position LIMIT ?"), params![position, limit]).await
}

/// The next records of a range.
pub async fn within(db: &Reader, _server: Granted<Server>, range: Range, limit: i64) -> Result<Vec<NumberedAudit>> {
    let sql = numbered("WHERE position > ? AND create_at >= ? AND create_at < ? ORDER BY position LIMIT ?");
    db.all(sql, params![range.after, range.since, range.until, limit]).await
}

/// When the oldest record after a position was made; `None` where there is none.
pub async fn oldest_after(db: &Reader, _server: Granted<Server>, position: i64) -> Result<Option<Millis>> {
    let numbered: Option<Millis> =
        db.optional("SELECT create_at FROM audits WHERE position > ? ORDER BY position LIMIT 1", params![position]).await?;
    match numbered {
        Some(at) => Ok(Some(at)),
        None => db.optional("SELECT create_at FROM audits WHERE position IS NULL ORDER BY id LIMIT 1", params![]).await,
    }
}

/// The name of the cursor of what a syslog server has taken.
pub const SYSLOG: &str = "syslog";

/// How far the sending to a syslog server is behind, whether or not one is set.
pub async fn export_facts(db: &Reader, server: Granted<Server>) -> Result<AuditExportFacts> {
    let cursor = cursor(db, server, SYSLOG).await?;
    Ok(AuditExportFacts { oldest_at: oldest_after(db, server, cursor.position).await?, last_error: cursor.last_error })
}

/// That of a reader that has read nothing, where there is none.
pub async fn cursor(db: &Reader, _server: Granted<Server>, name: &str) -> Result<CursorState> {
    let stored = db.optional(CursorState::select("WHERE name = ?"), params![name]).await?;
    Ok(stored.unwrap_or_else(|| CursorState { name: name.to_owned(), ..CursorState::default() }))
}

/// Does nothing where the row is there.
pub fn create_cursor(_server: Granted<Server, Write>, name: &str) -> Statement {
    let state = CursorState { name: name.to_owned(), ..CursorState::default() };
    Statement::new(Sql::InsertIgnore { table: CursorState::TABLE, columns: CursorState::COLUMNS, key: &["name"] }, state.values())
}

/// The reader has dealt with the records up to this position; `CONFLICT` where another one was faster.
pub fn advance(_server: Granted<Server, Write>, was: &CursorState, position: i64, now: Millis) -> Statement {
    let sql =
        "UPDATE audit_cursors SET position = ?, update_at = ?, failures = 0, retry_at = 0, last_error = '' WHERE name = ? AND position = ?";
    Statement::new(sql, params![position, now, was.name.as_str(), was.position]).expect_rows(1)
}

/// The attempt to get further has failed.
pub fn fail(_server: Granted<Server, Write>, state: &CursorState) -> Statement {
    let sql = "UPDATE audit_cursors SET update_at = ?, failures = ?, retry_at = ?, last_error = ? WHERE name = ? AND position = ?";
    let CursorState { name, position, update_at, failures, retry_at, last_error } = state;
    Statement::new(sql, params![*update_at, *failures, *retry_at, last_error.as_str(), name.as_str(), *position]).expect_rows(1)
}

fn numbered(tail: &str) -> String {
    format!("SELECT position, {} FROM audits {tail}", Audit::COLUMNS.join(", "))
}
