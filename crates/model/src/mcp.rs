//! What is served to programs with an AI, by the Model Context Protocol.

use crate::time::Millis;

/// The last part of its address.
pub const PATH: &str = "mcp";
/// How long a message waits for the person's approval.
pub const APPROVAL_MS: i64 = 24 * 60 * 60 * 1_000;

/// Whether programs post in a person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posting {
    Never,
    AfterApproval,
    Always,
}

impl Posting {
    pub const NAMES: &[&str] = &["never", "after_approval", "always"];

    /// Of a setting. An unknown name asks.
    pub fn from_name(name: &str) -> Self {
        match name {
            "never" => Self::Never,
            "always" => Self::Always,
            _ => Self::AfterApproval,
        }
    }
}

/// Whether a token for this resource (RFC 8707) is for the Model Context Protocol alone, here or elsewhere.
pub fn is_resource(resource: &str) -> bool {
    let path = resource.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next() == Some(PATH)
}

/// Whether a message that was shown at that time can still be approved.
pub fn is_approvable(shown_at: Millis, now: Millis) -> bool {
    now < shown_at.plus_ms(APPROVAL_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_told_by_their_last_part() {
        for mcp in ["https://chat.example.com/mcp", "https://example.com/chat/mcp/", "https://chat.example.com/mcp?x=1"] {
            assert!(is_resource(mcp), "{mcp}");
        }
        for other in ["", "https://chat.example.com", "https://chat.example.com/mcp/tools", "https://chat.example.com/xmcp"] {
            assert!(!is_resource(other), "{other}");
        }
    }

    #[test]
    fn names_of_the_setting_are_read() {
        let read: Vec<Posting> = Posting::NAMES.iter().map(|name| Posting::from_name(name)).collect();
        assert_eq!(read, [Posting::Never, Posting::AfterApproval, Posting::Always]);
        assert_eq!(Posting::from_name("?"), Posting::AfterApproval);
    }

    #[test]
    fn approval_has_an_end() {
        let shown_at = Millis(1_000);
        assert!(is_approvable(shown_at, Millis(1_000 + APPROVAL_MS - 1)) && !is_approvable(shown_at, Millis(1_000 + APPROVAL_MS)));
    }
}
