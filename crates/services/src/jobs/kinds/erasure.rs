//! Erases a person.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.erasure().run_erasure(job).await }.boxed()
}
