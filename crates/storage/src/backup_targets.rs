//! Where backups are made to, and what has happened there.

use guildhall_model::backup::{ArchivedBackup, BackupTarget, Retention, TargetKeys, TargetState};
use guildhall_model::changes::ContinuousState;
use guildhall_model::codes::backups as codes;
use guildhall_model::finding::BackupFacts;
use guildhall_model::id::BackupTargetId;
use guildhall_model::ports::Secret;
use guildhall_model::{Millis, Result};

use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Value, Write, params};

/// Longer reasons of failures are cut.
const ERROR_CHARS_MAX: usize = 500;

impl Entity for BackupTarget {
    const TABLE: &'static str = "backup_targets";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "create_at", "update_at", "name", "location", "password", "access_key",
        "secret_key", "interval_hours", "keep_last", "keep_daily", "keep_weekly", "keep_monthly", "keep_yearly", "bytes_per_second",
        "last_start_at", "last_success_at", "last_snapshot", "last_duration_ms", "last_bytes", "last_bytes_added",
        "last_error", "last_check_at", "last_check_error", "last_drill_at", "last_drill_error", "last_drill_duration_ms", "is_continuous",
    ];

    fn decode(row: &Row<'_>, at: usize) -> Result<Self, DecodeError> {
        let secret = |index: usize| row.text(at + index).map(Secret::new);
        Ok(Self {
            id: row.get(at)?,
            create_at: row.get(at + 1)?,
            update_at: row.get(at + 2)?,
            name: row.get(at + 3)?,
            location: row.get(at + 4)?,
            keys: TargetKeys { password: secret(5)?, access_key: row.get(at + 6)?, secret_key: secret(7)? },
            interval_hours: row.get(at + 8)?,
            retention: Retention {
                last: row.get(at + 9)?,
                daily: row.get(at + 10)?,
                weekly: row.get(at + 11)?,
                monthly: row.get(at + 12)?,
                yearly: row.get(at + 13)?,
            },
            bytes_per_second: row.get(at + 14)?,
            is_continuous: row.get(at + 27)?,
            state: TargetState {
                last_start_at: row.get(at + 15)?,
                last_success_at: row.get(at + 16)?,
                last_snapshot: row.get(at + 17)?,
                last_duration_ms: row.get(at + 18)?,
                last_bytes: row.get(at + 19)?,
                last_bytes_added: row.get(at + 20)?,
                last_error: row.get(at + 21)?,
                last_check_at: row.get(at + 22)?,
                last_check_error: row.get(at + 23)?,
                last_drill_at: row.get(at + 24)?,
                last_drill_error: row.get(at + 25)?,
                last_drill_duration_ms: row.get(at + 26)?,
            },
        })
    }

    fn values(&self) -> Vec<Value> {
        let Self { id, create_at, update_at, name, location, keys, interval_hours, retention, bytes_per_second, is_continuous, state } =
            self;
        let mut values = params![*id, *create_at, *update_at, name, location];
        values.extend(params![keys.password.expose(), &keys.access_key, keys.secret_key.expose(), *interval_hours]);
        values.extend(params![retention.last, retention.daily, retention.weekly, retention.monthly, retention.yearly, *bytes_per_second]);
        values.extend(params![state.last_start_at, state.last_success_at, &state.last_snapshot, state.last_duration_ms, state.last_bytes]);
        values.extend(params![state.last_bytes_added, &state.last_error, state.last_check_at, &state.last_check_error]);
        values.extend(params![state.last_drill_at, &state.last_drill_error, state.last_drill_duration_ms, *is_continuous]);
        values
    }
}

impl FromRow for BackupTarget {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Self::decode(row, 0)
    }
}

/// By name.
pub async fn list(db: &Reader, _server: Granted<Server>) -> Result<Vec<BackupTarget>> {
    db.all(BackupTarget::select("ORDER BY name"), Vec::new()).await
}

/// Whether there is one. Of this table only what every version of it has is read.
pub async fn exist(db: &Reader, _server: Granted<Server>) -> Result<bool> {
    let found: Option<BackupTargetId> = db.optional("SELECT id FROM backup_targets LIMIT 1", Vec::new()).await?;
    Ok(found.is_some())
}

