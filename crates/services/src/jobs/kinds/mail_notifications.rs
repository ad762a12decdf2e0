//! Works out who gets a mail about the messages that were written, and queues the mails that are due.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.notifications().has_work(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let notifications = job.jobs.notifications();
        job.set_data("messages", notifications.expand_posts(job).await?);
        job.set_data("mails", notifications.enqueue_due(job).await?);
        Ok(())
    }
    .boxed()
}
