//! The context of a run: its job, its lease, and how it reports progress.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use guildhall_model::codes::jobs as codes;
use guildhall_model::id::JobId;
use guildhall_model::job::{Job, JobData, JobStatus, Lease, LeaseTerm};
use guildhall_model::{Error, Events, Kind, Result};
use guildhall_storage::{Statement, jobs};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Jobs;
use crate::access::{SystemGrant, Writing};

/// After this time without a renewal another worker may claim the job.
pub(super) const LEASE_MS: i64 = 60_000;
/// Short enough that a lease survives a failed renewal.
pub(super) const RENEW_INTERVAL: Duration = Duration::from_secs(15);

/// Why a run is stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    Canceled,
    /// Another worker claimed the job, or an administrator reset it.
    LeaseLost,
}

/// Whether an error ends the run, which is tried again, and is not of the one thing that the job was about to do.
pub(crate) fn is_of_server(error: &Error) -> bool {
    error.is(codes::LEASE_LOST) || matches!(error.code.kind, Kind::Internal | Kind::Unavailable | Kind::InsufficientStorage)
}

pub(crate) struct JobContext<'a> {
    pub jobs: Jobs<'a>,
    pub grant: Writing<SystemGrant>,
    pub(super) lease: Lease<JobId>,
    progress: AtomicI64,
    data: Mutex<JobData>,
    interruption: Mutex<Option<Interruption>>,
    interrupted: Notify,
}

impl<'a> JobContext<'a> {
    pub(super) fn new(jobs: Jobs<'a>, job: &Job) -> Self {
        Self {
            jobs,
            grant: jobs.access.system("a job was authorized when it was created"),
            lease: Lease { id: job.id, fence: job.fence },
            progress: AtomicI64::new(job.progress),
            data: Mutex::new(job.data.clone()),
            interruption: Mutex::new(None),
            interrupted: Notify::new(),
        }
    }

    /// The first statement of every batch of the run: makes the batch fail with `LEASE_LOST`, without changes, when the
    /// run no longer holds the lease.
    pub fn require_lease(&self) -> Statement {
        jobs::require_lease(self.grant.write_server(), self.lease)
    }

    /// Reports progress, from 0 to 100, and renews the lease. On an error the run must end.
    pub async fn progress(&self, percent: i64) -> Result<()> {
        self.progress.store(percent.clamp(0, 100), Ordering::Relaxed);
        self.renew().await
    }

    /// Renews the lease. On an error the run must end.
    pub async fn renew(&self) -> Result<()> {
        let now = self.jobs.clock.now();
        let term = LeaseTerm { owner: self.jobs.node, now, until: now.plus_ms(LEASE_MS) };
        let mut write = self.jobs.access.write(&self.grant, "jobs.renew");
        write.push(jobs::renew(self.grant.write_server(), self.lease, term, self.progress.load(Ordering::Relaxed)));
        let outcome = write.commit(Events::none("clients poll jobs")).await;
        if matches!(&outcome, Err(error) if error.is(codes::LEASE_LOST)) {
            self.interrupt(self.find_interruption().await?);
        }
        outcome
    }

    /// Sets an entry of the job's data, which is written at the end of the run, or by [`Self::save_data`].
    pub fn set_data(&self, name: &str, value: impl ToString) {
        self.data.lock().insert(name.to_owned(), value.to_string());
    }

    /// Stores the entries at once, for what must hold when the run is repeated.
    pub async fn save_data(&self) -> Result<()> {
        let mut write = self.jobs.access.write(&self.grant, "jobs.save_data");
        write.push(jobs::set_data(self.grant.write_server(), self.lease, &self.data(), self.jobs.clock.now()));
        write.commit(Events::none("clients poll jobs")).await
    }

    pub fn id(&self) -> JobId {
        self.lease.id
    }

    /// A value of the job's data.
    pub fn value(&self, name: &str) -> Option<String> {
        self.data.lock().get(name).cloned()
    }

    pub(super) fn data(&self) -> JobData {
        self.data.lock().clone()
    }

    /// Renews the lease periodically. Returns when the run must stop.
    pub(super) async fn keep_lease(&self) -> Interruption {
        loop {
            tokio::select! {
                () = self.interrupted.notified() => {}
                () = tokio::time::sleep(RENEW_INTERVAL) => {
                    if let Err(error) = self.renew().await {
                        tracing::debug!(%error, job = %self.lease.id, "a job's lease could not be renewed");
                    }
                }
            }
            if let Some(interruption) = *self.interruption.lock() {
                return interruption;
            }
        }
    }

    async fn find_interruption(&self) -> Result<Interruption> {
        let job = jobs::get(self.jobs.access.read(&self.grant), self.grant.server(), self.lease.id).await?;
        let canceled = job.filter(|job| job.fence == self.lease.fence && job.status == JobStatus::CancelRequested);
        Ok(if canceled.is_some() { Interruption::Canceled } else { Interruption::LeaseLost })
    }

    fn interrupt(&self, interruption: Interruption) {
        *self.interruption.lock() = Some(interruption);
        self.interrupted.notify_one();
    }

    pub(super) fn interruption(&self) -> Option<Interruption> {
        *self.interruption.lock()
    }
}
