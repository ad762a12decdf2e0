//! Builds the file of a database from a continuous backup.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;
use guildhall_model::ports::BlobKey;

use super::chain::{Chain, Inventory, file};
use super::cipher::Cipher;
use super::files;
use super::name::{ChangesName, ObjectName, PartName};
use super::pages::Pages;
use crate::error::{BackupError, Result};
use crate::progress;
use crate::repository::Repository;
use crate::storage::{Storage, StorageError};

/// How often it is looked what has taken the place of changes that are not there any more.
const REREADS_MAX: u32 = 20;

/// What a continuous backup can restore.
pub struct ContinuousSource {
    storage: Arc<dyn Storage>,
    cipher: Cipher,
    chain: Chain,
    /// Up to which moment the chain may lead.
    at: Option<Millis>,
    bytes: u64,
    inventory: Inventory,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoredPages {
    /// The size of the file.
    pub bytes: u64,
    /// The state is that after the last commit that was restored; of this time, or of the copy's if nothing was changed since.
    pub reached_at: Millis,
}

impl ContinuousSource {
    /// The newest state of before `at`, or the newest; `None` if there is none that is newer than `after`. What is missing is an error
    /// that names the moment before it, as `format_time` writes it.
    pub fn find(
        repository: &Repository,
        after: Millis,
        at: Option<Millis>,
        format_time: &dyn Fn(Millis) -> String,
    ) -> Result<Option<Self>> {
        Self::find_with(Arc::clone(repository.storage()), Cipher::new(&repository.key())?, after, at, format_time)
    }

    pub(super) fn find_with(
        storage: Arc<dyn Storage>,
        cipher: Cipher,
        after: Millis,
        at: Option<Millis>,
        format_time: &dyn Fn(Millis) -> String,
    ) -> Result<Option<Self>> {
        let inventory = Inventory::read(&*storage)?;
        if inventory.newest_at(at).is_none_or(|newest| newest <= after) {
            return Ok(None);
        }
        let Some(chain) = inventory.best_chain(at) else { return Ok(None) };
        chain.check(format_time)?;
        let parts: u64 = inventory.parts_of(&chain.base).map(|(_, bytes)| bytes).sum();
        let bytes = parts + chain.changes.iter().filter_map(|name| inventory.changes.get(name)).sum::<u64>();
        Ok(Some(Self { storage, cipher, chain, at, bytes, inventory }))
    }

    /// Everything that was committed before is in it.
    pub fn reached_at(&self) -> Millis {
        self.chain.reached_at
    }

    /// Writes the database to a file that is not there yet, and flushes it. What was read is as it was written, or an error.
    pub fn restore(&self, path: &Path, control: &BackupControl, format_time: &dyn Fn(Millis) -> String) -> Result<RestoredPages> {
        let unwritable =
            |error: io::Error| BackupError::DestinationUnwritable { path: path.display().to_string(), reason: error.to_string() };
        let output = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(unwritable)?;
        control.begin(self.bytes);
        let base = ObjectName::Base(self.chain.base);
        let parts = self.cipher.open(&base, &self.storage.read(&file(&base), None)?)?;
        let parts = parts.try_into().map(u32::from_le_bytes).map_err(|_| damaged("its copy of the database cannot be read"))?;
        let mut bytes = 0;
        let mut next = 1;
        for number in 0..parts {
            let name = PartName { log: self.chain.base.log, at: self.chain.base.at, number };
            let part = self.read(ObjectName::Part(name), control)?;
            if part.pages.keys().any(|number| std::mem::replace(&mut next, number + 1) != *number) {
                return Err(damaged("pages of its copy of the database are missing"));
            }
            bytes = write(&output, &part).map_err(unwritable)?;
        }
        let (mut position, mut reached_at) = (self.chain.base.at, self.chain.base.taken_at);
        let mut changes: VecDeque<ChangesName> = self.chain.changes.iter().copied().collect();
        let mut rereads = 0;
        while let Some(name) = changes.pop_front() {
            let pages = match self.read(ObjectName::Changes(name), control) {
                // What is damaged is known before anything was restored; whoever wants what is before it must say so.
                Err(BackupError::Damaged { reason }) => {
                    let at = format_time(reached_at);
                    return Err(damaged(&format!("{reason}. To restore what was there before, add --at {at}")));
                }
                Err(missing @ BackupError::Storage(StorageError::Missing { .. })) if rereads < REREADS_MAX => {
                    rereads += 1;
                    changes = self.replaced_after(position)?.ok_or(missing)?;
                    continue;
                }
                outcome => outcome?,
            };
            bytes = write(&output, &pages).map_err(unwritable)?;
            (position, reached_at) = (name.to, name.last_at);
        }
        output.sync_all().map_err(unwritable)?;
        Ok(RestoredPages { bytes, reached_at })
    }

    /// The server that writes there combines changes while they are read: what leads on from a position now, if it leads as far.
    fn replaced_after(&self, position: u64) -> Result<Option<VecDeque<ChangesName>>> {
        let changes = Inventory::read(&*self.storage)?.changes_after(self.chain.base.log, position, self.at);
        Ok(changes.last().is_some_and(|last| last.to >= self.chain.end).then(|| changes.into()))
    }

    /// Reads so much of what leads to the newest state, of everything in percent.
    pub fn verify(&self, percent: u8, control: &BackupControl) -> Result<()> {
        let parts = self.inventory.parts_of(&self.chain.base).map(|(name, _)| ObjectName::Part(*name));
        let names: Vec<ObjectName> = parts.chain(self.chain.changes.iter().map(|name| ObjectName::Changes(*name))).collect();
        let Some(step) = 100_usize.checked_div(percent.into()) else { return Ok(()) };
        let is_combined =
            |name| Ok::<_, BackupError>(matches!(name, ObjectName::Changes(_)) && self.replaced_after(self.chain.base.at)?.is_some());
        names.into_iter().step_by(step.max(1)).try_for_each(|name| match self.read(name, control) {
            Err(BackupError::Storage(StorageError::Missing { .. })) if is_combined(name)? => Ok(()),
            outcome => outcome.map(drop),
        })
    }

    /// The size of a file of a message at most; `None` if it is not there.
    pub fn file_bytes_max(&self, key: &BlobKey) -> Option<u64> {
        self.inventory.pieces_of(key).map(|count| u64::from(count) * files::PIECE_BYTES)
    }

    /// Writes a file of a message to its place; `None` if it is not there.
    pub fn restore_file(&self, key: BlobKey, path: &Path, control: &BackupControl) -> Result<Option<u64>> {
        let Some(count) = self.inventory.pieces_of(&key) else { return Ok(None) };
        files::restore(&*self.storage, &self.cipher, key, count, path, control).map(Some)
    }

    fn read(&self, name: ObjectName, control: &BackupControl) -> Result<Pages> {
        progress::check(control)?;
        let sealed = self.storage.read(&file(&name), None)?;
        control.add(sealed.len() as u64);
        Pages::decode(&self.cipher.open(&name, &sealed)?)
    }
}

/// Returns the size of the database.
fn write(output: &File, pages: &Pages) -> io::Result<u64> {
    let page_bytes = u64::from(pages.page_bytes);
    let bytes = u64::from(pages.database_pages) * page_bytes;
    output.set_len(bytes)?;
    for (number, page) in &pages.pages {
        output.write_all_at(page, u64::from(number - 1) * page_bytes)?;
    }
    Ok(bytes)
}

fn damaged(reason: &str) -> BackupError {
    BackupError::Damaged { reason: format!("the continuous backup: {reason}") }
}
