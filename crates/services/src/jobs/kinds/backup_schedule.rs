//! Queues the backups and checks that are due.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let started = job.jobs.backups().start_due().await?;
        job.set_data("started", started);
        Ok(())
    }
    .boxed()
}
