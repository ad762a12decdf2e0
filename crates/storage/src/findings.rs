//! What the checks of each node found, and which findings are muted.

use guildhall_model::finding::{Finding, FindingId, Severity, Watched};
use guildhall_model::id::{NodeId, UserId};
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Sql, Statement, Write, params};

/// The last examination of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// Ones for what all nodes share.
    pub node: NodeId,
    pub node_name: String,
    pub version: String,
    pub examined_at: Millis,
    /// The last one with the checks that take long; zero if there was none.
    pub thorough_at: Millis,
    /// Rises with each examination.
    pub fence: i64,
}

/// A finding and its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFinding {
    pub node: NodeId,
    pub watched: Watched,
}

const COLUMNS: &str = "node_id, id, subject, check_name, severity, summary, remedy, details, since, seen_at, problem_runs, clear_runs, \
    told, told_at, told_severity, is_present";

impl FromRow for NodeFinding {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let severity = |index| Ok(Severity::from_name(row.str(index)?).unwrap_or(Severity::Info));
        let id = FindingId::from_name(row.str(1)?).unwrap_or(FindingId::new("doctor.unknown"));
        let details = row.str(7)?.lines().map(str::to_owned).collect();
        Ok(Self {
            node: row.get(0)?,
            watched: Watched {
                finding: Finding { id, subject: row.get(2)?, severity: severity(4)?, summary: row.get(5)?, remedy: row.get(6)?, details },
                check: row.get(3)?,
                since: row.get(8)?,
                seen_at: row.get(9)?,
                problem_runs: row.get(10)?,
                clear_runs: row.get(11)?,
                told: severity(12)?,
                told_at: row.get(13)?,
                told_severity: severity(14)?,
                is_present: row.get(15)?,
            },
        })
    }
}

impl FromRow for Examination {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            node: row.get(0)?,
            node_name: row.get(1)?,
            version: row.get(2)?,
            examined_at: row.get(3)?,
            thorough_at: row.get(4)?,
            fence: row.get(5)?,
        })
    }
}

/// Of all nodes.
pub async fn list(db: &Reader, _server: Granted<Server>) -> Result<Vec<NodeFinding>> {
    db.all(format!("SELECT {COLUMNS} FROM findings ORDER BY node_id, id, subject"), Vec::new()).await
}

pub async fn of_node(db: &Reader, _server: Granted<Server>, node: NodeId) -> Result<Vec<Watched>> {
    let rows: Vec<NodeFinding> =
        db.all(format!("SELECT {COLUMNS} FROM findings WHERE node_id = ? ORDER BY id, subject"), params![node]).await?;
    Ok(rows.into_iter().map(|row| row.watched).collect())
}

pub async fn examinations(db: &Reader, _server: Granted<Server>) -> Result<Vec<Examination>> {
    db.all("SELECT node_id, node_name, version, examined_at, thorough_at, fence FROM examinations ORDER BY node_name, node_id", Vec::new())
        .await
}

/// Replaces the findings of a node: the first statement requires that nobody else has done so since `last` was read, else the
/// batch fails with `CONFLICT`.
pub fn replace(_server: Granted<Server, Write>, last: Option<&Examination>, new: &Examination, findings: &[Watched]) -> Vec<Statement> {
    let examination = match last {
        Some(last) => Statement::new(
            "UPDATE examinations SET node_name = ?, version = ?, examined_at = ?, thorough_at = ?, fence = fence + 1 WHERE node_id = ? AND fence = ?",
            params![&new.node_name, &new.version, new.examined_at, new.thorough_at, new.node, last.fence],
        )
        .expect_rows(1),
        None => Statement::new(
            "INSERT INTO examinations (node_id, node_name, version, examined_at, thorough_at, fence) VALUES (?, ?, ?, ?, ?, ?)",
            params![new.node, &new.node_name, &new.version, new.examined_at, new.thorough_at, 1],
        ),
    };
    let mut statements = vec![examination, Statement::new("DELETE FROM findings WHERE node_id = ?", params![new.node])];
    statements.extend(findings.iter().map(|watched| insert(new.node, watched)));
    statements
}

fn insert(node: NodeId, watched: &Watched) -> Statement {
    let Finding { id, subject, severity, summary, remedy, details } = &watched.finding;
    Statement::new(
        format!("INSERT INTO findings ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        params![
            node,
            id.name(),
            subject,
            &watched.check,
            severity.name(),
            summary,
            remedy,
            details.join("\n"),
            watched.since,
            watched.seen_at,
            watched.problem_runs,
            watched.clear_runs,
            watched.told.name(),
            watched.told_at,
            watched.told_severity.name(),
            watched.is_present
        ],
    )
}

/// How many findings these nodes have of each severity, without those that are muted.
pub async fn counts(db: &Reader, _server: Granted<Server>, nodes: [NodeId; 2]) -> Result<Vec<(Severity, i64)>> {
    let sql = "SELECT severity, COUNT(*) FROM findings \
        WHERE node_id IN (?, ?) AND is_present = 1 AND id NOT IN (SELECT id FROM finding_mutes) GROUP BY severity";
    let rows: Vec<(String, i64)> = db.all(sql, params![nodes[0], nodes[1]]).await?;
    Ok(rows.into_iter().filter_map(|(name, count)| Some((Severity::from_name(&name)?, count))).collect())
}

/// The ids that are muted, sorted.
pub async fn muted(db: &Reader, _server: Granted<Server>) -> Result<Vec<String>> {
    db.all("SELECT id FROM finding_mutes ORDER BY id", Vec::new()).await
}

/// Has no effect where it is muted already.
pub fn mute(_server: Granted<Server, Write>, id: &FindingId, user: Option<UserId>, now: Millis) -> Statement {
    let sql = Sql::InsertIgnore { table: "finding_mutes", columns: &["id", "user_id", "create_at"], key: &["id"] };
    Statement::new(sql, params![id.name(), user, now])
}

pub fn unmute(_server: Granted<Server, Write>, id: &FindingId) -> Statement {
    Statement::new("DELETE FROM finding_mutes WHERE id = ?", params![id.name()])
}

/// Deletes what is stored of nodes that have not been examined since a moment: they do not exist any more.
pub fn delete_nodes_before(_server: Granted<Server, Write>, before: Millis) -> Vec<Statement> {
    let nodes = "SELECT node_id FROM examinations WHERE examined_at < ?";
    vec![
        Statement::new(format!("DELETE FROM findings WHERE node_id IN ({nodes})"), params![before]),
        Statement::new("DELETE FROM examinations WHERE examined_at < ?", params![before]),
    ]
}
