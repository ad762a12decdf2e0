//! Deleting exports that have expired.

use guildhall_model::{Events, Result};
use guildhall_storage::data_exports;

use crate::data_exports::DataExports;
use crate::jobs::JobContext;

/// Exports that are deleted in one batch.
const BATCH_SIZE: usize = 100;

impl DataExports<'_> {
    /// Their archives go with the next sweep of files, an hour later.
    pub(crate) async fn delete_expired(&self, job: &JobContext<'_>) -> Result<()> {
        loop {
            let now = self.clock.now();
            let expired = data_exports::expired(self.access.read(&job.grant), job.grant.server(), now, BATCH_SIZE).await?;
            if expired.is_empty() {
                return Ok(());
            }
            let mut write = self.access.write(&job.grant, "data_exports.delete_expired");
            write.push(job.require_lease());
            for export in &expired {
                write.extend(data_exports::delete(job.grant.write_server(), export, now));
            }
            write.commit(Events::none("clients load exports on request")).await?;
        }
    }
}
