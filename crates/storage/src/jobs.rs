//! Jobs, and the schedules of periodic ones.

use guildhall_model::id::{JobId, NodeId};
use guildhall_model::job::{Job, JobCount, JobData, JobSchedule, JobStatus, JobType, Lease, LeaseTerm};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Sql, Statement, Write, in_list, in_values, leases, params};

entity!(
    Job,
    "jobs",
    [
        id,
        kind as "type",
        status,
        create_at,
        start_at,
        last_activity_at,
        progress,
        data,
        attempts,
        run_at,
        lease_owner,
        lease_until,
        fence,
        created_by
    ]
);

entity!(JobSchedule, "job_schedules", [kind as "type", next_run_at]);

impl FromRow for JobCount {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { kind: row.get(0)?, status: row.get(1)?, count: row.i64(2)?, oldest_create_at: row.millis(3)? })
    }
}

/// Which jobs to list; `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<JobType>,
    pub status: Option<JobStatus>,
}

pub async fn get(db: &Reader, _server: Granted<Server>, id: JobId) -> Result<Option<Job>> {
    db.optional(Job::select("WHERE id = ?"), params![id]).await
}

/// The newest first.
pub async fn list(db: &Reader, _server: Granted<Server>, filter: Filter, limit: i64, offset: i64) -> Result<Vec<Job>> {
    let mut tail = "WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    if let Some(kind) = filter.kind {
        tail.push_str(" AND type = ?");
        values.extend(params![kind]);
    }
    if let Some(status) = filter.status {
        tail.push_str(" AND status = ?");
        values.extend(params![status]);
    }
    values.extend(params![limit, offset]);
    db.all(Job::select(&format!("{tail} ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?")), values).await
}

/// The number of stored jobs by type and status.
pub async fn counts(db: &Reader, _server: Granted<Server>) -> Result<Vec<JobCount>> {
    db.all("SELECT type, status, COUNT(*), MIN(create_at) FROM jobs GROUP BY type, status ORDER BY type, status", Vec::new()).await
}

/// The number of pending and running jobs of this type.
pub async fn count_active(db: &Reader, _server: Granted<Server>, kind: &JobType) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM jobs WHERE type = ? AND status IN ('pending', 'in_progress', 'cancel_requested')";
    db.one(sql, params![kind.clone()]).await
}

/// The pending and running jobs of these types.
pub async fn active(db: &Reader, _server: Granted<Server>, kinds: &[JobType]) -> Result<Vec<Job>> {
    let tail = format!("WHERE type IN {} AND status IN ('pending', 'in_progress', 'cancel_requested')", in_list(kinds.len()));
    db.all(Job::select(&tail), in_values(kinds.iter().cloned())).await
}

/// Which of these types a worker has a job of.
pub async fn running(db: &Reader, _server: Granted<Server>, kinds: &[JobType], now: Millis) -> Result<Vec<JobType>> {
    let sql = format!(
        "SELECT DISTINCT type FROM jobs WHERE status IN ('in_progress', 'cancel_requested') AND lease_until >= ? AND type IN {}",
        in_list(kinds.len())
    );
    let mut values = params![now];
    values.extend(in_values(kinds.iter().cloned()));
    let names: Vec<String> = db.all(sql, values).await?;
    Ok(names.iter().filter_map(|name| JobType::from_name(name)).collect())
}

/// Jobs of these types that are pending and due, or active with an expired lease; the longest due first.
pub async fn due(db: &Reader, _server: Granted<Server>, kinds: &[JobType], now: Millis, limit: usize) -> Result<Vec<Job>> {
    let tail = format!(
        "WHERE status IN ('pending', 'in_progress', 'cancel_requested') AND run_at <= ? AND lease_until < ? AND type IN {} \
         ORDER BY run_at, id LIMIT ?",
        in_list(kinds.len())
    );
    let mut values = params![now, now];
    values.extend(in_values(kinds.iter().cloned()));
    values.extend(params![limit]);
    db.all(Job::select(&tail), values).await
}

pub fn insert(_server: Granted<Server, Write>, job: &Job) -> Statement {
    job.insert()
}

/// Starts a run where nobody holds the lease. Its fence is `fence + 1`.
pub fn claim(_server: Granted<Server, Write>, lease: Lease<JobId>, term: LeaseTerm) -> Statement {
    let set = ", status = 'in_progress', last_activity_at = ?, start_at = CASE WHEN start_at = 0 THEN ? ELSE start_at END";
    leases::claim("jobs", lease, term, set, params![term.now, term.now], " AND status IN ('pending', 'in_progress')")
}

/// The condition of every batch of a run: fails with `LEASE_LOST` when the worker no longer holds the lease.
pub fn require_lease(_server: Granted<Server, Write>, lease: Lease<JobId>) -> Statement {
    let active = " AND status IN ('in_progress', 'cancel_requested')";
    leases::fenced_write(lease, "UPDATE jobs SET last_activity_at = last_activity_at", Vec::new(), active)
}

/// Extends the lease; fails with `LEASE_LOST` where it was lost, or where cancellation is requested.
pub fn renew(_server: Granted<Server, Write>, lease: Lease<JobId>, term: LeaseTerm, progress: i64) -> Statement {
    let update = "UPDATE jobs SET lease_until = ?, last_activity_at = ?, progress = ?";
    leases::fenced_write(lease, update, params![term.until, term.now, progress], " AND status = 'in_progress'")
}