/// What the checks of `guildhall doctor` look at. Only a running server knows the states of its continuous backups.
pub async fn facts(db: &Reader, server: Granted<Server>, continuous: &[(BackupTargetId, ContinuousState)]) -> Result<Vec<BackupFacts>> {
    let facts = |target: BackupTarget| {
        let BackupTarget { id, name, create_at, interval_hours, is_continuous, state, .. } = target;
        let continuous = continuous.iter().find(|(of, _)| is_continuous && *of == id).map(|(_, state)| state.clone());
        BackupFacts { name, create_at, interval_hours, is_continuous, continuous, state }
    };
    Ok(list(db, server).await?.into_iter().map(facts).collect())
}

pub async fn get(db: &Reader, _server: Granted<Server>, id: BackupTargetId) -> Result<Option<BackupTarget>> {
    db.optional(BackupTarget::select("WHERE id = ?"), params![id]).await
}

pub fn insert(_server: Granted<Server, Write>, target: &BackupTarget) -> Statement {
    target.insert().on_duplicate(codes::TARGET_NAME_TAKEN)
}

/// Changes what an administrator sets, and not what has happened.
pub fn update(_server: Granted<Server, Write>, target: &BackupTarget) -> Statement {
    let sql = "UPDATE backup_targets SET update_at = ?, name = ?, location = ?, password = ?, access_key = ?, secret_key = ?, \
               interval_hours = ?, keep_last = ?, keep_daily = ?, keep_weekly = ?, keep_monthly = ?, keep_yearly = ?, \
               bytes_per_second = ?, is_continuous = ? WHERE id = ?";
    let values = target.values().into_iter().skip(2).take(13);
    let values = values.chain(params![target.is_continuous, target.id]).collect();
    Statement::new(sql, values).expect_rows(1).or(codes::TARGET_NOT_FOUND).on_duplicate(codes::TARGET_NAME_TAKEN)
}

pub fn remove(_server: Granted<Server, Write>, id: BackupTargetId) -> Statement {
    Statement::new("DELETE FROM backup_targets WHERE id = ?", params![id]).expect_rows(1).or(codes::TARGET_NOT_FOUND)
}

/// A backup has begun.
pub fn record_start(_server: Granted<Server, Write>, id: BackupTargetId, now: Millis) -> Statement {
    Statement::new("UPDATE backup_targets SET last_start_at = ? WHERE id = ?", params![now, id])
}

/// A backup that began at `start_at` has succeeded.
pub fn record_success(
    _server: Granted<Server, Write>,
    id: BackupTargetId,
    archived: &ArchivedBackup,
    start_at: Millis,
    now: Millis,
) -> Statement {
    let bytes = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let backup = &archived.backup;
    // A backup holds what there was when it began.
    let mut values = params![start_at, &backup.snapshot, now.0.saturating_sub(start_at.0), bytes(backup.bytes), bytes(backup.bytes_added)];
    values.extend(params![id]);
    let sql = "UPDATE backup_targets SET last_success_at = ?, last_snapshot = ?, last_duration_ms = ?, last_bytes = ?, \
               last_bytes_added = ?, last_error = '' WHERE id = ?";
    Statement::new(sql, values)
}

/// A backup has failed.
pub fn record_failure(_server: Granted<Server, Write>, id: BackupTargetId, error: &str) -> Statement {
    Statement::new("UPDATE backup_targets SET last_error = ? WHERE id = ?", params![cut(error), id])
}

/// The repository was read; `error` is empty where it is whole.
pub fn record_check(_server: Granted<Server, Write>, id: BackupTargetId, error: &str, now: Millis) -> Statement {
    let sql = "UPDATE backup_targets SET last_check_at = ?, last_check_error = ? WHERE id = ?";
    Statement::new(sql, params![now, cut(error), id])
}

/// A backup was restored as a test; `error` is empty where it has succeeded.
pub fn record_drill(_server: Granted<Server, Write>, id: BackupTargetId, error: &str, start_at: Millis, now: Millis) -> Statement {
    let sql = "UPDATE backup_targets SET last_drill_at = ?, last_drill_error = ?, last_drill_duration_ms = ? WHERE id = ?";
    Statement::new(sql, params![now, cut(error), now.0.saturating_sub(start_at.0), id])
}

fn cut(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(ERROR_CHARS_MAX).collect()
}
