//! The statuses of users that are or were recently connected, in memory: presence changes too often to be written each
//! time. The next sweep saves the changes.

use std::collections::HashMap;

use guildhall_model::Millis;
use guildhall_model::id::UserId;
use guildhall_model::user::{Presence, Status};
use parking_lot::Mutex;

#[derive(Default)]
pub struct PresenceTable(Mutex<HashMap<UserId, Entry>>);

#[derive(Default)]
struct Entry {
    /// Connects minus disconnects; below zero when they are reported in the wrong order.
    balance: i32,
    /// `None` until it is read from the database.
    status: Option<Status>,
    is_dirty: bool,
}

impl Entry {
    /// Applies a change; returns the status when the visible presence changed.
    fn change(&mut self, change: impl FnOnce(&mut Status, bool)) -> Option<Status> {
        let is_connected = self.balance > 0;
        let status = self.status.as_mut()?;
        let before = status.clone();
        change(status, is_connected);
        self.is_dirty |= *status != before;
        (status.presence != before.presence).then(|| status.clone())
    }

    fn is_online(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.presence == Presence::Online)
    }

    /// Whether the entry can be dropped, because the database has the same status.
    fn is_evictable(&self) -> bool {
        let is_stored = self.status.as_ref().is_none_or(|status| status.manual || status.presence == Presence::Offline);
        self.balance == 0 && !self.is_dirty && is_stored
    }
}

impl PresenceTable {
    pub fn get(&self, user: UserId) -> Option<Status> {
        self.0.lock().get(&user)?.status.clone()
    }

    pub fn add_connections(&self, user: UserId, connections: i32) {
        self.0.lock().entry(user).or_default().balance += connections;
    }

    /// Inserts a status read from the database, unless there is one in memory.
    pub fn insert_loaded(&self, status: Status) {
        self.0.lock().entry(status.user_id).or_default().status.get_or_insert(status);
    }

    /// Changes the status of a user after [`insert_loaded`](Self::insert_loaded); returns it when the visible presence
    /// changed.
    pub fn change(&self, user: UserId, change: impl FnOnce(&mut Status, bool)) -> Option<Status> {
        self.0.lock().get_mut(&user)?.change(change)
    }

    /// Sets a status that has just been saved.
    pub fn set_saved(&self, status: Status) {
        let mut entries = self.0.lock();
        let entry = entries.entry(status.user_id).or_default();
        entry.is_dirty = false;
        entry.status = Some(status);
    }

    /// Ages all statuses to `now`; returns those whose visible presence changed.
    pub fn age(&self, now: Millis) -> Vec<Status> {
        self.0
            .lock()
            .values_mut()
            .filter_map(|entry| entry.change(|status, is_connected| status.apply_timeouts(is_connected, now)))
            .collect()
    }

    /// Takes the statuses to save, and evicts the entries that need not be in memory.
    pub fn take_dirty(&self) -> Vec<Status> {
        let mut entries = self.0.lock();
        entries.retain(|_, entry| !entry.is_evictable());
        let take = |entry: &mut Entry| if std::mem::take(&mut entry.is_dirty) { entry.status.clone() } else { None };
        entries.values_mut().filter_map(take).collect()
    }

    /// Marks statuses as unsaved again, after a failed write.
    pub fn mark_dirty(&self, statuses: &[Status]) {
        let mut entries = self.0.lock();
        for status in statuses {
            let entry = entries.entry(status.user_id).or_default();
            entry.status.get_or_insert_with(|| status.clone());
            entry.is_dirty = true;
        }
    }

    /// Complete, because only manual and offline statuses are evicted from memory.
    pub fn online(&self) -> Vec<UserId> {
        let entries = self.0.lock();
        entries.iter().filter(|(_, entry)| entry.is_online()).map(|(user, _)| *user).collect()
    }

    pub fn is_online(&self, user: UserId) -> bool {
        self.0.lock().get(&user).is_some_and(Entry::is_online)
    }

    /// Whether any of these people is not online.
    pub fn is_any_absent(&self, users: &[UserId]) -> bool {
        let entries = self.0.lock();
        users.iter().any(|user| !entries.get(user).is_some_and(Entry::is_online))
    }

    /// The statuses of users that are not offline.
    pub fn not_offline(&self) -> Vec<Status> {
        let entries = self.0.lock();
        entries.values().filter_map(|entry| entry.status.clone()).filter(|status| status.presence != Presence::Offline).collect()
    }
}
