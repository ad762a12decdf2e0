//! Reading jobs.

use guildhall_model::codes::jobs as codes;
use guildhall_model::id::JobId;
use guildhall_model::job::{Job, JobStatus, JobType};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::jobs;

use super::registry;
use crate::boxed;
use crate::jobs::Jobs;

/// Which jobs to list; `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    pub kind: Option<JobType>,
    pub status: Option<JobStatus>,
}

impl Jobs<'_> {
    /// The newest first. An unknown type yields an empty list.
    #[boxed]
    pub async fn jobs(&self, actor: &Actor, filter: JobFilter, limit: i64, offset: i64) -> Result<Vec<Job>> {
        let permission = filter.kind.as_ref().and_then(registry::entry).map_or(Permission::ReadJobs, |entry| entry.read);
        let grant = self.access.system_permission_to_read(actor, permission)?;
        let filter = jobs::Filter { kind: filter.kind, status: filter.status };
        let mut jobs = jobs::list(self.access.read(&grant), grant.server(), filter, limit, offset).await?;
        jobs.retain(|job| self.may_read(actor, job));
        Ok(jobs)
    }

    #[boxed]
    pub async fn job(&self, actor: &Actor, id: JobId) -> Result<Job> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadJobs)?;
        let job = jobs::get(self.access.read(&grant), grant.server(), id).await?;
        job.filter(|job| self.may_read(actor, job)).ok_or_else(|| codes::NOT_FOUND.into())
    }

    /// No type of job produces a file yet.
    #[boxed]
    pub async fn download_job(&self, actor: &Actor, id: JobId) -> Result<()> {
        self.job(actor, id).await?;
        Err(codes::NOTHING_TO_DOWNLOAD.into())
    }

    fn may_read(&self, actor: &Actor, job: &Job) -> bool {
        registry::entry(&job.kind).is_none_or(|entry| self.access.has_system_permission(actor, entry.read))
    }
}
