//! Copies of the whole database, from which restores begin.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::Clock;
use guildhall_model::backup::BackupControl;
use guildhall_model::ports::ChangeCapture;

use super::chain::{file, write_pages};
use super::cipher::Cipher;
use super::name::{BaseName, ObjectName, PartName};
use super::pages::Pages;
use crate::error::{BackupError, Result};
use crate::progress;
use crate::storage::{Storage, create_private_folders};

/// What an object has before it is compressed.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Of the folder of a local copy.
const COPY_PREFIX: &str = "copy-";
/// Room that is left on the disk beside the local copy.
const FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// What a copy of the database needs.
pub(super) struct BaseWork {
    pub storage: Arc<dyn Storage>,
    pub cipher: Arc<Cipher>,
    pub capture: Arc<dyn ChangeCapture>,
    pub clock: Arc<dyn Clock>,
    pub control: Arc<BackupControl>,
}

impl BaseWork {
    /// Copies the database to the local disk first, so that it need not keep its state for as long as the target needs. Returns the
    /// copy's name and what it occupies.
    pub fn run(&self, scratch: &Path) -> Result<(BaseName, u64)> {
        let unwritable =
            |error: io::Error| BackupError::DestinationUnwritable { path: scratch.display().to_string(), reason: error.to_string() };
        create_private_folders(scratch).map_err(unwritable)?;
        let folder = tempfile::Builder::new().prefix(COPY_PREFIX).tempdir_in(scratch).map_err(unwritable)?;
        let database_bytes = self.capture.database_bytes().map_err(failed)?;
        let space = rustix::fs::statvfs(scratch).map_err(|error| unwritable(error.into()))?;
        if space.f_bavail.saturating_mul(space.f_frsize) < database_bytes + database_bytes / 10 + FREE_BYTES_MIN {
            return Err(BackupError::Other("The disk of the server has not enough room for a copy of the database".to_owned()));
        }
        let path = folder.path().join("database");
        let taken_at = self.clock.now();
        let position = self.capture.copy(&path).map_err(failed)?;
        let name = BaseName { log: position.log, at: position.offset, taken_at };
        let bytes = self.write(&path, &name)?;
        Ok((name, bytes))
    }

    fn write(&self, path: &Path, base: &BaseName) -> Result<u64> {
        let unreadable = |error: io::Error| BackupError::SourceUnreadable { path: path.display().to_string(), reason: error.to_string() };
        let page_bytes = page_bytes(path).map_err(unreadable)?;
        let length = fs::metadata(path).map_err(unreadable)?.len();
        let database_pages = u32::try_from(length / u64::from(page_bytes)).unwrap_or(u32::MAX);
        let mut input = File::open(path).map_err(unreadable)?;
        let pages_at_once = u32::try_from(PART_BYTES).unwrap_or(u32::MAX) / page_bytes;
        let (mut written, mut next, mut number) = (0, 1, 0);
        while next <= database_pages {
            progress::check(&self.control)?;
            let count = pages_at_once.min(database_pages - next + 1);
            let mut bytes = vec![0; count as usize * page_bytes as usize];
            input.read_exact(&mut bytes).map_err(unreadable)?;
            let bytes = Bytes::from(bytes);
            let page = |index: u32| {
                let at = index as usize * page_bytes as usize;
                (next + index, bytes.slice(at..at + page_bytes as usize))
            };
            let pages = (0..count).map(page).collect();
            let part = Pages { page_bytes, database_pages, first_at: base.taken_at, last_at: base.taken_at, pages };
            let name = ObjectName::Part(PartName { log: base.log, at: base.at, number });
            let sent = write_pages(&*self.storage, &self.cipher, name, &part)?;
            progress::pace(&self.control, sent)?;
            written += sent;
            (next, number) = (next + count, number + 1);
        }
        let name = ObjectName::Base(*base);
        let sealed = self.cipher.seal(&name, number.to_le_bytes().to_vec())?;
        self.storage.write(&file(&name), &[sealed.into()])?;
        Ok(written)
    }
}

/// Removes what was left in this folder.
pub(super) fn remove_copies(scratch: &Path) {
    for entry in fs::read_dir(scratch).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(COPY_PREFIX)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, "an unfinished copy of the database could not be removed");
        }
    }
}

/// From the database's header: <https://www.sqlite.org/fileformat2.html#the_database_header>.
fn page_bytes(path: &Path) -> io::Result<u32> {
    let mut header = [0; 18];
    File::open(path)?.read_exact(&mut header)?;
    let [.., high, low] = header;
    match u16::from_be_bytes([high, low]) {
        1 => Ok(65_536),
        bytes if bytes.is_power_of_two() && bytes >= 512 => Ok(bytes.into()),
        _ => Err(io::Error::other("it is no database")),
    }
}

pub(super) fn failed(error: guildhall_model::Error) -> BackupError {
    let reason = match &error.source {
        Some(source) => format!("{} ({source})", error.message().trim_end_matches('.')),
        None => error.message().trim_end_matches('.').to_owned(),
    };
    BackupError::Other(reason)
}
