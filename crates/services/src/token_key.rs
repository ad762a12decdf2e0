//! Keys for what the server gives out and takes back without storing it: signed, or encrypted where the content is not for whoever holds
//! it. Each purpose has a key of its own, derived from the secret of the installation.

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::ports::{Secret, SecretSource};
use hmac::{Hmac, Mac};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

pub(crate) struct TokenKey([u8; 32]);

impl TokenKey {
    /// `purpose` separates the key from those of other purposes, and from what is signed with the secret itself.
    pub fn derive(secret: &Secret, purpose: &str) -> Result<Self> {
        mac(secret.expose().as_bytes(), &[b"guildhall key", purpose.as_bytes()]).map(Self)
    }

    /// HMAC-SHA256 of the parts, each with its length.
    pub fn sign(&self, parts: &[&[u8]]) -> Result<[u8; 32]> {
        mac(&self.0, parts)
    }

    /// AES-256-GCM, with a random nonce before the text.
    pub fn encrypt(&self, secrets: &dyn SecretSource, plain: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| context::INTERNAL.with_source("a token could not be encrypted");
        let random = secrets.generate_key();
        let mut sealed = random[..NONCE_LEN].to_vec();
        let mut text = plain.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&sealed).map_err(failed)?;
        self.cipher()?.seal_in_place_append_tag(nonce, Aad::empty(), &mut text).map_err(failed)?;
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// `None` for what this key has not encrypted.
    pub fn decrypt(&self, sealed: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some((nonce, text)) = sealed.split_at_checked(NONCE_LEN) else { return Ok(None) };
        let Ok(nonce) = Nonce::try_assume_unique_for_key(nonce) else { return Ok(None) };
        let mut text = text.to_vec();
        Ok(self.cipher()?.open_in_place(nonce, Aad::empty(), &mut text).ok().map(|plain| plain.to_vec()))
    }

    fn cipher(&self) -> Result<LessSafeKey> {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| context::INTERNAL.with_source("a key has the wrong length"))?;
        Ok(LessSafeKey::new(key))
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|error| context::INTERNAL.with_source(error))?;
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Secrets;

    impl SecretSource for Secrets {
        fn generate_token(&self) -> Secret {
            Secret::new("")
        }
        fn generate_key(&self) -> [u8; 20] {
            [7; 20]
        }
    }

    fn key(purpose: &str) -> TokenKey {
        TokenKey::derive(&Secret::new("secret"), purpose).unwrap()
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        assert_eq!(key("one").sign(&[b"a"]).unwrap(), key("one").sign(&[b"a"]).unwrap());
        assert_ne!(key("one").sign(&[b"a"]).unwrap(), key("other").sign(&[b"a"]).unwrap());
        assert_ne!(key("one").sign(&[b"ab", b"c"]).unwrap(), key("one").sign(&[b"a", b"bc"]).unwrap());
    }

    #[test]
    fn what_was_changed_is_not_decrypted() {
        let sealed = key("one").encrypt(&Secrets, b"for the server alone").unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"server"));
        assert_eq!(key("one").decrypt(&sealed).unwrap().unwrap(), b"for the server alone");
        assert_eq!(key("other").decrypt(&sealed).unwrap(), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key("one").decrypt(&changed).unwrap(), None, "{at}");
        }
        assert_eq!(key("one").decrypt(&sealed[..5]).unwrap(), None);
    }
}
