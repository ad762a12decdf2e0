//! A count that begins again when its window of time is over.

use guildhall_model::Millis;

#[derive(Debug, Default)]
pub(crate) struct WindowCount {
    pub count: u32,
    since: Millis,
}

impl WindowCount {
    /// Counts one more and returns the count, at most `max`; `None` if that is reached.
    pub fn add(&mut self, max: u32, window_ms: i64, now: Millis) -> Option<u32> {
        self.add_all(1, max, window_ms, now).then_some(self.count)
    }

    /// Counts so many more; none, and `false`, if that would be more than `max`.
    pub fn add_all(&mut self, number: u32, max: u32, window_ms: i64, now: Millis) -> bool {
        if now.0 - self.since.0 >= window_ms {
            *self = Self { count: 0, since: now };
        }
        match self.count.checked_add(number).filter(|count| *count <= max) {
            Some(count) => {
                self.count = count;
                true
            }
            None => false,
        }
    }

    /// Until the window is over.
    pub const fn rest_ms(&self, window_ms: i64, now: Millis) -> i64 {
        self.since.0 + window_ms - now.0
    }
}
