//! Sends what an examination found to all administrators. The text is in the data of the job, which was written with the findings.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::findings::TEXT;
use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let text = job.value(TEXT).unwrap_or_default();
        if text.is_empty() {
            return Ok(());
        }
        let count = job.jobs.findings().tell_administrators(&job.grant, job.id(), &text).await?;
        job.set_data("administrators", count);
        Ok(())
    }
    .boxed()
}
