//! Terms of service: a text that people agree to before they use the server.

use crate::Result;
use crate::codes::terms_of_service as codes;
use crate::id::{TermsOfServiceId, UserId};
use crate::time::Millis;

/// As in Mattermost.
pub const TEXT_CHARS_MAX: usize = 16_383;
/// Former texts stay, because people have agreed to them.
pub const VERSIONS_MAX: i64 = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsOfService {
    pub id: TermsOfServiceId,
    /// `None` for the local administrator, who has no account.
    pub author_id: Option<UserId>,
    /// Markdown.
    pub text: String,
    pub create_at: Millis,
}

/// The terms that somebody has agreed to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptedTerms {
    pub terms_of_service_id: TermsOfServiceId,
    pub accepted_at: Millis,
}

/// The text of new terms, without spaces around it.
pub fn check_text(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(codes::EMPTY.into());
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(codes::TOO_LONG.with("limit", TEXT_CHARS_MAX));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_length() {
        assert_eq!(check_text(" be kind \n").unwrap(), "be kind");
        assert!(check_text(" \t").unwrap_err().is(codes::EMPTY));
        assert_eq!(check_text(&"ä".repeat(TEXT_CHARS_MAX)).unwrap().len(), 2 * TEXT_CHARS_MAX);
        assert!(check_text(&"a".repeat(TEXT_CHARS_MAX + 1)).unwrap_err().is(codes::TOO_LONG));
    }
}
