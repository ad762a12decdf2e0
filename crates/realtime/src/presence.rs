//! Who came and who went, told in order and outside the hub's lock.

use std::collections::VecDeque;

use guildhall_model::id::UserId;
use parking_lot::Mutex;

/// Learns when a person's first live connection opens and their last one closes. Called in the order in which it
/// happened, one call at a time; it may call the hub.
pub trait PresenceSink: Send + Sync {
    fn online(&self, user: UserId);
    fn offline(&self, user: UserId);
}

/// For those who do not care.
impl PresenceSink for () {
    fn online(&self, _user: UserId) {}
    fn offline(&self, _user: UserId) {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PresenceChange {
    Online(UserId),
    Offline(UserId),
}

/// Changes on their way to the sink. Whoever finds nobody telling them does the telling; nobody waits.
#[derive(Debug, Default)]
pub(crate) struct PresenceQueue {
    changes: Mutex<VecDeque<PresenceChange>>,
    telling: Mutex<()>,
}

impl PresenceQueue {
    /// Called under the hub's lock, which is what puts the changes in order.
    pub(crate) fn push(&self, changes: &mut Vec<PresenceChange>) {
        self.changes.lock().extend(changes.drain(..));
    }

    /// Called without the hub's lock.
    pub(crate) fn tell(&self, sink: &dyn PresenceSink) {
        // Looked at again after each turn: a change may have come between the last look and the turn's end.
        while !self.changes.lock().is_empty() {
            let Some(turn) = self.telling.try_lock() else { return };
            while let Some(change) = self.next() {
                match change {
                    PresenceChange::Online(user) => sink.online(user),
                    PresenceChange::Offline(user) => sink.offline(user),
                }
            }
            drop(turn);
        }
    }

    fn next(&self) -> Option<PresenceChange> {
        self.changes.lock().pop_front()
    }
}
