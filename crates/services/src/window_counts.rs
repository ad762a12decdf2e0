//! Counts that begin again when their window of time is over: one for each of a bounded number of keys, in memory of this node.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::Millis;
use parking_lot::Mutex;

#[derive(Debug, Clone, Copy)]
pub(crate) struct WindowLimit {
    /// What is counted within a window, at most.
    pub max: u32,
    pub window_ms: i64,
}

pub(crate) struct WindowCounts<K>(Cache<K, Arc<Mutex<WindowCount>>>);

#[derive(Debug, Default)]
struct WindowCount {
    count: u32,
    since: Millis,
}

/// What was counted. It may be taken back.
#[derive(Debug)]
pub(crate) struct Counted {
    /// The count with it.
    pub count: u32,
    number: u32,
    of_key: Arc<Mutex<WindowCount>>,
}

impl<K: Hash + Eq + Send + Sync + 'static> WindowCounts<K> {
    /// `window_ms_max` is the longest window of a limit.
    pub fn new(keys_max: u64, window_ms_max: i64) -> Self {
        let idle = Duration::from_millis(2 * window_ms_max.unsigned_abs());
        Self(Cache::builder().max_capacity(keys_max).time_to_idle(idle).build())
    }

    /// Counts so many more. None of them above the limit: then the error is the rest of the window in milliseconds.
    pub fn add(&self, key: K, number: u32, limit: WindowLimit, now: Millis) -> Result<Counted, i64> {
        let of_key = self.0.get_with(key, Arc::default);
        let count = of_key.lock().add(number, limit, now)?;
        Ok(Counted { count, number, of_key })
    }

    /// Begins again.
    pub fn reset(&self, key: &K) {
        self.0.invalidate(key);
    }
}

impl WindowCount {
    fn add(&mut self, number: u32, limit: WindowLimit, now: Millis) -> Result<u32, i64> {
        if now.0 - self.since.0 >= limit.window_ms {
            *self = Self { count: 0, since: now };
        }
        let count = self.count.checked_add(number).filter(|count| *count <= limit.max);
        self.count = count.ok_or(self.since.0 + limit.window_ms - now.0)?;
        Ok(self.count)
    }
}

impl Counted {
    pub fn take_back(self) {
        let mut of_key = self.of_key.lock();
        of_key.count = of_key.count.saturating_sub(self.number);
    }

    /// Takes back all that was counted for the key.
    pub fn take_all_back(self) {
        self.of_key.lock().count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_800_000_000_000);
    const LIMIT: WindowLimit = WindowLimit { max: 3, window_ms: 1_000 };

    #[test]
    fn a_window_has_a_limit_and_ends() {
        let counts = WindowCounts::new(10, LIMIT.window_ms);
        let add = |number, at_ms: i64| counts.add("a", number, LIMIT, START.plus_ms(at_ms)).map(|counted| counted.count);
        assert_eq!([add(1, 0), add(3, 100), add(2, 200), add(1, 999)], [Ok(1), Err(900), Ok(3), Err(1)]);
        assert_eq!(counts.add("b", 1, LIMIT, START).map(|counted| counted.count), Ok(1));
        assert_eq!([add(u32::MAX, 999), add(3, 1_000), add(1, 1_999)], [Err(1), Ok(3), Err(1)]);
    }

    #[test]
    fn what_is_taken_back_is_not_counted() {
        let counts = WindowCounts::new(10, LIMIT.window_ms);
        let add = |number| counts.add((), number, LIMIT, START);
        let two = add(2).unwrap();
        let last = add(1).unwrap();
        two.take_back();
        assert_eq!(add(2).unwrap().count, 3);
        last.take_all_back();
        assert_eq!(add(3).unwrap().count, 3);
        counts.reset(&());
        assert_eq!(add(1).unwrap().count, 1);
    }
}
