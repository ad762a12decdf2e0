//! Validation of teams and of the email domains that they allow. Pure functions.

use super::Team;
use crate::Result;
use crate::codes::teams as codes;

pub const NAME_CHARS_MAX: usize = 64;
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
pub const DESCRIPTION_CHARS_MAX: usize = 255;
pub const COMPANY_NAME_CHARS_MAX: usize = 64;
pub const ALLOWED_DOMAINS_CHARS_MAX: usize = 500;

/// First path segments of URLs that the server uses itself.
const RESERVED: &[&str] = &[
    "admin",
    "api",
    "boards",
    "channel",
    "claim",
    "error",
    "files",
    "health",
    "help",
    "hooks",
    "landing",
    "login",
    "mcp",
    "metrics",
    "oauth",
    "playbooks",
    "plug",
    "plugins",
    "post",
    "signup",
    "static",
    "sw",
    "unsubscribe",
];

impl Team {
    pub fn check(&self) -> Result<()> {
        let chars = |text: &str| text.chars().count();
        if self.display_name.trim().is_empty() || chars(&self.display_name) > DISPLAY_NAME_CHARS_MAX {
            return Err(codes::DISPLAY_NAME_INVALID.with("max", DISPLAY_NAME_CHARS_MAX));
        }
        if self.name.len() > NAME_CHARS_MAX {
            return Err(codes::NAME_TOO_LONG.with("max", NAME_CHARS_MAX));
        }
        if chars(&self.description) > DESCRIPTION_CHARS_MAX {
            return Err(codes::DESCRIPTION_TOO_LONG.with("max", DESCRIPTION_CHARS_MAX));
        }
        if RESERVED.contains(&self.name.as_str()) {
            return Err(codes::NAME_RESERVED.into());
        }
        if !is_valid_name(&self.name) {
            return Err(codes::NAME_INVALID.into());
        }
        if chars(&self.company_name) > COMPANY_NAME_CHARS_MAX {
            return Err(codes::COMPANY_NAME_TOO_LONG.with("max", COMPANY_NAME_CHARS_MAX));
        }
        if chars(&self.allowed_domains) > ALLOWED_DOMAINS_CHARS_MAX {
            return Err(codes::ALLOWED_DOMAINS_INVALID.into());
        }
        Ok(())
    }
}

/// At least two of `a-z0-9-`, with a letter or digit at both ends.
pub fn is_valid_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_alphanumeric = |c: Option<&u8>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_allowed = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-';
    bytes.len() >= 2 && bytes.iter().all(is_allowed) && is_alphanumeric(bytes.first()) && is_alphanumeric(bytes.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_letters_digits_and_hyphens() {
        for good in ["ab", "team-one", "4ever"] {
            assert!(is_valid_name(good), "{good}");
        }
        for bad in ["", "a", "A B", "team_one", "-a", "a-", "ü1"] {
            assert!(!is_valid_name(bad), "{bad}");
        }
    }
}
