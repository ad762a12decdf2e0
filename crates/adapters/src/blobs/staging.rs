//! Resumable uploads: one file per upload, written by one request at a time.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_model::Result;
use guildhall_model::codes::files::UPLOAD_BUSY;
use guildhall_model::id::UploadId;
use parking_lot::Mutex;

use super::folder::sync_folder;

pub struct StagingArea {
    folder: PathBuf,
    locked: Arc<Mutex<HashSet<UploadId>>>,
}

impl StagingArea {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, locked: Arc::default() }
    }

    pub fn path(&self, upload_id: UploadId) -> PathBuf {
        self.folder.join(upload_id.to_string())
    }

    pub fn lock(&self, upload_id: UploadId) -> Result<UploadLock> {
        if !self.locked.lock().insert(upload_id) {
            return Err(UPLOAD_BUSY.into());
        }
        Ok(UploadLock { upload_id, path: self.path(upload_id), locked: self.locked.clone() })
    }
}

/// The exclusive right to change an upload's file. It moves with the file through the blocking threads, so other
/// requests are rejected until a pending write has finished.
pub struct UploadLock {
    upload_id: UploadId,
    path: PathBuf,
    locked: Arc<Mutex<HashSet<UploadId>>>,
}

impl Drop for UploadLock {
    fn drop(&mut self) {
        self.locked.lock().remove(&self.upload_id);
    }
}

impl UploadLock {
    pub fn open_or_create(self) -> io::Result<StagedFile> {
        let mut options = File::options();
        options.append(true).read(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(StagedFile { file: options.open(&self.path)?, lock: self })
    }

    pub fn open(self) -> io::Result<StagedFile> {
        Ok(StagedFile { file: File::options().append(true).read(true).open(&self.path)?, lock: self })
    }

    pub fn discard(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// An upload's open file, with its lock.
pub struct StagedFile {
    pub file: File,
    lock: UploadLock,
}

impl StagedFile {
    pub fn path(&self) -> &Path {
        &self.lock.path
    }

    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()?;
        self.lock.path.parent().map_or(Ok(()), sync_folder)
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The length of the received bytes, synced first: an aborted request could not do so itself.
pub fn durable_length(path: &Path) -> io::Result<u64> {
    match File::options().append(true).open(path) {
        Ok(file) => {
            file.sync_all()?;
            Ok(file.metadata()?.len())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}
