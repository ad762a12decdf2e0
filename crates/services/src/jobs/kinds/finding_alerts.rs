//! Tells administrators what an examination found, or a security alert. The text is in the data of the job, which was written with it.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.findings().tell(job).await }.boxed()
}
