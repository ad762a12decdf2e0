//! A clock that advances by one millisecond at each call, so that no two timestamps are equal.

use std::sync::atomic::{AtomicI64, Ordering};

use guildhall_model::{Clock, Millis};

#[derive(Debug)]
pub struct TickingClock(AtomicI64);

impl Default for TickingClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_800_000_000_000))
    }
}

impl TickingClock {
    pub(crate) fn starting_at(now: Millis) -> Self {
        Self(AtomicI64::new(now.0))
    }

    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TickingClock {
    fn now(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::SeqCst))
    }
}
