//! What has expired: deletes sessions, and closes their connections on this node, tokens of links in mails, the places of old log-ins,
//! ceremonies of passkeys, what OAuth apps were given, invitations and exports, and ends the access of guests.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        job.jobs.sessions().sweep_sessions(Some(&job.require_lease())).await?;
        job.jobs.oauth().sweep(|| job.require_lease()).await?;
        job.jobs.users().sweep_account_tokens(job.require_lease()).await?;
        job.jobs.second_factors().sweep_used_codes(job.require_lease()).await?;
        job.jobs.sessions().sweep_known_places(job.require_lease()).await?;
        job.jobs.passkeys().sweep_ceremonies(job.require_lease()).await?;
        job.jobs.invitations().sweep_invitations(job.require_lease()).await?;
        job.jobs.data_exports().delete_expired(job).await?;
        job.jobs.users().end_expired_guests(|| job.require_lease()).await
    }
    .boxed()
}
