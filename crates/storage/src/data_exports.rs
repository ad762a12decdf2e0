//! Exports of what is stored about a person.

use guildhall_model::codes::data_exports as codes;
use guildhall_model::data_export::{DATA_EXPORTS_MAX, DataExport};
use guildhall_model::id::{DataExportId, UserId};
use guildhall_model::job::JobStatus;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, blobs, params};

entity!(DataExport, "data_exports", [id, user_id, requested_by, job_id, create_at, update_at, expires_at, size_bytes, blob_key]);

/// An export with the status and the progress of its job.
pub struct WithJob(pub DataExport, pub Option<(JobStatus, i64)>);

impl FromRow for WithJob {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let export = DataExport::decode(row, 0)?;
        let at = DataExport::COLUMNS.len();
        let job = if row.is_null(at)? { None } else { Some((row.get(at)?, row.i64(at + 1)?)) };
        Ok(Self(export, job))
    }
}

/// The exports of a person, the newest first. Their number is limited.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<WithJob>> {
    let sql = format!(
        "SELECT {}, j.status, j.progress FROM data_exports e LEFT JOIN jobs j ON j.id = e.job_id WHERE e.user_id = ? \
         ORDER BY e.create_at DESC, e.id DESC",
        DataExport::columns_of("e")
    );
    db.all(sql, params![user]).await
}

pub async fn get(db: &Reader, _server: Granted<Server>, id: DataExportId) -> Result<Option<DataExport>> {
    db.optional(DataExport::select("WHERE id = ?"), params![id]).await
}

/// Inserts the export of a person; `TOO_MANY` for one more than there may be, `RUNNING` while another one is being made.
pub fn insert(user: Granted<UserId, Write>, export: &DataExport) -> [Statement; 4] {
    // Whoever asks at the same time waits at the row of the account.
    let lock = "UPDATE users SET link_epoch = link_epoch WHERE id = ?";
    let is_room = "UPDATE users SET link_epoch = link_epoch WHERE id = ? AND (SELECT COUNT(*) FROM data_exports e WHERE e.user_id = ?) < ?";
    let is_idle = "UPDATE users SET link_epoch = link_epoch WHERE id = ? AND NOT EXISTS (SELECT 1 FROM data_exports e \
        JOIN jobs j ON j.id = e.job_id WHERE e.user_id = ? AND e.blob_key IS NULL AND j.status IN ('pending', 'in_progress', 'cancel_requested'))";
    [
        Statement::new(lock, params![user]),
        Statement::new(is_idle, params![user, user]).expect_rows(1).or(codes::RUNNING),
        Statement::new(is_room, params![user, user, DATA_EXPORTS_MAX]).expect_rows(1).or(codes::TOO_MANY).with("max", DATA_EXPORTS_MAX),
        export.insert().bind(1, user),
    ]
}

/// Stores the archive, unless there is one; `NOT_FOUND` if the export was deleted meanwhile.
pub fn finish(user: Granted<UserId, Write>, id: DataExportId, blob_key: &str, size_bytes: i64, now: Millis) -> Statement {
    let sql = "UPDATE data_exports SET blob_key = ?, size_bytes = ?, update_at = ? WHERE id = ? AND user_id = ? AND blob_key IS NULL";
    Statement::new(sql, params![blob_key, size_bytes, now, id, user]).expect_rows(1).or(codes::NOT_FOUND)
}

/// Exports that have expired, the first ones first.
pub async fn expired(db: &Reader, _server: Granted<Server>, now: Millis, limit: usize) -> Result<Vec<DataExport>> {
    db.all(DataExport::select("WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?"), params![now, limit]).await
}

/// Deletes an export, and leaves its archive to the sweep.
pub fn delete(_server: Granted<Server, Write>, export: &DataExport, now: Millis) -> Vec<Statement> {
    let mut statements = vec![Statement::new("DELETE FROM data_exports WHERE id = ?", params![export.id])];
    statements.extend(export.blob_key.as_ref().map(|key| blobs::release(key, now)));
    statements
}
