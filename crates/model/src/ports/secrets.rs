//! Passwords and tokens: secret values that are not printed, their generation, hashing and verification.

use std::fmt;
use std::hash::{Hash, Hasher};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Result;

/// A text that is never logged: a token, a password, a signing key.
#[derive(Clone, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The plain text. Call it only where the secret is returned to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The hash that the database stores instead of a token.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// SHA-256 of a token. A token has 130 random bits, so it needs neither a salt nor a slow hash;
/// passwords need both and use [`PasswordHasher`].
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
        constant_time_eq(&self.0, &other.0)
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

/// Compares two byte strings in a time that does not depend on where they differ.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Generates session, invitation and webhook tokens from the operating system's random numbers.
pub trait SecretSource: Send + Sync {
    /// 26 characters of the id alphabet, 130 random bits.
    fn generate_token(&self) -> Secret;

    /// 160 random bits, the length of keys for codes that RFC 4226 recommends (section 4, R6).
    fn generate_key(&self) -> [u8; 20];
}

/// Creates and verifies password hashes (PHC strings) on dedicated threads.
/// A full queue is `codes::context::BUSY`, so that a flood of logins cannot exhaust the memory.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A password of more than 1024 bytes is `codes::context::INVALID_PARAM`.
    async fn hash(&self, password: &str) -> Result<String>;

    /// Whether the password matches the hash. `None` (no such user, or one without a password) takes the same time
    /// and returns false. A password that is too long returns false, not an error.
    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool>;

    /// Whether a hash was created with other than the current settings; rehash after a successful login.
    fn needs_rehash(&self, hash: &str) -> bool;
}

/// Passwords that are known from breaches of other sites, or that many people use. Nothing is asked elsewhere.
#[async_trait]
pub trait BreachedPasswords: Send + Sync {
    /// May be true for a password that is not among them, once among about 16,000 or more.
    async fn contains(&self, password: &str) -> Result<bool>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(..) TokenHash(..)");
    }

    #[test]
    fn equal_tokens_have_equal_hashes() {
        let token = Secret::new("abc");
        assert_eq!(token.hash(), TokenHash::of("abc"));
        assert_ne!(token.hash(), TokenHash::of("abd"));
        assert_eq!(token.hash().bytes()[..4], [0xba, 0x78, 0x16, 0xbf]);
    }

    #[test]
    fn byte_strings_of_different_length_differ() {
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"ab"));
        assert!(constant_time_eq(b"", b""));
    }
}
