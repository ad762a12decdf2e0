//! Indexes all posts again, by the rules of this version. Created by a step of the schema that changes these rules.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::id::PostId;
use guildhall_model::{Events, Result};
use guildhall_storage::search;

use crate::jobs::context::JobContext;

/// Posts that are read at once and indexed in one batch.
const PAGE: usize = 200;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let access = &job.jobs.access;
        let (mut after, mut indexed) = (PostId::from_bytes([0; 16]), 0);
        loop {
            let page = search::page_of_posts(access.read(&job.grant), job.grant.server(), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            let mut write = access.write(&job.grant, "jobs.index_posts");
            write.push(job.require_lease());
            write.extend(page.iter().flat_map(|post| search::index_again(job.grant.write_server(), post)));
            write.commit(Events::none("what is found is not published")).await?;
            indexed += page.len();
        }
        job.set_data("posts", indexed);
        Ok(())
    }
    .boxed()
}
