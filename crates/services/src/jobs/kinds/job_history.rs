//! Deletes finished jobs, and what is known of the calls of integrations, after their retention time.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::integration::CALLS_KEPT_MS;
use guildhall_model::{Events, Result};
use guildhall_storage::{Statement, integration_calls, jobs};

use crate::jobs::context::JobContext;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// For scheduled jobs that succeeded.
const SCHEDULED_RETENTION_MS: i64 = DAY_MS;
/// For all others: created by users, or failed.
const RETENTION_MS: i64 = 30 * DAY_MS;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let now = job.jobs.clock.now();
        delete(job, jobs::delete_succeeded_scheduled(job.grant.write_server(), now.minus_ms(SCHEDULED_RETENTION_MS))).await?;
        job.progress(50).await?;
        delete(job, jobs::delete_finished(job.grant.write_server(), now.minus_ms(RETENTION_MS))).await?;
        delete(job, integration_calls::forget(job.grant.write_server(), now.minus_ms(CALLS_KEPT_MS))).await
    }
    .boxed()
}

async fn delete(job: &JobContext<'_>, deletion: Statement) -> Result<()> {
    let mut write = job.jobs.access.write(&job.grant, "jobs.delete_history");
    write.extend([job.require_lease(), deletion]);
    write.commit(Events::none("clients poll jobs")).await
}
