//! What keeps a target small: changes are combined when they are older, and what no kept copy needs is removed. New objects are
//! written before old ones are removed, so that an interruption leaves both, which a restore does not mind.

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_model::Millis;
use guildhall_model::backup::BackupControl;

use super::chain::{Inventory, file, read_pages, write_pages};
use super::cipher::Cipher;
use super::name::{BaseName, ChangesName, ObjectName};
use crate::error::Result;
use crate::progress;
use crate::storage::Storage;

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Changes older than this are combined into one object for each so many milliseconds.
const LEVELS: [(i64, i64); 2] = [(HOUR_MS, 5 * MINUTE_MS), (24 * HOUR_MS, HOUR_MS)];
/// Objects are only combined as long as they are not larger together.
const COMBINED_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Copies of the database that are kept.
const BASES: usize = 2;
/// What another log has left is kept for so long at least: it may be one of a server that still runs.
const OTHER_LOG_MS: i64 = 48 * HOUR_MS;

pub(super) struct Upkeep {
    pub storage: Arc<dyn Storage>,
    pub cipher: Arc<Cipher>,
    pub control: Arc<BackupControl>,
}

impl Upkeep {
    pub fn run(&self, log: u64, now: Millis) -> Result<()> {
        self.remove_old(log, now)?;
        for (age_ms, window_ms) in LEVELS {
            self.combine(log, Millis(now.0.saturating_sub(age_ms)), window_ms)?;
        }
        Ok(())
    }

    /// Combines the changes of each window that ends before `until`.
    pub fn combine(&self, log: u64, until: Millis, window_ms: i64) -> Result<()> {
        let inventory = Inventory::read(&*self.storage)?;
        let mut windows: BTreeMap<i64, Vec<(ChangesName, u64)>> = BTreeMap::new();
        for (name, bytes) in inventory.changes.iter().filter(|(name, _)| name.log == log) {
            let window = name.last_at.0.div_euclid(window_ms);
            if (window + 1).saturating_mul(window_ms) <= until.0 {
                windows.entry(window).or_default().push((*name, *bytes));
            }
        }
        for names in windows.into_values() {
            for group in groups(&names) {
                self.combine_group(&group)?;
            }
        }
        Ok(())
    }

    fn combine_group(&self, group: &[ChangesName]) -> Result<()> {
        let (Some(first), true) = (group.first(), group.len() > 1) else { return Ok(()) };
        progress::check(&self.control)?;
        let mut name = *first;
        let mut combined = read_pages(&*self.storage, &self.cipher, ObjectName::Changes(name))?;
        for next in group {
            // An interruption has left objects beside one that holds them.
            if next.to > name.to {
                combined.extend(read_pages(&*self.storage, &self.cipher, ObjectName::Changes(*next))?);
                (name.to, name.last_at) = (next.to, next.last_at);
            }
        }
        write_pages(&*self.storage, &self.cipher, ObjectName::Changes(name), &combined)?;
        group.iter().filter(|old| **old != name).try_for_each(|old| self.remove(ObjectName::Changes(*old)))
    }

    /// Keeps the newest copies and the changes after them.
    pub fn remove_old(&self, log: u64, now: Millis) -> Result<()> {
        let inventory = Inventory::read(&*self.storage)?;
        let mut bases: Vec<BaseName> = inventory.bases.keys().copied().collect();
        bases.sort_by_key(|base| base.taken_at);
        let is_living = |other: u64| {
            let newest = inventory.changes.keys().filter(|name| name.log == other).map(|name| name.last_at).max();
            other == log || newest.is_some_and(|newest| newest.plus_ms(OTHER_LOG_MS) > now)
        };
        let newest = bases.split_off(bases.len().saturating_sub(BASES));
        let (mut kept, removed): (Vec<BaseName>, Vec<BaseName>) =
            bases.into_iter().partition(|base| base.log != log && is_living(base.log));
        kept.extend(newest);
        // Without them their parts are of no use to anybody.
        removed.into_iter().try_for_each(|base| self.remove(ObjectName::Base(base)))?;
        for part in inventory.parts.keys() {
            let is_of_copy = kept.iter().any(|base| base.log == part.log && base.at == part.at);
            if !is_of_copy && (part.log == log || !is_living(part.log)) {
                self.remove(ObjectName::Part(*part))?;
            }
        }
        for name in inventory.changes.keys() {
            let first_kept = kept.iter().filter(|base| base.log == name.log).map(|base| base.at).min();
            if first_kept.map_or_else(|| !is_living(name.log), |at| name.to <= at) {
                self.remove(ObjectName::Changes(*name))?;
            }
        }
        Ok(())
    }

    fn remove(&self, name: ObjectName) -> Result<()> {
        progress::check(&self.control)?;
        Ok(self.storage.remove(&file(&name))?)
    }
}

/// Neighbours without a gap that are small enough together.
fn groups(names: &[(ChangesName, u64)]) -> Vec<Vec<ChangesName>> {
    let mut groups: Vec<Vec<ChangesName>> = Vec::new();
    let (mut group_bytes, mut end) = (0, 0);
    for (name, bytes) in names {
        match groups.last_mut() {
            Some(group) if name.from <= end && group_bytes + bytes <= COMBINED_BYTES_MAX => {
                group_bytes += bytes;
                group.push(*name);
            }
            _ => {
                group_bytes = *bytes;
                groups.push(vec![*name]);
            }
        }
        end = end.max(name.to);
    }
    groups
}
