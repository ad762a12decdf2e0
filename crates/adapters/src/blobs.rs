//! Blobs as local files: `blobs/ab/cd/<sha256>` under one folder, written to a temporary file, synced, then renamed.
//!
//! Every path is made of a checksum or an id, never of input from a client.

mod folder;
mod reading;
mod space;
mod staging;
mod writing;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use guildhall_model::codes::context::INTERNAL;
use guildhall_model::codes::files::{NOT_FOUND, OFFSET_MISMATCH, STORE_FULL, STORE_UNAVAILABLE, TOO_LARGE};
use guildhall_model::id::UploadId;
use guildhall_model::limits::describe_bytes;
use guildhall_model::ports::{BlobKey, BlobReader, BlobSpace, BlobStore, ByteRange, ByteStream, StoredBlob};
use guildhall_model::{Clock, Error, Millis, Result};

use folder::Folder;
use space::Space;
use staging::StagingArea;
use writing::{HashingFile, Sink};

pub struct LocalBlobs {
    folder: Arc<Folder>,
    staging: StagingArea,
    space: Arc<Space>,
}

impl LocalBlobs {
    /// Opens the folder (`<data>/files`) and creates its missing subfolders. One process at a time may use it. Uploads leave
    /// `free_space_reserve_bytes` of its disk free.
    pub fn open(root: &Path, clock: Arc<dyn Clock>, free_space_reserve_bytes: u64) -> io::Result<Self> {
        let folder = Arc::new(Folder::open(root, clock)?);
        let staging = StagingArea::new(folder.uploads());
        let space = Arc::new(Space::new(root.to_owned(), free_space_reserve_bytes));
        Ok(Self { folder, staging, space })
    }

    /// Removes the temporary files of an interrupted process. To be called before anything is stored.
    pub fn purge_temporary(&self) -> io::Result<()> {
        self.folder.purge_temporary()
    }

    /// The path of a blob's file, for image decoding.
    pub(crate) fn path(&self, key: &BlobKey) -> PathBuf {
        self.folder.blob(key)
    }
}

#[async_trait]
impl BlobStore for LocalBlobs {
    async fn put(&self, mut stream: ByteStream<'_>, max_bytes: u64) -> Result<StoredBlob> {
        let folder = self.folder.clone();
        let mut sink = blocking(move || Ok(Sink::new(HashingFile::create_in(&folder.temporary())?, 0))).await?;
        let mut space = self.space.check();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            space.before(chunk.len()).await?;
            if chunk.len() as u64 > max_bytes.saturating_sub(sink.length()) {
                return Err(too_large(max_bytes));
            }
            sink = sink.push(chunk).await?;
        }
        let folder = self.folder.clone();
        blocking(move || {
            let (file, path, blob) = sink.into_file()?.into_parts();
            folder.commit(&blob.key, &file, |target| path.persist(target).map_err(|error| error.error))?;
            Ok(blob)
        })
        .await
    }

    async fn open(&self, key: &BlobKey, range: Option<ByteRange>) -> Result<BlobReader> {
        let path = self.folder.blob(key);
        reading::open(path, range).await
    }

    async fn check_writable(&self) -> Result<()> {
        let folder = self.folder.clone();
        blocking(move || {
            let mut file = HashingFile::create_in(&folder.temporary())?;
            file.write_all(b"health check")?;
            file.file.sync_all()
        })
        .await
    }

    async fn disk_space(&self) -> Result<BlobSpace> {
        self.space.disk_space().await
    }

    fn set_free_space_reserve(&self, bytes: u64) {
        self.space.set_reserve(bytes);
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool> {
        let path = self.folder.blob(key);
        blocking(move || path.try_exists()).await
    }

    async fn delete(&self, key: &BlobKey, unless_put_since: Millis) -> Result<bool> {
        let (folder, key) = (self.folder.clone(), *key);
        blocking(move || folder.remove(&key, unless_put_since)).await
    }

    async fn stage_append(&self, upload_id: UploadId, offset: u64, mut stream: ByteStream<'_>, max_bytes: u64) -> Result<u64> {
        let lock = self.staging.lock(upload_id)?;
        let (staged, length) = blocking(move || {
            let staged = lock.open_or_create()?;
            let length = staged.file.metadata()?.len();
            Ok((staged, length))
        })
        .await?;
        if length != offset {
            return Err(OFFSET_MISMATCH.with("offset", length));
        }
        let mut sink = Sink::new(staged, length);
        let mut failure = None;
        let mut space = self.space.check();
        while let Some(chunk) = stream.next().await {
            if let Err(error) = space.before(chunk.as_ref().map_or(0, Bytes::len)).await {
                failure = Some(error);
                break;
            }
            match chunk {
                Ok(chunk) if chunk.len() as u64 > max_bytes.saturating_sub(sink.length()) => {
                    failure = Some(too_large(max_bytes));
                    break;
                }
                Ok(chunk) => sink = sink.push(chunk).await?,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        let is_too_large = failure.as_ref().is_some_and(|error| error.is(TOO_LARGE));
        let length = if is_too_large { offset } else { sink.length() };
        blocking(move || {
            let staged = sink.into_file()?;
            // A request that exceeds the announced size is discarded completely.
            staged.file.set_len(length)?;
            staged.sync()
        })
        .await?;
        failure.map_or(Ok(length), Err)
    }

    async fn stage_len(&self, upload_id: UploadId) -> Result<u64> {
        let path = self.staging.path(upload_id);
        blocking(move || staging::durable_length(&path)).await
    }

    async fn stage_finish(&self, upload_id: UploadId) -> Result<StoredBlob> {
        let lock = self.staging.lock(upload_id)?;
        let folder = self.folder.clone();
        blocking(move || {
            let mut staged = lock.open()?;
            let blob = writing::hash_file(&mut staged.file)?;
            folder.commit(&blob.key, &staged.file, |target| std::fs::rename(staged.path(), target))?;
            Ok(blob)
        })
        .await
    }

    async fn stage_discard(&self, upload_id: UploadId) -> Result<()> {
        let lock = self.staging.lock(upload_id)?;
        blocking(move || lock.discard()).await
    }
}

/// Runs file operations on tokio's blocking threads. They complete even if the caller is cancelled, so a file is never
/// left between two states.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(store_error),
        Err(error) => Err(INTERNAL.with_source(error)),
    }
}

fn store_error(error: io::Error) -> Error {
    let code = match error.kind() {
        io::ErrorKind::NotFound => NOT_FOUND,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => STORE_FULL,
        _ => STORE_UNAVAILABLE,
    };
    code.with_source(error)
}

fn too_large(max_bytes: u64) -> Error {
    TOO_LARGE.with("limit", describe_bytes(i64::try_from(max_bytes).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests;
