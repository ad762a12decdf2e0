//! Retries writes that conflicted with a concurrent change.

use guildhall_model::Error;
use guildhall_model::codes::context;

/// In every conflict one writer succeeds, so this many concurrent writers all succeed within this many attempts.
const ATTEMPTS_MAX: u32 = 32;

/// `retried!(self.write_something(..))` repeats an attempt that reads, decides and commits while it ends in a conflict.
macro_rules! retry_on_conflict {
    ($attempt:expr) => {{
        let mut attempts = $crate::retry::Attempts::default();
        loop {
            match $attempt.await {
                Err(error) if attempts.should_retry(&error) => {}
                result => break result,
            }
        }
    }};
}
pub(crate) use retry_on_conflict;

/// Limits the number of attempts.
#[derive(Debug)]
pub(crate) struct Attempts {
    left: u32,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { left: ATTEMPTS_MAX }
    }
}

impl Attempts {
    /// Whether the error is a conflict and attempts are left. Counts one attempt.
    pub fn should_retry(&mut self, error: &Error) -> bool {
        self.left = self.left.saturating_sub(1);
        error.is(context::CONFLICT) && self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_conflicts_are_retried_and_only_up_to_the_limit() {
        let mut attempts = Attempts::default();
        assert!(!attempts.should_retry(&context::PERMISSIONS.into()));
        let mut attempts = Attempts::default();
        let conflict = Error::from(context::CONFLICT);
        let retries = std::iter::repeat_with(|| attempts.should_retry(&conflict)).take_while(|may_retry| *may_retry).count();
        assert_eq!(retries, ATTEMPTS_MAX as usize - 1);
    }
}
