//! Exports of what is stored about a person.

use crate::id::{DataExportId, JobId, UserId};
use crate::job::JobStatus;
use crate::time::Millis;

/// Limit of exports of one person that have not expired.
pub const DATA_EXPORTS_MAX: i64 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataExport {
    pub id: DataExportId,
    /// Whom it is about.
    pub user_id: UserId,
    /// `None` for the local administrator.
    pub requested_by: Option<UserId>,
    pub job_id: JobId,
    pub create_at: Millis,
    pub update_at: Millis,
    /// It is deleted then.
    pub expires_at: Millis,
    /// Of the archive; zero before there is one.
    pub size_bytes: i64,
    /// The archive.
    pub blob_key: Option<String>,
}

impl DataExport {
    /// Whoever asks for their own data gets all of it. In what others ask for, the messages of direct and group channels are left out, which
    /// nobody reads but their members.
    pub fn is_own(&self) -> bool {
        self.requested_by == Some(self.user_id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataExportStatus {
    Pending,
    InProgress,
    Ready,
    Failed,
}

impl DataExportStatus {
    /// Of an export whose job has this status; `None` where the job is gone.
    pub const fn of(has_archive: bool, job: Option<JobStatus>) -> Self {
        match job {
            _ if has_archive => Self::Ready,
            Some(JobStatus::Pending) => Self::Pending,
            Some(JobStatus::InProgress | JobStatus::CancelRequested) => Self::InProgress,
            _ => Self::Failed,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// An export, and how far its job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataExportState {
    pub export: DataExport,
    pub status: DataExportStatus,
    /// 0 to 100.
    pub progress: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_without_archive_is_as_its_job() {
        assert_eq!(DataExportStatus::of(true, None), DataExportStatus::Ready);
        assert_eq!(DataExportStatus::of(false, Some(JobStatus::Pending)), DataExportStatus::Pending);
        assert_eq!(DataExportStatus::of(false, Some(JobStatus::InProgress)), DataExportStatus::InProgress);
        for ended in [None, Some(JobStatus::Error), Some(JobStatus::Canceled), Some(JobStatus::Success)] {
            assert_eq!(DataExportStatus::of(false, ended), DataExportStatus::Failed);
        }
    }
}
