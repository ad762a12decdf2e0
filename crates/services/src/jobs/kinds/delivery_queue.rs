//! Counts the queued deliveries for administrators: the job's data has the counts of each kind.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let now = job.jobs.clock.now();
        let depths = job.jobs.deliveries().load_queue_depths(&job.grant).await?;
        job.set_data("total", depths.iter().map(|depth| depth.waiting + depth.retrying).sum::<i64>());
        for depth in depths {
            job.set_data(&format!("{}.waiting", depth.kind), depth.waiting);
            job.set_data(&format!("{}.retrying", depth.kind), depth.retrying);
            job.set_data(&format!("{}.oldest_age_ms", depth.kind), (now.0 - depth.oldest_create_at.0).max(0));
        }
        Ok(())
    }
    .boxed()
}