/// Stores the data of a run that goes on.
pub fn set_data(_server: Granted<Server, Write>, lease: Lease<JobId>, data: &JobData, now: Millis) -> Statement {
    let update = "UPDATE jobs SET data = ?, last_activity_at = ?";
    leases::fenced_write(lease, update, params![data.clone(), now], " AND status = 'in_progress'")
}

/// Ends a run with a final status.
pub fn finish(_server: Granted<Server, Write>, lease: Lease<JobId>, status: JobStatus, data: &JobData, now: Millis) -> Statement {
    let progress = if status == JobStatus::Success { "100" } else { "progress" };
    let update =
        format!("UPDATE jobs SET status = ?, data = ?, last_activity_at = ?, lease_owner = NULL, lease_until = 0, progress = {progress}");
    leases::fenced_write(lease, &update, params![status, data.clone(), now], " AND status IN ('in_progress', 'cancel_requested')")
}

/// Ends a run that failed and is retried at `run_at`.
pub fn retry(_server: Granted<Server, Write>, lease: Lease<JobId>, data: &JobData, now: Millis, run_at: Millis) -> Statement {
    let update = "UPDATE jobs SET status = 'pending', data = ?, last_activity_at = ?, run_at = ?, lease_owner = NULL, lease_until = 0";
    leases::fenced_write(lease, update, params![data.clone(), now, run_at], " AND status = 'in_progress'")
}

/// Cancels a job whose cancellation is requested and whose lease has expired.
pub fn cancel_abandoned(_server: Granted<Server, Write>, lease: Lease<JobId>, now: Millis) -> Statement {
    let update = "UPDATE jobs SET lease_until = 0, lease_owner = NULL, fence = fence + 1, last_activity_at = ?, status = 'canceled'";
    let mut statement = leases::fenced_write(lease, update, params![now], " AND status = 'cancel_requested' AND lease_until < ?");
    statement.params.extend(params![now]);
    statement
}

/// Sets the status of a job that has not changed since it was read. Unless only cancellation is requested, the current
/// run loses its lease.
pub fn set_status(_server: Granted<Server, Write>, job: &Job, to: JobStatus, now: Millis) -> Statement {
    let reset = match to {
        JobStatus::CancelRequested => "",
        JobStatus::Pending => ", fence = fence + 1, lease_owner = NULL, lease_until = 0, attempts = 0, progress = 0, run_at = 0",
        _ => ", fence = fence + 1, lease_owner = NULL, lease_until = 0",
    };
    let sql = format!("UPDATE jobs SET status = ?, last_activity_at = ?{reset} WHERE id = ? AND status = ? AND fence = ?");
    Statement::new(sql, params![to, now, job.id, job.status, job.fence]).expect_rows(1)
}

/// Releases the leases of this node. `is_attempt_counted`: whether the aborted run counts as an attempt.
pub fn release_all(_server: Granted<Server, Write>, owner: NodeId, is_attempt_counted: bool) -> Vec<Statement> {
    let uncounted = i64::from(!is_attempt_counted);
    let free = "lease_owner = NULL, lease_until = 0, fence = fence + 1";
    vec![
        Statement::new(
            format!("UPDATE jobs SET status = 'pending', attempts = attempts - ?, {free} WHERE status = 'in_progress' AND lease_owner = ?"),
            params![uncounted, owner],
        ),
        Statement::new(
            format!("UPDATE jobs SET status = 'canceled', {free} WHERE status = 'cancel_requested' AND lease_owner = ?"),
            params![owner],
        ),
    ]
}

/// Deletes scheduled jobs that succeeded and were last active before this time.
pub fn delete_succeeded_scheduled(_server: Granted<Server, Write>, before: Millis) -> Statement {
    let sql = "DELETE FROM jobs WHERE status = 'success' AND created_by IS NULL AND last_activity_at < ?";
    Statement::new(sql, params![before])
}

/// Deletes all finished jobs that were last active before this time.
pub fn delete_finished(_server: Granted<Server, Write>, before: Millis) -> Statement {
    let sql = "DELETE FROM jobs WHERE status IN ('success', 'error', 'canceled', 'warning') AND last_activity_at < ?";
    Statement::new(sql, params![before])
}

pub async fn schedules(db: &Reader, _server: Granted<Server>) -> Result<Vec<JobSchedule>> {
    db.all(JobSchedule::select("ORDER BY type"), Vec::new()).await
}

pub fn insert_schedule_if_absent(_server: Granted<Server, Write>, schedule: &JobSchedule) -> Statement {
    let sql = Sql::InsertIgnore { table: JobSchedule::TABLE, columns: JobSchedule::COLUMNS, key: &["type"] };
    Statement::new(sql, schedule.values())
}

/// Advances a due schedule. Only one node succeeds; the others get a conflict.
pub fn advance_schedule(_server: Granted<Server, Write>, schedule: &JobSchedule, next_run_at: Millis) -> Statement {
    let sql = "UPDATE job_schedules SET next_run_at = ? WHERE type = ? AND next_run_at = ?";
    Statement::new(sql, params![next_run_at, schedule.kind.clone(), schedule.next_run_at]).expect_rows(1)
}
