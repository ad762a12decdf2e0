//! Counts failures, and lets the next attempt wait for longer with each of them: nothing is locked for good.

use guildhall_model::Millis;

const FIRST_WAIT_MS: i64 = 1_000;
/// Failures are forgotten after as much time without another one.
const FORGOTTEN_AFTER_MS: i64 = 2 * 60 * 60 * 1_000;

/// How many failures come without a wait, and how long the wait becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailureLimit {
    pub failures_max: u32,
    /// The wait after the last of them is one second; each further failure doubles it up to this.
    pub wait_ms_max: i64,
    /// One failure is forgiven whenever this time has passed; `None` where only a success or a long pause does so. For what many
    /// people share, whose mistakes would otherwise add up.
    pub forgiven_every_ms: Option<i64>,
}

#[derive(Debug, Default)]
pub(super) struct FailureCount {
    count: u32,
    last_at: Millis,
    /// Until when failures were forgiven.
    forgiven_at: Millis,
}

/// A failure that was counted. It may be taken back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    at: Millis,
    previous_at: Millis,
}

impl FailureCount {
    /// Counts one more. While the next attempt has to wait, nothing is counted, and the error is the rest of the wait in milliseconds.
    pub fn add(&mut self, limit: FailureLimit, now: Millis) -> Result<Counted, i64> {
        let rest_ms = self.rest_ms(limit, now);
        if rest_ms > 0 {
            return Err(rest_ms);
        }
        let counted = Counted { at: now, previous_at: self.last_at };
        self.count = self.count.saturating_add(1);
        self.last_at = now;
        Ok(counted)
    }

    /// How long the next attempt has to wait, in milliseconds; zero or less where it has not.
    pub fn rest_ms(&mut self, limit: FailureLimit, now: Millis) -> i64 {
        // A clock that went back would make the wait longer.
        self.last_at = self.last_at.min(now);
        self.forgive(limit, now);
        self.wait_ms(limit) - (now.0 - self.last_at.0)
    }

    /// Takes a failure back, with the wait that it caused.
    pub fn take_back(&mut self, Counted { at, previous_at }: Counted) {
        self.count = self.count.saturating_sub(1);
        if self.last_at == at {
            self.last_at = previous_at;
        }
    }

    fn forgive(&mut self, limit: FailureLimit, now: Millis) {
        if now.0 - self.last_at.0 >= FORGOTTEN_AFTER_MS {
            *self = Self { count: 0, last_at: self.last_at, forgiven_at: now };
            return;
        }
        let Some(every_ms) = limit.forgiven_every_ms else { return };
        let since = self.forgiven_at.min(now);
        let forgiven = (now.0 - since.0) / every_ms.max(1);
        self.count = self.count.saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX));
        self.forgiven_at = since.plus_ms(forgiven * every_ms.max(1));
    }

    fn wait_ms(&self, limit: FailureLimit) -> i64 {
        match self.count.checked_sub(limit.failures_max.max(1)) {
            None => 0,
            // 2^30 seconds are more than any limit.
            Some(doublings) => (FIRST_WAIT_MS << doublings.min(30)).min(limit.wait_ms_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_800_000_000_000);
    const LIMIT: FailureLimit = FailureLimit { failures_max: 3, wait_ms_max: 20_000, forgiven_every_ms: None };

    /// The waits in seconds before each of some failures, made as early as they are accepted.
    fn waits(count: &mut FailureCount, limit: FailureLimit, start: Millis, number: usize) -> Vec<i64> {
        let mut now = start;
        let mut waits = Vec::new();
        for _ in 0..number {
            let wait_ms = count.add(limit, now).err().unwrap_or_default();
            now = now.plus_ms(wait_ms);
            if wait_ms > 0 {
                assert!(count.add(limit, now.minus_ms(1)).is_err() && count.add(limit, now).is_ok());
            }
            waits.push(wait_ms / 1_000);
        }
        waits
    }

    #[test]
    fn waits_double_up_to_a_limit() {
        assert_eq!(waits(&mut FailureCount::default(), LIMIT, START, 10), [0, 0, 0, 1, 2, 4, 8, 16, 20, 20]);
        let endless = FailureLimit { wait_ms_max: i64::MAX, ..LIMIT };
        let mut count = FailureCount { count: u32::MAX, last_at: START, forgiven_at: START };
        assert!(count.add(endless, START).is_err_and(|wait_ms| wait_ms > 0));
    }

    #[test]
    fn failures_are_forgotten_after_a_pause() {
        let mut count = FailureCount::default();
        waits(&mut count, LIMIT, START, 10);
        let later = START.plus_ms(FORGOTTEN_AFTER_MS + 100_000);
        assert_eq!(waits(&mut count, LIMIT, later, 4), [0, 0, 0, 1]);
    }

    #[test]
    fn what_is_taken_back_leaves_no_wait() {
        let mut count = FailureCount::default();
        waits(&mut count, LIMIT, START, 3);
        let at = START.plus_ms(1_000);
        let counted = count.add(LIMIT, at).unwrap();
        assert_eq!(count.add(LIMIT, at).unwrap_err(), 2_000);
        count.take_back(counted);
        assert!(count.add(LIMIT, at).is_ok());
    }

    #[test]
    fn those_of_many_people_are_forgiven_one_by_one() {
        let limit = FailureLimit { wait_ms_max: 900_000, forgiven_every_ms: Some(60_000), ..LIMIT };
        let mut count = FailureCount::default();
        let mut accepted = 0;
        for second in 0..3_600 {
            accepted += i32::from(count.add(limit, START.plus_ms(second * 1_000)).is_ok());
        }
        assert!((60..=75).contains(&accepted), "{accepted} in an hour: one a minute, and a few at the beginning");
        // One mistake each two minutes never has to wait.
        let mut count = FailureCount::default();
        assert!((0..1_000).all(|n| count.add(limit, START.plus_ms(n * 120_000)).is_ok()));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_make_the_wait_longer() {
        let mut count = FailureCount::default();
        waits(&mut count, LIMIT, START, 4);
        let earlier = START.minus_ms(24 * 60 * 60 * 1_000);
        assert_eq!(count.add(LIMIT, earlier).unwrap_err(), 2_000);
        assert!(count.add(LIMIT, earlier.plus_ms(2_000)).is_ok());
    }
}
