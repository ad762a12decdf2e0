//! Canceling a job, and setting its status.

use guildhall_model::codes::jobs as codes;
use guildhall_model::id::JobId;
use guildhall_model::job::JobStatus;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::jobs;

use super::registry;
use crate::boxed;
use crate::jobs::Jobs;
use crate::retry::retry_on_conflict;

/// A request to change the status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StatusChange {
    /// Ends the job as soon as possible.
    Cancel,
    Set {
        status: JobStatus,
        is_forced: bool,
    },
}

impl Jobs<'_> {
    /// A pending job is canceled at once, a running one when its worker next renews the lease.
    #[boxed]
    pub async fn cancel_job(&self, actor: &Actor, id: JobId) -> Result<()> {
        retry_on_conflict(|| self.change(actor, id, StatusChange::Cancel)).await
    }

    /// With `is_forced`, a job may become `pending`, `cancel_requested` or `canceled` from any status.
    #[boxed]
    pub async fn update_job_status(&self, actor: &Actor, id: JobId, status: JobStatus, is_forced: bool) -> Result<()> {
        retry_on_conflict(|| self.change(actor, id, StatusChange::Set { status, is_forced })).await
    }

    async fn change(&self, actor: &Actor, id: JobId, change: StatusChange) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageJobs)?;
        let job = jobs::get(self.access.read(&grant), grant.server(), id).await?.ok_or(codes::NOT_FOUND)?;
        if let Some(entry) = registry::entry(&job.kind)
            && !self.access.has_system_permission(actor, entry.manage)
        {
            return Err(codes::NOT_FOUND.into());
        }
        let to = next_status(job.status, change)?;
        let mut write = self.access.write(&grant, if change == StatusChange::Cancel { "jobs.cancel" } else { "jobs.update_status" });
        write.push(jobs::set_status(grant.write_server(), &job, to, self.clock.now()));
        write.detail("job_id", id);
        write.detail("type", job.kind.name());
        write.changed("status", job.status.name(), to.name());
        write.commit(Event::JobsQueued).await
    }
}

fn next_status(from: JobStatus, change: StatusChange) -> Result<JobStatus> {
    match (change, from) {
        (StatusChange::Cancel, JobStatus::Pending) => Ok(JobStatus::Canceled),
        (StatusChange::Cancel, JobStatus::InProgress | JobStatus::CancelRequested) => Ok(JobStatus::CancelRequested),
        (StatusChange::Cancel, _) => Err(codes::NOT_ACTIVE.into()),
        (StatusChange::Set { status, is_forced: false }, from) if from.may_become(status) => Ok(status),
        (StatusChange::Set { status, is_forced: true }, _)
            if matches!(status, JobStatus::Pending | JobStatus::CancelRequested | JobStatus::Canceled) =>
        {
            Ok(status)
        }
        (StatusChange::Set { .. }, _) => Err(codes::STATUS_INVALID.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_jobs_cannot_be_canceled_but_can_be_forced_to_pending() {
        assert!(next_status(JobStatus::Success, StatusChange::Cancel).unwrap_err().is(codes::NOT_ACTIVE));
        let pending = |is_forced| StatusChange::Set { status: JobStatus::Pending, is_forced };
        assert!(next_status(JobStatus::Error, pending(false)).unwrap_err().is(codes::STATUS_INVALID));
        assert_eq!(next_status(JobStatus::Error, pending(true)).unwrap(), JobStatus::Pending);
        let success = StatusChange::Set { status: JobStatus::Success, is_forced: true };
        assert!(next_status(JobStatus::InProgress, success).unwrap_err().is(codes::STATUS_INVALID));
    }
}
