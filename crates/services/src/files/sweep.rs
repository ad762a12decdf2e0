//! The sweep of unused files: never attached to a post, of deleted posts, abandoned uploads, and blobs without a row.

use guildhall_model::codes::context;
use guildhall_model::ports::BlobKey;
use guildhall_model::usage::Usage;
use guildhall_model::{Events, Result};
use guildhall_storage::{blobs, files, usage};

use super::receive::blob_keys;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::files::Files;

/// Rows of a kind per sweep.
const BATCH_SIZE: usize = 200;
/// Blobs are kept this long after they were last stored, because their row may not be committed yet.
const GRACE_MS: i64 = 60 * 60 * 1000;

/// The age at which things are deleted.
#[derive(Debug, Clone, Copy)]
pub struct SweepLimits {
    pub unattached_ms: i64,
    pub deleted_ms: i64,
    pub uploads_ms: i64,
}

impl Default for SweepLimits {
    fn default() -> Self {
        const HOUR_MS: i64 = 60 * 60 * 1000;
        const DAY_MS: i64 = 24 * HOUR_MS;
        // Deleted files count for no quota, so they must not stay: whoever uploads and deletes in turn would fill the disk.
        Self { unattached_ms: 7 * DAY_MS, deleted_ms: HOUR_MS, uploads_ms: 3 * DAY_MS }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SweepCounts {
    pub files: usize,
    pub uploads: usize,
    pub blobs: usize,
}

impl Files<'_> {
    /// One batch of each kind; to be called periodically. A blob that a row references is never deleted.
    #[boxed]
    pub async fn sweep_files(&self, limits: SweepLimits) -> Result<SweepCounts> {
        let grant = self.access.system("unreachable files are deleted");
        // Errors are returned only after all kinds were swept: one that fails must not starve the others.
        let files = self.sweep_file_rows(&grant, limits).await;
        let uploads = self.sweep_uploads(&grant, limits).await;
        let blobs = self.sweep_blobs(&grant).await;
        Ok(SweepCounts { files: files?, uploads: uploads?, blobs: blobs? })
    }

    async fn sweep_file_rows(&self, grant: &Writing<SystemGrant>, limits: SweepLimits) -> Result<usize> {
        let (db, now) = (self.access.read(grant), self.clock.now());
        let mut files = files::stale_unattached(db, grant.server(), now.minus_ms(limits.unattached_ms), now, BATCH_SIZE).await?;
        files.extend(files::long_deleted(db, grant.server(), now.minus_ms(limits.deleted_ms), BATCH_SIZE).await?);
        files.sort_by_key(|file| file.id);
        files.dedup_by_key(|file| file.id);
        let mut count = 0;
        for file in &files {
            let mut write = self.access.write(grant, "files.sweep");
            if file.delete_at.is_zero() {
                write.extend(usage::give_back(file.channel_id, file.user_id, Usage::of_file(file.size_bytes)));
            }
            write.push(files::purge(grant.write_server(), file, now));
            write.extend(blob_keys(file).map(|key| blobs::release(key, now)));
            // Fails when a post attaches the file or a draft keeps it concurrently: then the file stays.
            if write.commit(Events::none("the file was unreachable")).await.is_ok() {
                count += 1;
            }
        }
        Ok(count)
    }

    async fn sweep_uploads(&self, grant: &Writing<SystemGrant>, limits: SweepLimits) -> Result<usize> {
        let before = self.clock.now().minus_ms(limits.uploads_ms);
        let stale = files::stale_uploads(self.access.read(grant), grant.server(), before, BATCH_SIZE).await?;
        for session in &stale {
            self.blobs.stage_discard(session.id).await?;
            let mut write = self.access.write(grant, "files.sweep_uploads");
            write.extend(usage::give_back(session.channel_id, session.user_id, Usage::of_file(session.size_bytes)));
            write.push(files::delete_upload(grant.write_id(session.user_id), session.id));
            match write.commit(Events::none("the upload was abandoned")).await {
                // Another node has swept it.
                Err(error) if error.is(context::CONFLICT) => {}
                outcome => outcome?,
            }
        }
        Ok(stale.len())
    }

    async fn sweep_blobs(&self, grant: &Writing<SystemGrant>) -> Result<usize> {
        // A backup copies the blobs of the state that it began with.
        if self.backups().is_one_active(grant).await? {
            return Ok(0);
        }
        let before = self.clock.now().minus_ms(GRACE_MS);
        let keys = blobs::released(self.access.read(grant), grant.server(), before, BATCH_SIZE).await?;
        let referenced = blobs::referenced(self.access.read(grant), &keys).await?;
        let mut count = 0;
        for key in &keys {
            let is_deleted = match key.parse::<BlobKey>() {
                Ok(blob) if !referenced.contains(key) => self.blobs.delete(&blob, before).await?,
                _ => false,
            };
            count += usize::from(is_deleted);
            if is_deleted || referenced.contains(key) || key.parse::<BlobKey>().is_err() {
                let mut write = self.access.write(grant, "files.sweep_blobs");
                write.push(blobs::remove_released(grant.write_server(), key, before));
                write.commit(Events::none("blobs are not visible to clients")).await?;
            }
        }
        Ok(count)
    }
}
