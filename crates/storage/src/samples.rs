//! What each node measured about itself, over time.

use guildhall_model::id::NodeId;
use guildhall_model::sample::Sample;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Sql, Statement, Write, params};

entity!(
    Sample,
    "samples",
    [
        interval_ms,
        create_at,
        node_id,
        requests,
        posts,
        users_online,
        connections,
        request_p50_us,
        request_p95_us,
        request_p99_us,
        cpu_ms,
        memory_bytes,
        disk_used_bytes,
        disk_free_bytes,
        database_bytes,
        queue_length,
        failed_deliveries
    ]
);

/// The samples of all nodes with this interval since a moment, the oldest first.
pub async fn list(db: &Reader, _server: Granted<Server>, interval_ms: i64, since: Millis, limit: usize) -> Result<Vec<Sample>> {
    let tail = "WHERE interval_ms = ? AND create_at >= ? ORDER BY create_at, node_id LIMIT ?";
    db.all(Sample::select(tail), params![interval_ms, since, limit]).await
}

/// The samples of one node with this interval since a moment, the oldest first.
pub async fn of_node(db: &Reader, _server: Granted<Server>, interval_ms: i64, since: Millis, node: NodeId) -> Result<Vec<Sample>> {
    let tail = "WHERE interval_ms = ? AND create_at >= ? AND node_id = ? ORDER BY create_at";
    db.all(Sample::select(tail), params![interval_ms, since, node]).await
}

/// When the oldest sample that is still stored was measured, whatever its interval.
pub async fn oldest(db: &Reader, _server: Granted<Server>) -> Result<Option<Millis>> {
    db.one("SELECT MIN(create_at) FROM samples", params![]).await
}

/// When the newest sample with this interval was measured.
pub async fn newest(db: &Reader, _server: Granted<Server>, interval_ms: i64) -> Result<Option<Millis>> {
    db.one("SELECT MAX(create_at) FROM samples WHERE interval_ms = ?", params![interval_ms]).await
}

/// Inserts a sample; one of the same node, interval and time stays.
pub fn insert_if_absent(_server: Granted<Server, Write>, sample: &Sample) -> Statement {
    let key = &["interval_ms", "create_at", "node_id"];
    Statement::new(Sql::InsertIgnore { table: Sample::TABLE, columns: Sample::COLUMNS, key }, sample.values())
}

/// Deletes the samples with this interval that are older than `before`.
pub fn delete_before(_server: Granted<Server, Write>, interval_ms: i64, before: Millis) -> Statement {
    Statement::new("DELETE FROM samples WHERE interval_ms = ? AND create_at < ?", params![interval_ms, before])
}
