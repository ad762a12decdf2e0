//! The exports of a person, with their progress.

use guildhall_model::data_export::{DataExportState, DataExportStatus};
use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::data_exports::{self, WithJob};

use crate::boxed;
use crate::data_exports::DataExports;

impl DataExports<'_> {
    /// The newest first. Also those that others have asked for: people see that their data was exported.
    #[boxed]
    pub async fn exports_of(&self, actor: &Actor, id: UserId) -> Result<Vec<DataExportState>> {
        let grant = self.access.user_to_read(actor, id, Permission::ManageSystem)?;
        let now = self.clock.now();
        let mut exports = data_exports::of_user(self.access.read(&grant), grant.id()).await?;
        exports.retain(|WithJob(export, _)| export.expires_at > now);
        Ok(exports.into_iter().map(state_of).collect())
    }
}

fn state_of(WithJob(export, job): WithJob) -> DataExportState {
    let status = DataExportStatus::of(export.blob_key.is_some(), job.map(|(status, _)| status));
    let progress = if status == DataExportStatus::Ready { 100 } else { job.map_or(0, |(_, progress)| progress) };
    DataExportState { export, status, progress }
}
