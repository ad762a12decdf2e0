//! Adds the members of groups to the teams and channels that these are linked to.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Millis, Result};

use crate::access::SystemGrant;
use crate::jobs::Jobs;
use crate::jobs::context::JobContext;

pub(crate) fn has_work<'a>(jobs: Jobs<'a>, grant: &'a SystemGrant, now: Millis) -> BoxFuture<'a, Result<bool>> {
    async move { jobs.groups().has_members_to_add(grant, now).await }.boxed()
}

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.groups().add_members_of_links(job).await }.boxed()
}
