//! The queue of deliveries to other servers.

use guildhall_model::finding::FailingMail;
use guildhall_model::id::{DeliveryId, NodeId, TargetId};
use guildhall_model::job::{Delivery, Lease, LeaseTerm, QueueDepth};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, in_list, in_values, leases, params, value_rows};

entity!(
    Delivery,
    "deliveries",
    [id, kind, target_id, payload, create_at, next_attempt_at, attempts, lease_owner, lease_until, fence, last_error]
);

impl FromRow for QueueDepth {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { kind: row.text(0)?, waiting: row.i64(1)?, retrying: row.i64(2)?, oldest_create_at: row.millis(3)? })
    }
}

/// Which deliveries are due.
#[derive(Debug, Clone, Copy)]
pub struct DueFilter<'a> {
    pub kinds: &'a [&'a str],
    /// Targets that are skipped.
    pub except: &'a [TargetId],
    pub now: Millis,
}

/// Deliveries that are due and not leased, the longest due first.
pub async fn due(db: &Reader, _server: Granted<Server>, filter: DueFilter<'_>, limit: usize) -> Result<Vec<Delivery>> {
    let mut tail = format!("WHERE next_attempt_at <= ? AND lease_until < ? AND kind IN {}", in_list(filter.kinds.len()));
    let mut values = params![filter.now, filter.now];
    values.extend(in_values(filter.kinds.iter().copied()));
    // `NOT IN ()` is invalid in SQL.
    if !filter.except.is_empty() {
        tail.push_str(&format!(" AND target_id NOT IN {}", in_list(filter.except.len())));
        values.extend(in_values(filter.except.iter().copied()));
    }
    tail.push_str(" ORDER BY next_attempt_at, id LIMIT ?");
    values.extend(params![limit]);
    db.all(Delivery::select(&tail), values).await
}

pub async fn queue_depths(db: &Reader, _server: Granted<Server>) -> Result<Vec<QueueDepth>> {
    let sql = "SELECT kind, SUM(CASE WHEN attempts = 0 THEN 1 ELSE 0 END), SUM(CASE WHEN attempts = 0 THEN 0 ELSE 1 END), MIN(create_at) \
               FROM deliveries GROUP BY kind ORDER BY kind";
    db.all(sql, Vec::new()).await
}

/// The mails of which an attempt failed, and why the newest of them did.
pub async fn failing_mail(db: &Reader, _server: Granted<Server>) -> Result<Option<FailingMail>> {
    const FAILING: &str = "FROM deliveries WHERE kind IN ('account_mail', 'invitation_mail', 'notification_mail') AND last_error <> ''";
    let count: i64 = db.one(format!("SELECT COUNT(*) {FAILING}"), Vec::new()).await?;
    let sql = format!("SELECT last_error {FAILING} ORDER BY create_at DESC, id DESC LIMIT 1");
    let last_error: Option<String> = db.optional(sql, Vec::new()).await?;
    Ok(last_error.map(|last_error| FailingMail { count, last_error }))
}

/// The number of queued deliveries by target.
pub async fn counts_by_target(db: &Reader, _server: Granted<Server>) -> Result<Vec<(TargetId, i64)>> {
    db.all("SELECT target_id, COUNT(*) FROM deliveries GROUP BY target_id", Vec::new()).await
}

/// Inserts all of them by one statement. The list must not be empty.
pub fn insert(deliveries: &[Delivery]) -> Statement {
    let rows = value_rows(deliveries.len(), Delivery::COLUMNS.len());
    let sql = format!("INSERT INTO deliveries ({}) VALUES {rows}", Delivery::COLUMNS.join(", "));
    Statement::new(sql, deliveries.iter().flat_map(Entity::values).collect())
}

/// Starts an attempt where nobody holds the lease. Its fence is `fence + 1`.
pub fn claim(_server: Granted<Server, Write>, lease: Lease<DeliveryId>, term: LeaseTerm) -> Statement {
    leases::claim("deliveries", lease, term, "", Vec::new(), "")
}

/// Deletes a delivery that was made or abandoned.
pub fn delete(_server: Granted<Server, Write>, lease: Lease<DeliveryId>) -> Statement {
    leases::fenced_write(lease, "DELETE FROM deliveries", Vec::new(), "")
}

/// Schedules the next attempt after a failed one.
pub fn postpone(_server: Granted<Server, Write>, lease: Lease<DeliveryId>, next_attempt_at: Millis, error: &str) -> Statement {
    let update = "UPDATE deliveries SET next_attempt_at = ?, last_error = ?, lease_owner = NULL, lease_until = 0";
    leases::fenced_write(lease, update, params![next_attempt_at, error], "")
}

/// Deletes all deliveries to this target. Attempts in progress lose their lease, so that their responses are discarded.
pub fn delete_by_target(target: TargetId) -> Statement {
    Statement::new("DELETE FROM deliveries WHERE target_id = ?", params![target])
}

/// Releases the leases of this node. `is_attempt_counted`: whether the aborted attempt counts.
pub fn release_all(_server: Granted<Server, Write>, owner: NodeId, is_attempt_counted: bool) -> Statement {
    Statement::new(
        "UPDATE deliveries SET lease_owner = NULL, lease_until = 0, fence = fence + 1, attempts = attempts - ? WHERE lease_owner = ?",
        params![i64::from(!is_attempt_counted), owner],
    )
}
