//! Deletes expired sessions, and closes their connections on this node, and the expired tokens of links in mails, and forgets the
//! places of old log-ins.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        job.jobs.sessions().sweep_sessions(Some(&job.require_lease())).await?;
        job.jobs.users().sweep_account_tokens(job.require_lease()).await?;
        job.jobs.second_factors().sweep_used_codes(job.require_lease()).await?;
        job.jobs.sessions().sweep_known_places(job.require_lease()).await
    }
    .boxed()
}
