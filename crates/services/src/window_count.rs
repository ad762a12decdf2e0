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
        if now.0 - self.since.0 >= window_ms {
            *self = Self { count: 0, since: now };
        }
        if self.count >= max {
            return None;
        }
        self.count += 1;
        Some(self.count)
    }

    /// Until the window is over.
    pub const fn rest_ms(&self, window_ms: i64, now: Millis) -> i64 {
        self.since.0 + window_ms - now.0
    }
}
