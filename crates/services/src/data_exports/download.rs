//! Downloading an export.

use guildhall_model::codes::{context, data_exports as codes};
use guildhall_model::data_export::DataExport;
use guildhall_model::id::{DataExportId, UserId};
use guildhall_model::ports::BlobReader;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::data_exports;

use crate::access::Origin;
use crate::boxed;
use crate::data_exports::DataExports;

/// An archive being read.
pub struct ExportArchive {
    pub export: DataExport,
    pub content: BlobReader,
}

impl DataExports<'_> {
    /// What somebody has asked for themselves, only they download: it has their direct messages. Each download is recorded first.
    #[boxed]
    pub async fn download_export(&self, actor: &Actor, user: UserId, id: DataExportId) -> Result<ExportArchive> {
        let grant = self.access.user_to_read(actor, user, Permission::ManageSystem)?;
        let system = self.access.system("an export is found by its id, and its download is recorded");
        let export = data_exports::get(self.access.read(&grant), system.server(), id).await?;
        let export = export.filter(|export| export.user_id == user && export.expires_at > self.clock.now()).ok_or(codes::NOT_FOUND)?;
        if export.is_own() {
            let _own = self.access.require_own_account(actor, user)?;
        }
        let key = export.blob_key.as_ref().ok_or(codes::NOT_READY)?;
        let key = key.parse().map_err(|error| context::INTERNAL.with_source(error))?;
        let mut write = self.access.write(&system, "data_exports.download").recorded_as(Origin::of(actor));
        write.detail("user_id", user);
        write.detail("export_id", id);
        write.commit(Events::none("nothing has changed")).await?;
        let content = self.blobs.open(&key, None).await?;
        Ok(ExportArchive { export, content })
    }
}
