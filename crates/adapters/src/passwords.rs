//! Password hashing: argon2id on dedicated threads, within a bounded amount of memory.

mod legacy;

use std::io;
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use guildhall_model::Result;
use guildhall_model::codes::context::{INTERNAL, INVALID_PARAM};
use guildhall_model::ports::PasswordHasher;
use rand::RngCore;

use crate::workers::Workers;

/// Long enough for any passphrase, short enough that the input length does not add to the cost of argon2.
const MAX_PASSWORD_BYTES: usize = 1024;
/// The highest costs accepted from a stored hash, which may be imported.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 32;

#[derive(Debug, Clone)]
pub struct PasswordSettings {
    pub memory_kib: u32,
    pub passes: u32,
    /// Each uses `memory_kib` while it hashes.
    pub threads: usize,
    /// Checks that may wait; an eighth of it for new hashes.
    pub queue_length: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        // Eight threads of 46 MiB for checks and four for new hashes bound the memory at 552 MiB, for any number of
        // concurrent log-ins and sign-ups.
        let threads = thread::available_parallelism().map_or(2, usize::from).min(8);
        Self { memory_kib: 46 * 1024, passes: 1, threads, queue_length: 512 }
    }
}

pub struct Argon2Passwords {
    params: Params,
    /// Verified when there is no usable hash, so that the response time does not reveal whether there is one.
    dummy: String,
    /// Checks of passwords, so that a log-in never waits for sign-ups.
    checks: Workers,
    /// New hashes.
    hashes: Workers,
}

impl Argon2Passwords {
    pub fn start(settings: &PasswordSettings) -> io::Result<Self> {
        let params = Params::new(settings.memory_kib, settings.passes, 1, Some(Params::DEFAULT_OUTPUT_LEN)).map_err(io::Error::other)?;
        let dummy = dummy_hash(&params).map_err(io::Error::other)?;
        let checks = Workers::start("password-check", settings.threads, settings.queue_length)?;
        let hashes = Workers::start("password-hash", settings.threads.div_ceil(2), settings.queue_length.div_ceil(8))?;
        Ok(Self { params, dummy, checks, hashes })
    }
}

#[async_trait]
impl PasswordHasher for Argon2Passwords {
    async fn hash(&self, password: &str) -> Result<String> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(INVALID_PARAM.with("name", "password"));
        }
        let (params, password) = (self.params.clone(), password.to_owned());
        let hash = self.hashes.run(move || argon2id(params).hash_password(password.as_bytes())).await?;
        hash.map(|hash| hash.to_string()).map_err(|error| INTERNAL.with_source(error))
    }

    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        let (password, dummy) = (password.to_owned(), self.dummy.clone());
        let hash = hash.filter(|hash| !hash.is_empty()).map(str::to_owned);
        self.checks
            .run(move || match hash.as_deref() {
                Some(hash) if legacy::is_supported(hash) => legacy::verify(&password, hash),
                Some(hash) if is_affordable(hash) => matches(&password, hash),
                _ => {
                    std::hint::black_box(matches(&password, &dummy));
                    false
                }
            })
            .await
    }

    fn needs_rehash(&self, hash: &str) -> bool {
        let is_current = |hash: &PasswordHash| {
            hash.algorithm == Algorithm::Argon2id.ident() && Params::try_from(hash).is_ok_and(|params| params == self.params)
        };
        !PasswordHash::new(hash).is_ok_and(|hash| is_current(&hash))
    }
}

fn argon2id(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Uses the algorithm and the costs of the hash, so hashes made with older settings stay valid.
fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn is_affordable(hash: &str) -> bool {
    let params = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
    params.is_some_and(|params| params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_PASSES)
}

/// Random bytes in the format of a hash, so that the start needs no hashing.
#[expect(clippy::disallowed_methods, reason = "nothing depends on these bytes, only their form matters")]
fn dummy_hash(params: &Params) -> argon2::password_hash::Result<String> {
    let mut salt = [0; 16];
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    rand::rng().fill_bytes(&mut salt);
    rand::rng().fill_bytes(&mut output);
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(&salt)?),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use guildhall_model::codes::context::BUSY;

    use super::*;

    fn cheap_settings() -> PasswordSettings {
        PasswordSettings { memory_kib: 64, passes: 1, threads: 2, queue_length: 64 }
    }

    #[tokio::test]
    async fn the_right_password_verifies_and_others_do_not() {
        let passwords = Argon2Passwords::start(&cheap_settings()).unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("battery staple", Some(&hash)).await.unwrap());
        assert_ne!(hash, passwords.hash("correct horse").await.unwrap());
    }

    #[tokio::test]
    async fn a_missing_or_invalid_hash_never_verifies() {
        let passwords = Argon2Passwords::start(&cheap_settings()).unwrap();
        for hash in [None, Some(""), Some("not a hash"), Some("$argon2id$v=19$m=4294967295,t=9,p=1$c29tZXNhbHQ$AAAA")] {
            assert!(!passwords.verify("", hash).await.unwrap());
            assert!(!passwords.verify("x", hash).await.unwrap());
        }
    }

    #[tokio::test]
    async fn the_dummy_hash_has_the_costs_of_a_real_one() {
        let passwords = Argon2Passwords::start(&cheap_settings()).unwrap();
        assert!(!passwords.needs_rehash(&passwords.dummy));
        assert!(is_affordable(&passwords.dummy));
    }

    #[tokio::test]
    async fn overlong_passwords_are_rejected_before_they_are_hashed() {
        let passwords = Argon2Passwords::start(&cheap_settings()).unwrap();
        let long = "x".repeat(MAX_PASSWORD_BYTES + 1);
        assert!(passwords.hash(&long).await.unwrap_err().is(INVALID_PARAM));
        assert!(!passwords.verify(&long, None).await.unwrap());
        let longest = "x".repeat(MAX_PASSWORD_BYTES);
        let hash = passwords.hash(&longest).await.unwrap();
        assert!(passwords.verify(&longest, Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_of_other_settings_need_a_rehash_and_still_verify() {
        let old = Argon2Passwords::start(&cheap_settings()).unwrap();
        let new = Argon2Passwords::start(&PasswordSettings { passes: 2, ..cheap_settings() }).unwrap();
        let hash = old.hash("secret").await.unwrap();
        assert!(!old.needs_rehash(&hash));
        assert!(new.needs_rehash(&hash));
        assert!(new.needs_rehash("$2a$10$whatever"));
        assert!(new.verify("secret", Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_of_other_servers_verify() {
        let passwords = Argon2Passwords::start(&cheap_settings()).unwrap();
        let bcrypt = bcrypt::hash("secret", 4).unwrap();
        assert!(passwords.verify("secret", Some(&bcrypt)).await.unwrap());
        assert!(!passwords.verify("Secret", Some(&bcrypt)).await.unwrap());
    }

    #[tokio::test]
    async fn requests_beyond_the_queue_length_are_rejected() {
        let settings = PasswordSettings { threads: 1, queue_length: 1, memory_kib: 4096, passes: 2 };
        let passwords = Arc::new(Argon2Passwords::start(&settings).unwrap());
        let results = futures::future::join_all((0..50).map(|_| passwords.verify("x", None))).await;
        assert!(results.iter().any(|result| matches!(result, Ok(false))));
        assert!(results.iter().any(|result| result.as_ref().is_err_and(|error| error.is(BUSY))));
    }
}
