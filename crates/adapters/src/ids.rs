//! New ids: 48 bits of milliseconds, then 80 random bits; each larger than the previous one.

use std::sync::Arc;

use guildhall_model::{Clock, IdSource};
use parking_lot::Mutex;
use rand::Rng;

const RANDOM_BITS: u32 = 80;

/// Time-ordered ids of this process. Ids sort by creation even within one millisecond and while the clock steps back:
/// then the last id is incremented by a random step, which keeps ids hard to guess.
pub struct TimeOrderedIds {
    clock: Arc<dyn Clock>,
    last: Mutex<u128>,
}

impl TimeOrderedIds {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: Mutex::new(0) }
    }
}

impl IdSource for TimeOrderedIds {
    fn next_bytes(&self) -> [u8; 16] {
        #[expect(clippy::disallowed_methods, reason = "the adapter of the port for ids")]
        let mut rng = rand::rng();
        let now_ms = u128::try_from(self.clock.now().0).unwrap_or(0) & ((1 << 48) - 1);
        let fresh = now_ms << RANDOM_BITS | rng.random::<u128>() >> (128 - RANDOM_BITS);
        let step = u128::from(rng.random::<u64>()) + 1;
        let mut last = self.last.lock();
        // Compares milliseconds only: within the same one, a new random part could sort before the last id.
        *last = if fresh >> RANDOM_BITS > *last >> RANDOM_BITS { fresh } else { last.saturating_add(step) };
        last.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use guildhall_model::Millis;
    use guildhall_model::id::PostId;
    use guildhall_model::time::ManualClock;

    use super::*;

    #[test]
    fn ids_increase_within_a_millisecond_and_when_the_clock_steps_back() {
        let clock = Arc::new(ManualClock::at(Millis(1_700_000_000_000)));
        let ids = TimeOrderedIds::new(clock.clone());
        let mut last = ids.next_bytes();
        for round in 0..100_000 {
            match round % 1000 {
                0 => clock.advance_ms(1),
                500 => clock.advance_ms(-3_600_000),
                501 => clock.advance_ms(3_600_000),
                _ => {}
            }
            let next = ids.next_bytes();
            assert!(next > last);
            last = next;
        }
    }

    #[test]
    fn an_id_begins_with_the_milliseconds() {
        let ids = TimeOrderedIds::new(Arc::new(ManualClock::at(Millis(0x0123_4567_89ab))));
        assert_eq!(ids.next_bytes()[..6], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab]);
    }

    #[test]
    fn ids_are_ordered_across_threads_and_unique_across_sources() {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Millis(-5)));
        let sources = [Arc::new(TimeOrderedIds::new(clock.clone())), Arc::new(TimeOrderedIds::new(clock))];
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let source = sources[n % 2].clone();
                std::thread::spawn(move || (0..5000).map(|_| source.next_bytes()).collect::<Vec<_>>())
            })
            .collect();
        let mut seen = HashSet::new();
        for thread in threads {
            let ids = thread.join().unwrap();
            assert!(ids.is_sorted());
            seen.extend(ids);
        }
        assert_eq!(seen.len(), 20_000);
    }

    #[test]
    fn the_text_form_of_an_id_parses_back() {
        let ids: Arc<dyn IdSource> = Arc::new(TimeOrderedIds::new(Arc::new(guildhall_model::time::SystemClock)));
        let id: PostId = ids.next();
        assert_eq!(id.to_string().parse::<PostId>(), Ok(id));
    }
}
