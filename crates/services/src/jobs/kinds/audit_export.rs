//! Sends audit records to the syslog server of the settings.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.audits().has_records_to_send(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        job.set_data("records", job.jobs.audits().send_records(job).await?);
        Ok(())
    }
    .boxed()
}
