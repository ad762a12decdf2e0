//! What is bounded and written out for programs: times, and texts that may be too long.

use guildhall_model::Millis;
use jiff::Timestamp;

/// RFC 3339, in UTC. Empty for times that no calendar has.
pub(crate) fn time(at: Millis) -> String {
    Timestamp::from_millisecond(at.0).map(|time| time.to_string()).unwrap_or_default()
}

/// So many characters are left of the texts of one answer.
#[derive(Debug)]
pub(crate) struct TextBudget(usize);

impl TextBudget {
    pub fn new(chars: usize) -> Self {
        Self(chars)
    }

    /// The text, if it fits. The first that does not ends the budget, so that nothing is left out in between.
    pub fn take(&mut self, text: &str) -> bool {
        match self.0.checked_sub(text.chars().count()) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => {
                self.0 = 0;
                false
            }
        }
    }
}

/// The beginning of a text, and whether it is all of it.
pub(crate) fn beginning(text: &str, chars_max: usize) -> (&str, bool) {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => (text.get(..end).unwrap_or(text), false),
        None => (text, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(time(Millis(1_796_000_000_000)), "2026-11-30T00:53:20Z");
        assert_eq!(time(Millis(i64::MAX)), "");
    }

    #[test]
    fn texts_end_where_the_budget_does() {
        let mut budget = TextBudget::new(5);
        assert!(budget.take("äöü") && !budget.take("abc") && !budget.take("a"));
        assert_eq!(beginning("äöü", 2), ("äö", false));
        assert_eq!(beginning("äöü", 3), ("äöü", true));
    }
}
