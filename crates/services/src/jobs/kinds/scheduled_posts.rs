//! Sends the scheduled posts that are due.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.scheduled_posts().has_posts_to_send(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.scheduled_posts().send_due_posts(job).await }.boxed()
}
