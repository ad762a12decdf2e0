//! One run of a job, and its result.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use guildhall_model::codes::{context, jobs as codes};
use guildhall_model::job::{Job, JobStatus};
use guildhall_model::{Error, Events, Result};
use guildhall_storage::jobs;
use tokio::sync::watch;

use super::context::{Interruption, JobContext};
use super::registry::{self, Entry};
use crate::jobs::Jobs;
use crate::worker::{reason, stored_message};

impl Jobs<'_> {
    pub(super) async fn run(&self, job: Job, mut stop: watch::Receiver<bool>) {
        let Some(entry) = registry::entry(&job.kind) else { return };
        let context = JobContext::new(*self, &job);
        if job.attempts > entry.retry.attempts_max {
            // Every attempt ended with its process, before a result was written.
            context.set_data("error", "every attempt was aborted");
            tracing::warn!(job = %job.id, kind = job.kind.name(), attempts = job.attempts, "job failed: every attempt was aborted");
            return log_unwritten(&job, self.finish(&context, JobStatus::Error).await);
        }
        let outcome = tokio::select! {
            biased;
            interruption = context.keep_lease() => Err(Some(interruption)),
            // The job is released when the worker stops, and runs again later.
            _ = stop.wait_for(|stop| *stop) => Err(None),
            outcome = AssertUnwindSafe((entry.run)(&context)).catch_unwind() => Ok(outcome.unwrap_or_else(|_| Err(panic_error()))),
        };
        let write_result = match (outcome, context.interruption()) {
            (Err(None), _) => Ok(()),
            (Err(Some(Interruption::Canceled)), _) | (Ok(Err(_)), Some(Interruption::Canceled)) => {
                self.finish(&context, JobStatus::Canceled).await
            }
            (Err(Some(Interruption::LeaseLost)), _) => Err(codes::LEASE_LOST.into()),
            (Ok(Ok(())), _) => self.finish(&context, JobStatus::Success).await,
            (Ok(Err(error)), _) if error.is(codes::LEASE_LOST) => Err(error),
            (Ok(Err(error)), _) => self.fail(entry, &job, &context, &error).await,
        };
        log_unwritten(&job, write_result);
    }

    async fn finish(&self, context: &JobContext<'_>, status: JobStatus) -> Result<()> {
        let mut write = self.access.write(&context.grant, "jobs.finish");
        write.push(jobs::finish(context.grant.write_server(), context.lease, status, &context.data(), self.clock.now()));
        write.commit(Events::none("clients poll jobs")).await
    }

    /// Schedules the next attempt, or ends the job with an error after the last one.
    async fn fail(&self, entry: &Entry, job: &Job, context: &JobContext<'_>, error: &Error) -> Result<()> {
        context.set_data("error", stored_message(&reason(error)));
        let random = self.ids.next_bytes()[15];
        let Some(delay_ms) = entry.retry.delay_ms(job.attempts, random) else {
            tracing::warn!(%error, job = %job.id, kind = job.kind.name(), attempts = job.attempts, "job failed");
            return self.finish(context, JobStatus::Error).await;
        };
        tracing::info!(%error, job = %job.id, kind = job.kind.name(), delay_ms, "job failed; it is retried");
        let now = self.clock.now();
        let mut write = self.access.write(&context.grant, "jobs.retry");
        write.push(jobs::retry(context.grant.write_server(), context.lease, &context.data(), now, now.plus_ms(delay_ms)));
        match write.commit(Events::none("clients poll jobs")).await {
            // Cancellation was requested meanwhile.
            Err(error) if error.is(codes::LEASE_LOST) => self.finish(context, JobStatus::Canceled).await,
            outcome => outcome,
        }
    }
}

fn log_unwritten(job: &Job, write_result: Result<()>) {
    if let Err(error) = write_result {
        // The job is retried by the holder of the lease, or when the lease expires.
        tracing::info!(%error, job = %job.id, kind = job.kind.name(), "the result of a run was not written");
    }
}

fn panic_error() -> Error {
    context::INTERNAL.with_source("the run panicked")
}
