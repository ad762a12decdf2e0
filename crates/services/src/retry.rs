//! Trying again where somebody else was faster.

use guildhall_model::Error;
use guildhall_model::codes::context;

const ATTEMPTS_MAX: u32 = 5;

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
#[derive(Debug, Default)]
pub(crate) struct Attempts(u32);

impl Attempts {
    pub fn again(&mut self, error: &Error) -> bool {
        self.0 += 1;
        error.is(context::CONFLICT) && self.0 < ATTEMPTS_MAX
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
        assert_eq!(tried, 4);
    }
}
