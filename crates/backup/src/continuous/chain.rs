//! What is at a target, and which objects lead to a moment.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_model::Millis;
use guildhall_model::ports::BlobKey;

use super::cipher::Cipher;
use super::name::{BaseName, BlobName, ChangesName, ObjectName, PartName};
use super::pages::Pages;
use crate::error::{BackupError, Result};
use crate::storage::{FileKind, FileName, Storage};

/// All objects of a target, with their sizes in bytes.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    pub changes: BTreeMap<ChangesName, u64>,
    pub bases: BTreeMap<BaseName, u64>,
    pub parts: BTreeMap<PartName, u64>,
    pub blobs: BTreeSet<BlobName>,
}

/// A copy of the database, and the changes after it without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub base: BaseName,
    pub changes: Vec<ChangesName>,
    /// Where the last of them ends.
    pub end: u64,
    /// The state is that of this moment.
    pub reached_at: Millis,
    /// Whether there are changes behind a gap.
    pub has_gap: bool,
}

pub(super) fn file(name: &ObjectName) -> FileName {
    FileName { kind: FileKind::Continuous, id: name.to_string() }
}

pub(super) fn read_pages(storage: &dyn Storage, cipher: &Cipher, name: ObjectName) -> Result<Pages> {
    Pages::decode(&cipher.open(&name, &storage.read(&file(&name), None)?)?)
}

/// Returns the size of the object.
pub(super) fn write_pages(storage: &dyn Storage, cipher: &Cipher, name: ObjectName, pages: &Pages) -> Result<u64> {
    let sealed = cipher.seal(&name, pages.encode()?)?;
    let bytes = sealed.len() as u64;
    storage.write(&file(&name), &[sealed.into()])?;
    Ok(bytes)
}

impl Inventory {
    pub fn read(storage: &dyn Storage) -> Result<Self> {
        let mut inventory = Self::default();
        for (name, bytes) in storage.list(FileKind::Continuous)? {
            match ObjectName::parse(&name) {
                Some(ObjectName::Changes(name)) => drop(inventory.changes.insert(name, bytes)),
                Some(ObjectName::Base(name)) => drop(inventory.bases.insert(name, bytes)),
                Some(ObjectName::Part(name)) => drop(inventory.parts.insert(name, bytes)),
                Some(ObjectName::Blob(name)) => drop(inventory.blobs.insert(name)),
                None => {}
            }
        }
        Ok(inventory)
    }

    /// The changes after this copy, up to a moment.
    pub fn chain(&self, base: BaseName, at: Option<Millis>) -> Chain {
        let changes = self.changes_after(base.log, base.at, at);
        let (end, reached_at) = changes.last().map_or((base.at, base.taken_at), |last| (last.to, last.last_at));
        let has_gap = self.of_log(base.log, at).any(|name| name.to > end);
        Chain { base, changes, end, reached_at, has_gap }
    }

    /// What leads on from a position of a log without a gap, up to a moment.
    pub fn changes_after(&self, log: u64, position: u64, at: Option<Millis>) -> Vec<ChangesName> {
        let of_log: Vec<&ChangesName> = self.of_log(log, at).collect();
        let (mut changes, mut end) = (Vec::new(), position);
        // They hold whole pages: those that begin earlier may be applied again.
        while let Some(next) = of_log.iter().filter(|name| name.from <= end && name.to > end).max_by_key(|name| name.to) {
            changes.push(**next);
            end = next.to;
        }
        changes
    }

    fn of_log(&self, log: u64, at: Option<Millis>) -> impl Iterator<Item = &ChangesName> {
        self.changes.keys().filter(move |name| name.log == log && at.is_none_or(|at| name.last_at <= at))
    }

    /// That which leads nearest to a moment, or to the newest one.
    pub fn best_chain(&self, at: Option<Millis>) -> Option<Chain> {
        let bases = self.bases.keys().filter(|base| at.is_none_or(|at| base.taken_at <= at) && self.is_complete(base));
        bases.map(|base| self.chain(*base, at)).max_by_key(|chain| (chain.reached_at, chain.base.taken_at))
    }

    /// The time of the newest object of before `at`, whether it can be restored or not.
    pub fn newest_at(&self, at: Option<Millis>) -> Option<Millis> {
        let times = self.changes.keys().map(|name| name.last_at).chain(self.bases.keys().map(|base| base.taken_at));
        times.filter(|time| at.is_none_or(|at| *time <= at)).max()
    }

    /// How many pieces a file of a message has, if all are there.
    pub fn pieces_of(&self, key: &BlobKey) -> Option<u32> {
        let piece = |number, count| BlobName { key: *key, number, count };
        let count = self.blobs.range(piece(0, 0)..).next().filter(|first| first.key == *key)?.count;
        (0..count).all(|number| self.blobs.contains(&piece(number, count))).then_some(count)
    }

    pub fn is_complete(&self, base: &BaseName) -> bool {
        self.parts_of(base).next().is_some()
    }

    pub fn parts_of(&self, base: &BaseName) -> impl Iterator<Item = (&PartName, &u64)> + use<'_> {
        let part = |number| PartName { log: base.log, at: base.at, number };
        self.parts.range(part(0)..=part(u32::MAX))
    }
}

impl Chain {
    /// An error if something is missing.
    pub fn check(&self, format_time: &dyn Fn(Millis) -> String) -> Result<()> {
        if !self.has_gap {
            return Ok(());
        }
        let at = format_time(self.reached_at);
        Err(BackupError::Damaged { reason: format!("changes after {at} are missing. To restore what was there then, add --at {at}") })
    }
}
