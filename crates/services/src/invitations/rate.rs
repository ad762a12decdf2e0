//! How many people one person may invite within an hour, so that nobody sends mail to the world through this server.

use guildhall_model::codes::invitations as codes;
use guildhall_model::id::UserId;
use guildhall_model::{Millis, Result};

use crate::invitations::Invitations;
use crate::window_counts::{WindowCounts, WindowLimit};

const WINDOW_MS: i64 = 60 * 60 * 1000;
const INVITERS_MAX: u64 = 100_000;

/// The invitations of each person within an hour, on this node.
pub(crate) struct State {
    counts: WindowCounts<UserId>,
}

impl Default for State {
    fn default() -> Self {
        Self { counts: WindowCounts::new(INVITERS_MAX, WINDOW_MS) }
    }
}

impl State {
    fn reserve(&self, inviter: UserId, number: u32, max: u32, now: Millis) -> bool {
        self.counts.add(inviter, number, WindowLimit { max, window_ms: WINDOW_MS }, now).is_ok()
    }
}

impl Invitations<'_> {
    /// Counts these invitations; `RATE_LIMITED`, and none of them is counted, above the limit.
    pub(crate) fn count_invitations(&self, inviter: UserId, number: usize) -> Result<()> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(());
        }
        let max = settings.limits.invitations_per_hour;
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if self.state().reserve(inviter, number, max, self.clock.now()) { Ok(()) } else { Err(codes::RATE_LIMITED.with("max", max)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_invites_a_bounded_number_within_an_hour() {
        let (state, start) = (State::default(), Millis(1_800_000_000_000));
        let (ada, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        assert!(state.reserve(ada, 15, 20, start));
        assert!(!state.reserve(ada, 6, 20, start), "none of several is counted if they do not all fit");
        assert!(state.reserve(ada, 5, 20, start));
        assert!(!state.reserve(ada, 1, 20, start.plus_ms(WINDOW_MS - 1)));
        assert!(state.reserve(bob, 20, 20, start) && !state.reserve(bob, 21, 20, start.plus_ms(WINDOW_MS)));
        assert!(state.reserve(ada, 20, 20, start.plus_ms(WINDOW_MS)));
    }
}
