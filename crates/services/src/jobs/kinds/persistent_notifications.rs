//! Notifies the people whom urgent posts mention again.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.posts().has_due_persistent_notifications(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.posts().send_persistent_notifications(job).await }.boxed()
}
