//! Recently revoked sessions: closes the race between looking a session up and connecting with it.

use std::collections::VecDeque;

use guildhall_model::id::{SessionId, UserId};

/// A position in the order of revocations, taken before a session is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revocation {
    Session(SessionId),
    User(UserId),
}

#[derive(Debug, Default)]
pub(crate) struct Revocations {
    evicted_count: u64,
    recent: VecDeque<Revocation>,
}

impl Revocations {
    const CAPACITY: usize = 4096;

    pub(crate) fn record(&mut self, revocation: Revocation) {
        if self.recent.len() == Self::CAPACITY {
            self.recent.pop_front();
            self.evicted_count += 1;
        }
        self.recent.push_back(revocation);
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.evicted_count + self.recent.len() as u64)
    }

    /// Whether the session may have been revoked since the checkpoint. Also true if the checkpoint is older than the
    /// recorded revocations.
    pub(crate) fn may_be_revoked(&self, since: Checkpoint, user: UserId, session: SessionId) -> bool {
        let Some(skipped) = since.0.checked_sub(self.evicted_count) else { return true };
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let revoked = [Revocation::Session(session), Revocation::User(user)];
        self.recent.iter().skip(skipped).any(|revocation| revoked.contains(revocation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_revocations_since_the_checkpoint_count() {
        let (user, session) = (UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16]));
        let other = SessionId::from_bytes([3; 16]);
        let mut revocations = Revocations::default();
        let before = revocations.checkpoint();
        revocations.record(Revocation::Session(session));
        let between = revocations.checkpoint();
        assert!(revocations.may_be_revoked(before, user, session));
        assert!(!revocations.may_be_revoked(before, user, other));
        assert!(!revocations.may_be_revoked(between, user, session));
        revocations.record(Revocation::User(user));
        assert!(revocations.may_be_revoked(between, user, other));
    }

    #[test]
    fn a_checkpoint_older_than_the_recorded_revocations_is_rejected() {
        let mut revocations = Revocations::default();
        let old = revocations.checkpoint();
        let other = Revocation::Session(SessionId::from_bytes([3; 16]));
        for _ in 0..=Revocations::CAPACITY {
            revocations.record(other);
        }
        assert!(revocations.may_be_revoked(old, UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16])));
        let now = revocations.checkpoint();
        assert!(!revocations.may_be_revoked(now, UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16])));
    }
}
