//! A condition variable with the interface of parking_lot's. It also wakes without a notification, as that one may.

use std::sync::PoisonError;

use crate::mutex::MutexGuard;

#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

impl Condvar {
    pub const fn new() -> Self {
        Self(shuttle::sync::Condvar::new())
    }

    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        if let Some(locked) = guard.0.take() {
            guard.0 = Some(self.0.wait(locked).unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Whether a thread was woken is not known here; nobody asks.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }
}
