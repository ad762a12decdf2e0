//! Evaluates the rules over new audit records.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, _now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.security_alerts().has_work(grant).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        job.set_data("alerts", job.jobs.security_alerts().evaluate(job).await?);
        Ok(())
    }
    .boxed()
}
