//! Deletes audit records after their retention time.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let days = job.jobs.settings().limits.audit_days;
        if days == 0 {
            return Ok(());
        }
        let before = job.jobs.clock.now().minus_ms(days.saturating_mul(DAY_MS));
        job.jobs.audits().delete_records(job, before).await
    }
    .boxed()
}
