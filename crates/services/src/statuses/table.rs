//! The statuses of everybody who is connected or was lately, in memory: presence changes far too often to be written
//! down each time. What changed is written with the next sweep.

use std::collections::HashMap;

use guildhall_model::Millis;
use guildhall_model::id::UserId;
use guildhall_model::user::{Presence, Status};
use parking_lot::Mutex;

#[derive(Default)]
pub struct PresenceTable(Mutex<HashMap<UserId, Entry>>);

#[derive(Default)]
struct Entry {
    /// Comings less goings: they may be heard of in the wrong order.
    balance: i32,
    /// `None` until it was read from the database.
    status: Option<Status>,
    is_dirty: bool,
}

impl Entry {
    /// Puts a change to the status; answers it where others see a difference.
    fn change(&mut self, change: impl FnOnce(&mut Status, bool)) -> Option<Status> {
        let is_connected = self.balance > 0;
        let status = self.status.as_mut()?;
        let before = status.clone();
        change(status, is_connected);
        self.is_dirty |= *status != before;
        (status.presence != before.presence).then(|| status.clone())
    }

    /// Whether the database knows as much.
    fn is_spare(&self) -> bool {
        let can_wait = self.status.as_ref().is_none_or(|status| status.manual || status.presence == Presence::Offline);
        self.balance == 0 && !self.is_dirty && can_wait
    }
}

impl PresenceTable {
    pub fn get(&self, user: UserId) -> Option<Status> {
        self.0.lock().get(&user)?.status.clone()
    }

    pub fn count(&self, user: UserId, connections: i32) {
        self.0.lock().entry(user).or_default().balance += connections;
    }

    /// What the database had, unless it is known already.
    pub fn loaded(&self, status: Status) {
        self.0.lock().entry(status.user_id).or_default().status.get_or_insert(status);
    }

    /// Changes the status of somebody who was [`loaded`](Self::loaded); answers it where others see a difference.
    pub fn change(&self, user: UserId, change: impl FnOnce(&mut Status, bool)) -> Option<Status> {
        self.0.lock().get_mut(&user)?.change(change)
    }

    /// What is in the database now, and so needs no writing.
    pub fn written(&self, status: Status) {
        let mut people = self.0.lock();
        let entry = people.entry(status.user_id).or_default();
        entry.is_dirty = false;
        entry.status = Some(status);
    }

    /// Time passes for everybody; answers who changed for others to see.
    pub fn age(&self, now: Millis) -> Vec<Status> {
        self.0.lock().values_mut().filter_map(|entry| entry.change(|status, is_connected| status.age(is_connected, now))).collect()
    }

    /// Takes what is to be written down, and forgets whom the database can remember alone.
    pub fn take_dirty(&self) -> Vec<Status> {
        let mut people = self.0.lock();
        people.retain(|_, entry| !entry.is_spare());
        let take = |entry: &mut Entry| if std::mem::take(&mut entry.is_dirty) { entry.status.clone() } else { None };
        people.values_mut().filter_map(take).collect()
    }

    /// They could not be written: another time.
    pub fn put_back(&self, statuses: &[Status]) {
        let mut people = self.0.lock();
        for status in statuses {
            let entry = people.entry(status.user_id).or_default();
            entry.status.get_or_insert_with(|| status.clone());
            entry.is_dirty = true;
        }
    }

    /// Whoever is online is in memory: the database alone only remembers who chose to be something else.
    pub fn online(&self) -> Vec<UserId> {
        let people = self.0.lock();
        let is_online = |entry: &Entry| entry.status.as_ref().is_some_and(|status| status.presence == Presence::Online);
        people.iter().filter(|(_, entry)| is_online(entry)).map(|(user, _)| *user).collect()
    }

    /// Everybody who is not offline.
    pub fn present(&self) -> Vec<Status> {
        let people = self.0.lock();
        people.values().filter_map(|entry| entry.status.clone()).filter(|status| status.presence != Presence::Offline).collect()
    }
}
