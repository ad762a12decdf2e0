//! Recounts what people, channels, teams and the server store, and corrects what differs: a defect, or rows that were changed by
//! hand. Teams and the server are counted from their channels, after these.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::usage::{Holder, Scope};
use guildhall_model::{Events, Result};
use guildhall_storage::usage::{self, Difference};

use crate::jobs::context::JobContext;

/// People or channels that are compared at once.
const PAGE: usize = 200;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let (db, server) = (job.jobs.access.read(&job.grant), job.grant.server());
        // Rows that are never missing but by hand, and are not found by the ids of teams.
        for holder in [Holder::Server, Holder::Team(None)] {
            write(job, [usage::ensure(holder)]).await?;
        }
        let mut corrected = 0;
        for (scope, progress) in [(Scope::User, 40), (Scope::Channel, 80), (Scope::Team, 90), (Scope::Server, 95)] {
            let mut after = Some([0; 16]);
            while let Some(last) = after {
                let page = usage::compare(db, server, scope, last, PAGE).await?;
                corrected += correct(job, page.differences).await?;
                after = page.last;
            }
            job.progress(progress).await?;
        }
        job.set_data("corrected", corrected);
        Ok(())
    }
    .boxed()
}

async fn correct(job: &JobContext<'_>, differences: Vec<Difference>) -> Result<usize> {
    for Difference { holder, counted, stored } in &differences {
        tracing::warn!(?holder, ?counted, ?stored, "the count of stored files was wrong and is corrected");
        write(job, usage::recount(job.grant.write_server(), *holder)).await?;
    }
    job.renew().await?;
    Ok(differences.len())
}

async fn write(job: &JobContext<'_>, statements: impl IntoIterator<Item = guildhall_storage::Statement>) -> Result<()> {
    let mut write = job.jobs.access.write(&job.grant, "storage.recount");
    write.push(job.require_lease());
    write.extend(statements);
    write.commit(Events::none("counts are not visible to clients")).await
}
