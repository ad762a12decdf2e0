//! A reserve of free space that uploads do not use, so that chat and log-ins go on when the disk is nearly full.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use guildhall_model::Result;
use guildhall_model::codes::files::STORE_FULL;
use guildhall_model::ports::BlobSpace;

use super::blocking;
use crate::disk_space;

/// Bytes of an upload between two checks.
const CHECKED_EVERY_BYTES: u64 = 16 * 1024 * 1024;

/// The file system of the blobs.
pub struct Space {
    folder: PathBuf,
    reserve_bytes: AtomicU64,
}

impl Space {
    pub const fn new(folder: PathBuf, reserve_bytes: u64) -> Self {
        Self { folder, reserve_bytes: AtomicU64::new(reserve_bytes) }
    }

    pub fn set_reserve(&self, bytes: u64) {
        self.reserve_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Checks the bytes of one stream.
    pub const fn check(self: &Arc<Self>) -> SpaceCheck<'_> {
        SpaceCheck { space: self, unchecked_bytes: CHECKED_EVERY_BYTES }
    }

    pub async fn disk_space(self: &Arc<Self>) -> Result<BlobSpace> {
        let space = Arc::clone(self);
        blocking(move || {
            let space = disk_space::read(&space.folder)?;
            Ok(BlobSpace { total_bytes: space.total_bytes, free_bytes: space.available_bytes })
        })
        .await
    }

    /// `STORE_FULL` if less than the reserve is free.
    async fn require(self: &Arc<Self>) -> Result<()> {
        let free = self.disk_space().await?.free_bytes;
        if free < self.reserve_bytes.load(Ordering::Relaxed) { Err(STORE_FULL.into()) } else { Ok(()) }
    }
}

/// The state of [`Space::check`].
pub struct SpaceCheck<'s> {
    space: &'s Arc<Space>,
    unchecked_bytes: u64,
}

impl SpaceCheck<'_> {
    /// To be called before so many bytes are written.
    pub async fn before(&mut self, bytes: usize) -> Result<()> {
        self.unchecked_bytes += bytes as u64;
        if self.unchecked_bytes >= CHECKED_EVERY_BYTES {
            self.unchecked_bytes = 0;
            self.space.require().await?;
        }
        Ok(())
    }
}
