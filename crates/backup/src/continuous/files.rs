//! Files of messages that are newer than the newest backup: sent in pieces, and removed when a backup has them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_model::backup::BackupControl;
use guildhall_model::ports::BlobKey;
use sha2::{Digest as _, Sha256};

use super::chain::{Inventory, file};
use super::cipher::Cipher;
use super::name::{BlobName, ObjectName};
use crate::error::{BackupError, Result};
use crate::progress;
use crate::storage::Storage;

pub(super) const PIECE_BYTES: u64 = 8 * 1024 * 1024;

pub(super) struct FilesWork {
    pub storage: Arc<dyn Storage>,
    pub cipher: Arc<Cipher>,
    pub control: Arc<BackupControl>,
    /// `<data>/files`.
    pub folder: PathBuf,
}

impl FilesWork {
    /// Makes the target have these files and no others. Small ones come first.
    pub fn run(&self, wanted: &BTreeSet<BlobKey>) -> Result<()> {
        let inventory = Inventory::read(&*self.storage)?;
        for name in inventory.blobs.iter().filter(|name| !wanted.contains(&name.key)) {
            progress::check(&self.control)?;
            self.storage.remove(&file(&ObjectName::Blob(*name)))?;
        }
        let missing = wanted.iter().filter(|key| inventory.pieces_of(key).is_none());
        // What was deleted meanwhile is not missed.
        let with_size = |key: &BlobKey| fs::metadata(self.path(key)).ok().map(|metadata| (metadata.len(), *key));
        let mut missing: Vec<(u64, BlobKey)> = missing.filter_map(with_size).collect();
        missing.sort_unstable();
        missing.into_iter().try_for_each(|(bytes, key)| self.send(key, bytes, &inventory))
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.folder.join(key.path())
    }

    fn send(&self, key: BlobKey, bytes: u64, inventory: &Inventory) -> Result<()> {
        let path = self.path(&key);
        let unreadable = |error: io::Error| BackupError::SourceUnreadable { path: path.display().to_string(), reason: error.to_string() };
        let mut input = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            input => input.map_err(unreadable)?,
        };
        let count = u32::try_from(bytes.div_ceil(PIECE_BYTES).max(1)).unwrap_or(u32::MAX);
        for number in 0..count {
            progress::check(&self.control)?;
            let mut piece = Vec::new();
            (&mut input).take(PIECE_BYTES).read_to_end(&mut piece).map_err(unreadable)?;
            let name = BlobName { key, number, count };
            // Sent before an interruption.
            if inventory.blobs.contains(&name) {
                continue;
            }
            let name = ObjectName::Blob(name);
            let sealed = self.cipher.seal(&name, piece)?;
            let sent = sealed.len() as u64;
            self.storage.write(&file(&name), &[sealed.into()])?;
            progress::pace(&self.control, sent)?;
        }
        Ok(())
    }
}

/// Writes a file beside its place, compares its content with its key, and renames it.
pub(super) fn restore(
    storage: &dyn Storage,
    cipher: &Cipher,
    key: BlobKey,
    count: u32,
    path: &Path,
    control: &BackupControl,
) -> Result<u64> {
    let unwritable = |error: io::Error| BackupError::DestinationUnwritable { path: path.display().to_string(), reason: error.to_string() };
    let folder = path.parent().unwrap_or(path);
    crate::restore::create_folder(folder)?;
    let mut output = tempfile::Builder::new().prefix(".incomplete-").tempfile_in(folder).map_err(unwritable)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    for number in 0..count {
        progress::check(control)?;
        let name = ObjectName::Blob(BlobName { key, number, count });
        let piece = cipher.open(&name, &storage.read(&file(&name), None)?)?;
        hasher.update(&piece);
        bytes += piece.len() as u64;
        output.write_all(&piece).map_err(unwritable)?;
    }
    if BlobKey::from_sha256(hasher.finalize().into()) != key {
        return Err(BackupError::Damaged { reason: format!("the file {key} has another content") });
    }
    output.as_file().sync_all().map_err(unwritable)?;
    output.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(bytes)
}
