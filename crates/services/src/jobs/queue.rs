//! Claims due jobs for this node's worker.

use guildhall_model::job::{Job, JobStatus, JobType, Lease, LeaseTerm};
use guildhall_model::{Events, Result};
use guildhall_storage::jobs;
use tokio::sync::{Notify, watch};
use tracing::Instrument;

use super::context::LEASE_MS;
use super::registry;
use crate::Services;
use crate::jobs::Jobs;
use crate::worker::Queue;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) work_available: Notify,
}

/// The queue as the worker reads it.
pub(crate) struct JobQueue;

impl Queue for JobQueue {
    type Item = Job;
    const CONCURRENCY_MAX: usize = 4;

    fn work_available(services: &Services) -> &Notify {
        &services.jobs().state().work_available
    }

    async fn claim(services: &Services, limit: usize) -> Result<Vec<Job>> {
        services.jobs().create_scheduled().await?;
        services.jobs().claim(limit).await
    }

    async fn run(services: &Services, job: Job, stop: watch::Receiver<bool>) {
        let span = tracing::error_span!("job", job_id = %job.id, kind = job.kind.name());
        services.jobs().run(job, stop).instrument(span).await;
    }
}

impl Jobs<'_> {
    /// Releases the leases of this node.
    pub(crate) async fn release_jobs(&self, is_attempt_counted: bool) -> Result<()> {
        let grant = self.access.system("at startup and shutdown this node runs no job");
        let mut write = self.access.write(&grant, "jobs.release");
        write.extend(jobs::release_all(grant.write_server(), self.node, is_attempt_counted));
        write.commit(Events::none("workers poll")).await
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Job>> {
        let grant = self.access.system("a job was authorized when it was created");
        let now = self.clock.now();
        let term = LeaseTerm { owner: self.node, now, until: now.plus_ms(LEASE_MS) };
        let mut claimed = Vec::new();
        let db = self.access.read(&grant);
        let alone = registry::kinds_alone();
        let mut busy = jobs::running(db, grant.server(), &alone, now).await?;
        let free: Vec<JobType> = registry::kinds().into_iter().filter(|kind| !busy.contains(kind)).collect();
        for job in jobs::due(db, grant.server(), &free, now, limit).await? {
            if busy.contains(&job.kind) {
                continue;
            }
            let lease = Lease { id: job.id, fence: job.fence };
            let mut write = self.access.write(&grant, "jobs.claim");
            if job.status == JobStatus::CancelRequested {
                write.push(jobs::cancel_abandoned(grant.write_server(), lease, now));
            } else {
                write.push(jobs::claim(grant.write_server(), lease, term));
            }
            // Skipped on an error: another worker was faster, or the database is unavailable. The job stays due.
            if write.commit(Events::none("clients poll jobs")).await.is_ok() && job.status != JobStatus::CancelRequested {
                busy.extend(alone.contains(&job.kind).then(|| job.kind.clone()));
                claimed.push(Job { fence: job.fence + 1, attempts: job.attempts + 1, ..job });
            }
        }
        Ok(claimed)
    }
}
