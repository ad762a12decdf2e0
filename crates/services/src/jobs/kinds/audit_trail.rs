//! Deletes audit records after their retention time.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.audits().delete_records(job).await }.boxed()
}
