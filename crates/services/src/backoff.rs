//! Exponential backoff with jitter for work that is retried.

/// The delays between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backoff {
    /// After the first attempt.
    pub first_ms: i64,
    /// Each further delay is this many times the previous one.
    pub factor: i64,
    pub longest_ms: i64,
    pub attempts_max: i64,
}

/// Delays vary randomly by up to this share.
const JITTER_PERCENT: i64 = 25;

impl Backoff {
    /// The delay after this many attempts; `None` after the last one. `random` is any random number.
    pub fn delay_ms(self, attempts: i64, random: u8) -> Option<i64> {
        if attempts >= self.attempts_max {
            return None;
        }
        let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default();
        let delay_ms = self.first_ms.saturating_mul(self.factor.saturating_pow(exponent)).min(self.longest_ms);
        let jitter = i64::from(random) * 2 * JITTER_PERCENT / i64::from(u8::MAX) - JITTER_PERCENT;
        Some(delay_ms + delay_ms / 100 * jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first_ms: 5_000, factor: 5, longest_ms: 7_200_000, attempts_max: 8 };

    #[test]
    fn waits_grow_to_a_bound_and_end() {
        let waits: Vec<i64> = (1..).map_while(|attempts| BACKOFF.delay_ms(attempts, 128)).collect();
        assert_eq!(waits, [5_000, 25_000, 125_000, 625_000, 3_125_000, 7_200_000, 7_200_000]);
        assert_eq!(BACKOFF.delay_ms(i64::MAX, 0), None);
        let endless = Backoff { attempts_max: i64::MAX, ..BACKOFF };
        assert_eq!(endless.delay_ms(1_000_000, 128), Some(7_200_000));
    }

    #[test]
    fn chance_moves_a_wait_by_a_quarter_at_most() {
        assert_eq!(BACKOFF.delay_ms(1, 0), Some(3_750));
        assert_eq!(BACKOFF.delay_ms(1, u8::MAX), Some(6_250));
        assert!((0..=u8::MAX).all(|random| (3_750..=6_250).contains(&BACKOFF.delay_ms(1, random).unwrap())));
    }
}
