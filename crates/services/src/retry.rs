//! Trying again where somebody else was faster.

use guildhall_model::Error;
use guildhall_model::codes::context;

/// Whoever loses lost to somebody who won: of so many at once, each gets through.
const ATTEMPTS_MAX: u32 = 32;

/// `retried!(self.write_something(..))`: an attempt that reads, decides and commits starts over after a conflict.
macro_rules! retried {
    ($attempt:expr) => {{
        let mut attempts = $crate::retry::Attempts::default();
        loop {
            match $attempt.await {
                Err(error) if attempts.again(&error) => {}
                done => break done,
            }
        }
    }};
}
pub(crate) use retried;

/// Counts the attempts.
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
    pub fn again(&mut self, error: &Error) -> bool {
        self.left = self.left.saturating_sub(1);
        error.is(context::CONFLICT) && self.left > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_conflicts_are_tried_again_and_not_for_ever() {
        let mut attempts = Attempts::default();
        assert!(!attempts.again(&context::PERMISSIONS.into()));
        let mut attempts = Attempts::default();
        let conflict = Error::from(context::CONFLICT);
        let tried = std::iter::repeat_with(|| attempts.again(&conflict)).take_while(|again| *again).count();
        assert_eq!(tried, ATTEMPTS_MAX as usize - 1);
    }
}
