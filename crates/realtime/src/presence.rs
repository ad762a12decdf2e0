//! Presence changes, passed to the sink in order and outside the hub's lock.

use std::collections::VecDeque;

use guildhall_model::id::UserId;

use crate::sync::Mutex;

/// Notified when a user's first live connection opens and when the last one closes. Called in the order of the changes,
/// one call at a time; it may call the hub.
pub trait PresenceSink: Send + Sync {
    fn user_came_online(&self, user: UserId);
    fn user_went_offline(&self, user: UserId);
}

/// Ignores all changes.
impl PresenceSink for () {
    fn user_came_online(&self, _user: UserId) {}
    fn user_went_offline(&self, _user: UserId) {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PresenceChange {
    Online(UserId),
    Offline(UserId),
}

/// Changes not yet passed to the sink. A thread that finds no other one draining the queue drains it; none waits.
#[derive(Debug, Default)]
pub(crate) struct PresenceQueue {
    changes: Mutex<VecDeque<PresenceChange>>,
    draining: Mutex<()>,
}

impl PresenceQueue {
    /// Called under the hub's lock, which orders the changes.
    pub(crate) fn push(&self, changes: &mut Vec<PresenceChange>) {
        self.changes.lock().extend(changes.drain(..));
    }

    /// Called without the hub's lock.
    pub(crate) fn drain_to(&self, sink: &dyn PresenceSink) {
        // Checked again after the lock is released: a change may have been pushed between the last pop and the release.
        while !self.changes.lock().is_empty() {
            let Some(guard) = self.draining.try_lock() else { return };
            while let Some(change) = self.pop() {
                match change {
                    PresenceChange::Online(user) => sink.user_came_online(user),
                    PresenceChange::Offline(user) => sink.user_went_offline(user),
                }
            }
            drop(guard);
        }
    }

    fn pop(&self) -> Option<PresenceChange> {
        self.changes.lock().pop_front()
    }
}
