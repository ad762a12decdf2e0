//! Session, invitation and webhook tokens from the operating system's random generator.

use guildhall_model::id::{ALPHABET, ID_CHARS};
use guildhall_model::ports::{Secret, SecretSource};
use rand::rngs::OsRng;
use rand::{RngCore, TryRngCore};

#[derive(Debug, Default, Clone, Copy)]
pub struct OsSecrets;

impl SecretSource for OsSecrets {
    fn generate_token(&self) -> Secret {
        let bytes: [u8; ID_CHARS] = random_bytes();
        // 256 is a multiple of 32, so the characters are uniformly distributed.
        Secret::new(bytes.map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).iter().collect::<String>())
    }

    fn generate_key(&self) -> [u8; 20] {
        random_bytes()
    }
}

#[expect(clippy::disallowed_methods, reason = "the adapter of the port for secrets")]
fn random_bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0_u8; LENGTH];
    if let Err(error) = OsRng.try_fill_bytes(&mut bytes) {
        // The thread's generator was seeded by the operating system earlier.
        tracing::error!(%error, "the operating system's random generator failed");
        rand::rng().fill_bytes(&mut bytes);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use guildhall_model::id::SessionId;

    use super::*;

    #[test]
    fn tokens_are_26_characters_of_the_alphabet_and_unique() {
        let mut seen = HashSet::new();
        let mut letters = HashSet::new();
        for _ in 0..2000 {
            let token = OsSecrets.generate_token();
            assert!(token.expose().parse::<SessionId>().is_ok());
            letters.extend(token.expose().bytes());
            assert!(seen.insert(token.hash()));
        }
        assert_eq!(letters.len(), 32);
    }

    #[test]
    fn keys_are_unique() {
        let keys: HashSet<[u8; 20]> = (0..2000).map(|_| OsSecrets.generate_key()).collect();
        assert_eq!(keys.len(), 2000);
    }
}
