//! Passwords and tokens: what must not be printed, how it is made, and how it is recognised again.

use std::fmt;
use std::hash::{Hash, Hasher};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Result;

/// A text that never appears in logs: a token, a password, a signing key.
#[derive(Clone, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; to be called where it leaves for its owner and nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database keeps instead of a token.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        same_bytes(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// SHA-256 of a token. A token has 130 random bits, so it needs neither salt nor slowness;
/// a password has not, and goes through [`PasswordHasher`].
#[derive(Clone, Copy, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        same_bytes(&self.0, &other.0)
    }
}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// Whether two texts are the same, in a time that does not depend on where they differ.
pub fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Where session, invitation and hook tokens come from: the operating system's randomness.
pub trait SecretSource: Send + Sync {
    /// 26 characters of the id alphabet, 130 random bits.
    fn token(&self) -> Secret;
}

/// Makes and checks password hashes (PHC strings) on threads of its own.
/// Too much waiting work is `codes::context::BUSY`, so a login flood cannot take the memory.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A password over 1024 bytes is `codes::context::INVALID_PARAM`.
    async fn hash(&self, password: &str) -> Result<String>;

    /// Whether the password belongs to the hash. `None` (no such person, or one without a password)
    /// costs the same time and answers false. An overlong password is false, never an error.
    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool>;

    /// Whether a hash was made with other settings than today's; rehash after a successful login.
    fn needs_rehash(&self, hash: &str) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(..) TokenHash(..)");
    }

    #[test]
    fn a_token_is_recognised_by_its_hash() {
        let token = Secret::new("abc");
        assert_eq!(token.hash(), TokenHash::of("abc"));
        assert_ne!(token.hash(), TokenHash::of("abd"));
        assert_eq!(token.hash().bytes()[..4], [0xba, 0x78, 0x16, 0xbf]);
    }

    #[test]
    fn bytes_of_different_length_differ() {
        assert!(same_bytes(b"abc", b"abc"));
        assert!(!same_bytes(b"abc", b"ab"));
        assert!(same_bytes(b"", b""));
    }
}
