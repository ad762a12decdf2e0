//! Seals audit records.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        job.set_data("records", job.jobs.audits().seal_records(job).await?);
        Ok(())
    }
    .boxed()
}
