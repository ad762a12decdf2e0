//! How often something may happen, by the generic cell rate algorithm: one number is kept for each sender, the time at which
//! all that was sent is worked off.

use crate::Millis;

const MINUTE_US: i64 = 60_000_000;

/// So many in a minute: that many at once, and then one after each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval_us: i64,
}

/// The next one may be sent after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooEarly {
    pub wait_ms: i64,
}

impl Rate {
    /// `None` for 0, which is no limit.
    pub const fn per_minute(number: i64) -> Option<Self> {
        if number <= 0 {
            return None;
        }
        let interval_us = MINUTE_US / number;
        Some(Self { interval_us: if interval_us < 1 { 1 } else { interval_us } })
    }

    /// When everything is worked off if one more is sent now. `worked_off_us` is that time without it, in microseconds since
    /// 1970; 0 where nothing was sent.
    pub fn add(self, worked_off_us: i64, now: Millis) -> Result<i64, TooEarly> {
        let next_us = self.add_always(worked_off_us, now);
        let early_us = next_us.saturating_sub(now_us(now)).saturating_sub(self.burst_us());
        if early_us <= 0 { Ok(next_us) } else { Err(TooEarly { wait_ms: early_us.div_euclid(1_000) + 1 }) }
    }

    /// The same without a limit: what is sent counts for what comes after it.
    pub fn add_always(self, worked_off_us: i64, now: Millis) -> i64 {
        let now_us = now_us(now);
        // Nobody waits for longer than two minutes, also after the clock was set back.
        let worked_off_us = worked_off_us.clamp(now_us, now_us.saturating_add(2 * MINUTE_US));
        worked_off_us.saturating_add(self.interval_us)
    }

    const fn burst_us(self) -> i64 {
        // Not more than fits exactly, so that a rate of 7 lets 7 pass at once, not 8.
        self.interval_us * (MINUTE_US / self.interval_us)
    }
}

const fn now_us(now: Millis) -> i64 {
    now.0.saturating_mul(1_000)
}

/// Whether a sender with this time has nothing to wait for, so that the number need not be kept.
pub const fn is_worked_off(worked_off_us: i64, now: Millis) -> bool {
    worked_off_us <= now_us(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);

    /// How many of so many pass at this moment, and when all is worked off.
    fn send(rate: Rate, mut worked_off_us: i64, now: Millis, attempts: usize) -> (usize, i64) {
        let mut passed = 0;
        for _ in 0..attempts {
            if let Ok(next) = rate.add(worked_off_us, now) {
                (passed, worked_off_us) = (passed + 1, next);
            }
        }
        (passed, worked_off_us)
    }

    #[test]
    fn a_minutes_number_passes_at_once_and_then_one_after_each_interval() {
        for number in [1, 7, 60, 600, 3_000] {
            let rate = Rate::per_minute(number).unwrap();
            let (passed, state) = send(rate, 0, NOW, 5_000);
            assert_eq!(passed as i64, number);
            let wait_ms = rate.add(state, NOW).unwrap_err().wait_ms;
            assert!((60_000 / number..=60_000 / number + 2).contains(&wait_ms), "{number}: {wait_ms}");
            assert!(rate.add(state, NOW.plus_ms(wait_ms)).is_ok());
            // A minute later as many again.
            assert_eq!(send(rate, state, NOW.plus_ms(60_001), 5_000).0 as i64, number);
        }
    }

    #[test]
    fn what_passes_without_a_limit_counts_for_the_next_one() {
        let rate = Rate::per_minute(2).unwrap();
        let mut state = 0;
        for _ in 0..3 {
            state = rate.add_always(state, NOW);
        }
        assert_eq!(rate.add(state, NOW), Err(TooEarly { wait_ms: 60_001 }));
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nobody_for_long() {
        let rate = Rate::per_minute(60).unwrap();
        let (_, state) = send(rate, 0, NOW.plus_ms(86_400_000), 100);
        assert!(rate.add(state, NOW).unwrap_err().wait_ms <= 120_000);
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(Rate::per_minute(0), None);
    }
}
