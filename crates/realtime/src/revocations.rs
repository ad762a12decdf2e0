//! Which sessions ended a moment ago: closes the gap between looking a session up and connecting with it.

use std::collections::VecDeque;

use guildhall_model::id::{SessionId, UserId};

/// A moment in the order of revocations, taken before a session is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revoked {
    Session(SessionId),
    User(UserId),
}

#[derive(Debug, Default)]
pub(crate) struct Revocations {
    forgotten: u64,
    recent: VecDeque<Revoked>,
}

impl Revocations {
    const REMEMBERED: usize = 4096;

    pub(crate) fn record(&mut self, revoked: Revoked) {
        if self.recent.len() == Self::REMEMBERED {
            self.recent.pop_front();
            self.forgotten += 1;
        }
        self.recent.push_back(revoked);
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.forgotten + self.recent.len() as u64)
    }

    /// Whether the session may have ended since; after too many others ended to remember, it may.
    pub(crate) fn may_have_ended(&self, since: Checkpoint, user: UserId, session: SessionId) -> bool {
        let Some(skipped) = since.0.checked_sub(self.forgotten) else { return true };
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        self.recent.iter().skip(skipped).any(|&revoked| revoked == Revoked::Session(session) || revoked == Revoked::User(user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ended_since_the_checkpoint_counts() {
        let (user, session) = (UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16]));
        let other = SessionId::from_bytes([3; 16]);
        let mut revocations = Revocations::default();
        let before = revocations.checkpoint();
        revocations.record(Revoked::Session(session));
        let between = revocations.checkpoint();
        assert!(revocations.may_have_ended(before, user, session));
        assert!(!revocations.may_have_ended(before, user, other));
        assert!(!revocations.may_have_ended(between, user, session));
        revocations.record(Revoked::User(user));
        assert!(revocations.may_have_ended(between, user, other));
    }

    #[test]
    fn a_checkpoint_too_old_to_judge_is_refused() {
        let mut revocations = Revocations::default();
        let old = revocations.checkpoint();
        let other = Revoked::Session(SessionId::from_bytes([3; 16]));
        for _ in 0..=Revocations::REMEMBERED {
            revocations.record(other);
        }
        assert!(revocations.may_have_ended(old, UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16])));
        let now = revocations.checkpoint();
        assert!(!revocations.may_have_ended(now, UserId::from_bytes([1; 16]), SessionId::from_bytes([2; 16])));
    }
}
