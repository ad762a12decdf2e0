//! What rules over the audit trail have found.

use guildhall_model::id::{AuditId, SecurityAlertId, UserId};
use guildhall_model::security_alert::SecurityAlert;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, params};

const COLUMNS: &str = "id, rule, subject, user_id, summary, first_at, last_at, record_count, evidence, revoked_at, acknowledged_at, \
    acknowledged_by";

impl FromRow for SecurityAlert {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            rule: row.get(1)?,
            subject: row.get(2)?,
            user_id: row.get(3)?,
            summary: row.get(4)?,
            first_at: row.get(5)?,
            last_at: row.get(6)?,
            count: row.get(7)?,
            evidence: row.str(8)?.split_ascii_whitespace().filter_map(|id| id.parse().ok()).collect(),
            revoked_at: row.get(9)?,
            acknowledged_at: row.get(10)?,
            acknowledged_by: row.get(11)?,
        })
    }
}

/// The latest first.
pub async fn list(db: &Reader, _server: Granted<Server>, only_open: bool, limit: i64, offset: i64) -> Result<Vec<SecurityAlert>> {
    let condition = if only_open { "WHERE acknowledged_at = 0" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM security_alerts {condition} ORDER BY last_at DESC, id DESC LIMIT ? OFFSET ?");
    db.all(sql, params![limit, offset]).await
}

pub async fn get(db: &Reader, _server: Granted<Server>, id: SecurityAlertId) -> Result<Option<SecurityAlert>> {
    db.optional(format!("SELECT {COLUMNS} FROM security_alerts WHERE id = ?"), params![id]).await
}

/// The one that nobody has acknowledged.
pub async fn open(db: &Reader, _server: Granted<Server>, rule: &str, subject: &str) -> Result<Option<SecurityAlert>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM security_alerts WHERE acknowledged_at = 0 AND rule = ? AND subject = ? ORDER BY last_at DESC, id DESC LIMIT 1"
    );
    db.optional(sql, params![rule, subject]).await
}

pub async fn count_open(db: &Reader, _server: Granted<Server>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM security_alerts WHERE acknowledged_at = 0", Vec::new()).await
}

pub fn insert(_server: Granted<Server, Write>, alert: &SecurityAlert) -> Statement {
    let sql = format!("INSERT INTO security_alerts ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Statement::new(
        sql,
        params![
            alert.id,
            alert.rule.as_str(),
            alert.subject.as_str(),
            alert.user_id,
            alert.summary.as_str(),
            alert.first_at,
            alert.last_at,
            alert.count,
            text_of(&alert.evidence),
            alert.revoked_at,
            alert.acknowledged_at,
            alert.acknowledged_by
        ],
    )
}

/// Changes what can be new of an alert that is open; `CONFLICT` where somebody has acknowledged it meanwhile.
pub fn update(_server: Granted<Server, Write>, alert: &SecurityAlert) -> Statement {
    let sql = "UPDATE security_alerts SET summary = ?, last_at = ?, record_count = ?, evidence = ?, revoked_at = ? \
               WHERE id = ? AND acknowledged_at = 0";
    let evidence = text_of(&alert.evidence);
    Statement::new(sql, params![alert.summary.as_str(), alert.last_at, alert.count, evidence, alert.revoked_at, alert.id]).expect_rows(1)
}

/// Does nothing where somebody was faster.
pub fn acknowledge(_server: Granted<Server, Write>, id: SecurityAlertId, by: Option<UserId>, now: Millis) -> Statement {
    let sql = "UPDATE security_alerts SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at = 0";
    Statement::new(sql, params![now, by, id])
}

/// Deletes those that nobody needs any more: as old as audit records that are deleted.
pub fn delete_before(_server: Granted<Server, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM security_alerts WHERE last_at < ?", params![before])
}

fn text_of(ids: &[AuditId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
