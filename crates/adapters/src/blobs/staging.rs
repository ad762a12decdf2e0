//! Resumable uploads: a file an upload, written by one request at a time.

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

pub struct Stages {
    folder: PathBuf,
    claimed: Arc<Mutex<HashSet<UploadId>>>,
}

impl Stages {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, claimed: Arc::default() }
    }

    pub fn path(&self, upload_id: UploadId) -> PathBuf {
        self.folder.join(upload_id.to_string())
    }

    pub fn claim(&self, upload_id: UploadId) -> Result<Claim> {
        if !self.claimed.lock().insert(upload_id) {
            return Err(UPLOAD_BUSY.into());
        }
        Ok(Claim { upload_id, path: self.path(upload_id), claimed: self.claimed.clone() })
    }
}

/// The right to change an upload's file. It travels with the file through the blocking threads,
/// so the next request waits for a write that is still under way.
pub struct Claim {
    upload_id: UploadId,
    path: PathBuf,
    claimed: Arc<Mutex<HashSet<UploadId>>>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claimed.lock().remove(&self.upload_id);
    }
}

impl Claim {
    pub fn open_or_create(self) -> io::Result<Stage> {
        let mut options = File::options();
        options.append(true).read(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Stage { file: options.open(&self.path)?, claim: self })
    }

    pub fn open(self) -> io::Result<Stage> {
        Ok(Stage { file: File::options().append(true).read(true).open(&self.path)?, claim: self })
    }

    pub fn discard(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// An upload's file, held by one request.
pub struct Stage {
    pub file: File,
    claim: Claim,
}

impl Stage {
    pub fn path(&self) -> &Path {
        &self.claim.path
    }

    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()?;
        self.claim.path.parent().map_or(Ok(()), sync_folder)
    }
}

impl Write for Stage {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What arrived, made durable first: a request that was cut off could not do so itself.
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
