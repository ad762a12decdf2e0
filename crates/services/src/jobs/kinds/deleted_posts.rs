//! Erases what posts still contain that were deleted before a deletion erased them. Created once, by a step of the schema.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::id::PostId;
use guildhall_model::{Events, Result};
use guildhall_storage::posts::deletion;

use crate::jobs::context::JobContext;

/// Rows read at once; of these, the deleted ones are erased in one batch.
const PAGE: usize = 500;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let access = &job.jobs.access;
        let (mut after, mut erased) = (PostId::from_bytes([0; 16]), 0);
        loop {
            let page = deletion::page_of_ids(access.read(&job.grant), job.grant.server(), after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            let tombstones: Vec<PostId> = page.iter().filter(|(_, is_tombstone)| *is_tombstone).map(|(id, _)| *id).collect();
            if tombstones.is_empty() {
                job.renew().await?;
                continue;
            }
            let mut write = access.write(&job.grant, "jobs.erase_deleted_posts");
            write.push(job.require_lease());
            write.extend(deletion::erase_tombstones(job.grant.write_server(), &tombstones));
            write.commit(Events::none("clients know that the posts are deleted")).await?;
            erased += tombstones.len();
        }
        job.set_data("posts", erased);
        Ok(())
    }
    .boxed()
}
