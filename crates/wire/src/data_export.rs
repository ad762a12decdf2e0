//! Exports of what is stored about a person, which Mattermost does not have.

use guildhall_model::data_export::DataExportState;
use guildhall_model::id::{DataExportId, JobId, UserId};
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct DataExport {
    pub id: DataExportId,
    pub user_id: UserId,
    /// Empty for the local administrator.
    pub requested_by: String,
    pub job_id: JobId,
    /// `pending`, `in_progress`, `ready` or `failed`.
    pub status: &'static str,
    /// 0 to 100.
    pub progress: i64,
    pub create_at: i64,
    /// It is deleted then.
    pub expires_at: i64,
    /// Of the archive; zero before it is ready.
    pub size_bytes: i64,
}

impl From<DataExportState> for DataExport {
    fn from(DataExportState { export, status, progress }: DataExportState) -> Self {
        Self {
            id: export.id,
            user_id: export.user_id,
            requested_by: export.requested_by.map(|id| id.to_string()).unwrap_or_default(),
            job_id: export.job_id,
            status: status.name(),
            progress,
            create_at: export.create_at.0,
            expires_at: export.expires_at.0,
            size_bytes: export.size_bytes,
        }
    }
}
