//! Sweeping: files that no post ever took, files of deleted posts, uploads that were given up, and the bytes that
//! nothing names any more.

use guildhall_model::ports::BlobKey;
use guildhall_model::{Events, Result};
use guildhall_storage::{blobs, files};

use super::receive::released;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::files::Files;

/// How many things of a kind one step takes.
const STEP: usize = 200;
/// Bytes are spared this long after they were last stored: their row may still be on its way.
const GRACE_MS: i64 = 60 * 60 * 1000;

/// After how long things go.
#[derive(Debug, Clone, Copy)]
pub struct SweepLimits {
    pub unattached_ms: i64,
    pub deleted_ms: i64,
    pub uploads_ms: i64,
}

impl Default for SweepLimits {
    fn default() -> Self {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        Self { unattached_ms: 7 * DAY_MS, deleted_ms: 7 * DAY_MS, uploads_ms: 3 * DAY_MS }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    pub files: usize,
    pub uploads: usize,
    pub blobs: usize,
}

impl Files<'_> {
    /// One round, to be called now and then. Whatever happens meanwhile, a blob that a row names stays.
    #[boxed]
    pub async fn sweep_files(&self, limits: SweepLimits) -> Result<Swept> {
        let grant = self.access.system("what nobody can reach any more is removed");
        Ok(Swept {
            files: self.sweep_rows(&grant, limits).await?,
            uploads: self.sweep_uploads(&grant, limits).await?,
            blobs: self.sweep_blobs(&grant).await?,
        })
    }

    async fn sweep_rows(&self, grant: &Writing<SystemGrant>, limits: SweepLimits) -> Result<usize> {
        let (db, now) = (self.access.read(grant), self.clock.now());
        let mut gone = files::stale_unattached(db, grant.server(), now.minus_ms(limits.unattached_ms), STEP).await?;
        gone.extend(files::long_deleted(db, grant.server(), now.minus_ms(limits.deleted_ms), STEP).await?);
        gone.sort_by_key(|file| file.id);
        gone.dedup_by_key(|file| file.id);
        let mut count = 0;
        for file in &gone {
            let mut write = self.access.write(grant);
            write.push(files::purge(grant.write_server(), file.id));
            write.extend(released(file).map(|key| blobs::release(key, now)));
            // A post may take the file at this very moment: then it stays.
            if write.commit(Events::none("nobody could reach it")).await.is_ok() {
                count += 1;
            }
        }
        Ok(count)
    }

    async fn sweep_uploads(&self, grant: &Writing<SystemGrant>, limits: SweepLimits) -> Result<usize> {
        let before = self.clock.now().minus_ms(limits.uploads_ms);
        let stale = files::stale_uploads(self.access.read(grant), grant.server(), before, STEP).await?;
        for session in &stale {
            self.blobs.stage_discard(session.id).await?;
            let mut write = self.access.write(grant);
            write.push(files::delete_upload(grant.write_id(session.user_id), session.id));
            write.commit(Events::none("its client gave it up")).await?;
        }
        Ok(stale.len())
    }

    async fn sweep_blobs(&self, grant: &Writing<SystemGrant>) -> Result<usize> {
        let before = self.clock.now().minus_ms(GRACE_MS);
        let keys = blobs::released(self.access.read(grant), grant.server(), before, STEP).await?;
        let named = blobs::referenced(self.access.read(grant), &keys).await?;
        let mut count = 0;
        for key in &keys {
            let gone = match key.parse::<BlobKey>() {
                Ok(blob) if !named.contains(key) => self.blobs.delete(&blob, before).await?,
                _ => false,
            };
            count += usize::from(gone);
            if gone || named.contains(key) || key.parse::<BlobKey>().is_err() {
                let mut write = self.access.write(grant);
                write.push(blobs::forget(grant.write_server(), key, before));
                write.commit(Events::none("only bytes")).await?;
            }
        }
        Ok(count)
    }
}
