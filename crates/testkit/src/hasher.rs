//! The real hashing of passwords, cheap, and counted: how long it takes cannot be tested, how often it is done can.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use guildhall_adapters::passwords::{Argon2Passwords, PasswordSettings};
use guildhall_model::Result;
use guildhall_model::ports::PasswordHasher;

pub struct CountingHasher {
    inner: Argon2Passwords,
    verifications: AtomicU64,
    hashes: AtomicU64,
}

impl CountingHasher {
    pub(crate) fn start() -> Self {
        let settings = PasswordSettings { memory_kib: 64, ..PasswordSettings::default() };
        let inner = Argon2Passwords::start(&settings).expect("the threads for passwords");
        Self { inner, verifications: AtomicU64::new(0), hashes: AtomicU64::new(0) }
    }

    /// How often a password was compared with a hash, also with that of no account, and how often one was hashed anew.
    pub fn counts(&self) -> (u64, u64) {
        (self.verifications.load(Ordering::SeqCst), self.hashes.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl PasswordHasher for CountingHasher {
    async fn hash(&self, password: &str) -> Result<String> {
        self.hashes.fetch_add(1, Ordering::SeqCst);
        self.inner.hash(password).await
    }

    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        self.verifications.fetch_add(1, Ordering::SeqCst);
        self.inner.verify(password, hash).await
    }

    fn needs_rehash(&self, hash: &str) -> bool {
        self.inner.needs_rehash(hash)
    }
}
