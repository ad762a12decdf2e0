//! Removes files without a post, files of deleted posts and abandoned uploads. Each removal is conditional on the state
//! of its row, so concurrent workers are safe.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::files::{SweepCounts, SweepLimits};
use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let mut total = SweepCounts::default();
        loop {
            let removed = job.jobs.files().sweep_files(SweepLimits::default()).await?;
            total = SweepCounts {
                files: total.files + removed.files,
                uploads: total.uploads + removed.uploads,
                blobs: total.blobs + removed.blobs,
            };
            if removed == SweepCounts::default() {
                break;
            }
            job.renew().await?;
        }
        job.set_data("files", total.files);
        job.set_data("uploads", total.uploads);
        job.set_data("blobs", total.blobs);
        Ok(())
    }
    .boxed()
}
