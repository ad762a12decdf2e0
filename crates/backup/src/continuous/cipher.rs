//! What is written is encrypted and cannot be changed or exchanged: AES-256-GCM with a key that is derived from the repository's own, so
//! that whoever knows a password of the repository can read it. The name of an object is authenticated with its content.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::name::ObjectName;
use crate::error::{BackupError, Result};

const SALT: &[u8] = b"guildhall continuous backup 1";

pub(super) struct Cipher {
    key: LessSafeKey,
    random: SystemRandom,
}

impl Cipher {
    pub fn new(repository_key: &[u8]) -> Result<Self> {
        let secret = Salt::new(HKDF_SHA256, SALT).extract(repository_key);
        let derived = secret.expand(&[b"objects"], &AES_256_GCM).map_err(|_| failed())?;
        Ok(Self { key: LessSafeKey::new(UnboundKey::from(derived)), random: SystemRandom::new() })
    }

    /// A random number that is used once, and the encrypted text.
    pub fn seal(&self, name: &ObjectName, text: Vec<u8>) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| failed())?;
        let mut sealed = text;
        let aad = Aad::from(name.to_string());
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).map_err(|_| failed())?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    pub fn open(&self, name: &ObjectName, sealed: &[u8]) -> Result<Vec<u8>> {
        let damaged = || BackupError::Damaged { reason: format!("{name} of the continuous backup is not as it was written") };
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let bytes = self.key.open_in_place(nonce, Aad::from(name.to_string()), &mut text).map_err(|_| damaged())?.len();
        text.truncate(bytes);
        Ok(text)
    }
}

fn failed() -> BackupError {
    BackupError::Other("The continuous backup could not be encrypted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_object_with_the_same_key_can_be_read() {
        let name = |number| ObjectName::Part(super::super::name::PartName { log: 1, at: 2, number });
        let cipher = Cipher::new(&[7; 32]).unwrap();
        let sealed = cipher.seal(&name(1), b"text".to_vec()).unwrap();
        assert_eq!(cipher.open(&name(1), &sealed).unwrap(), b"text");
        assert_ne!(sealed, cipher.seal(&name(1), b"text".to_vec()).unwrap());
        assert!(cipher.open(&name(2), &sealed).is_err());
        assert!(Cipher::new(&[8; 32]).unwrap().open(&name(1), &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(cipher.open(&name(1), &changed).is_err());
            assert!(cipher.open(&name(1), &sealed[..at]).is_err());
        }
    }
}
