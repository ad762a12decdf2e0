//! Passkeys: log-ins without a password.

use crate::Result;
use crate::codes::context;
use crate::id::{PasskeyId, UserId};
use crate::ports::TokenHash;
use crate::time::Millis;

/// Limit of passkeys per account.
pub const PASSKEYS_MAX: usize = 25;
pub const PASSKEY_NAME_CHARS_MAX: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: PasskeyId,
    pub user_id: UserId,
    /// By which it is found at a log-in.
    pub credential_hash: TokenHash,
    /// What its owner calls it.
    pub name: String,
    /// The domain that it is bound to: at another address of the server it does not work.
    pub domain: String,
    /// Its public key and its counter, as JSON of the library that verifies it.
    pub credential: String,
    pub create_at: Millis,
    /// Zero for never.
    pub last_used_at: Millis,
}

/// The name of a passkey as it is stored; `INVALID_PARAM` for an empty or a long one.
pub fn check_name(name: &str) -> Result<String> {
    let name = name.trim();
    let is_valid = !name.is_empty() && name.chars().count() <= PASSKEY_NAME_CHARS_MAX && !name.chars().any(char::is_control);
    if is_valid { Ok(name.to_owned()) } else { Err(context::INVALID_PARAM.with("name", "name")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_for_people() {
        assert_eq!(check_name(" Ada's phone \n").unwrap(), "Ada's phone");
        assert_eq!(check_name(&"ü".repeat(64)).unwrap().chars().count(), 64);
        for name in ["", "  ", "a\u{0}b", "two\nlines", &"a".repeat(65)] {
            assert!(check_name(name).unwrap_err().is(context::INVALID_PARAM), "{name:?}");
        }
    }
}
