//! Makes a backup. A run that was interrupted begins again, and finds in the repository what it has stored before.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;

use crate::jobs::context::JobContext;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move { job.jobs.backups().run_backup(job).await }.boxed()
}
