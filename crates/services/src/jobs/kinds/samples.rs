//! Combines the samples of the charts into coarser ones, and deletes those whose time is over.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::sample::{COARSE_INTERVAL_MS, COARSE_RETENTION_MS, FINE_INTERVAL_MS, combine};
use guildhall_model::{Events, Result};
use guildhall_storage::samples;

use crate::jobs::context::JobContext;
use crate::monitoring::{FINE_RETENTION_MS, ROWS_MAX};

/// Nodes may store a sample so long after its time.
const LATE_MS: i64 = 60_000;
/// Rows that one batch inserts.
const BATCH: usize = 500;

pub(crate) fn run<'a>(job: &'a JobContext<'a>) -> BoxFuture<'a, Result<()>> {
    async move {
        let (access, server, now) = (&job.jobs.access, job.grant.server(), job.jobs.clock.now());
        let db = access.read(&job.grant);
        let newest = samples::newest(db, server, COARSE_INTERVAL_MS).await?.unwrap_or_default();
        let since = newest.max(now.minus_ms(FINE_RETENTION_MS)).plus_ms(1);
        let fine = samples::list(db, server, FINE_INTERVAL_MS, since, ROWS_MAX).await?;
        let combined = combine(&fine, now.minus_ms(LATE_MS));
        for rows in combined.chunks(BATCH) {
            let mut write = access.write(&job.grant, "jobs.combine_samples");
            write.push(job.require_lease());
            write.extend(rows.iter().map(|sample| samples::insert_if_absent(job.grant.write_server(), sample)));
            write.commit(Events::none("charts are loaded on request")).await?;
        }
        let mut write = access.write(&job.grant, "jobs.delete_samples");
        write.push(job.require_lease());
        for (interval_ms, retention_ms) in [(FINE_INTERVAL_MS, FINE_RETENTION_MS), (COARSE_INTERVAL_MS, COARSE_RETENTION_MS)] {
            write.push(samples::delete_before(job.grant.write_server(), interval_ms, now.minus_ms(retention_ms)));
        }
        write.commit(Events::none("charts are loaded on request")).await?;
        job.set_data("combined", combined.len());
        Ok(())
    }
    .boxed()
}
