//! Verifies hashes imported from another server (bcrypt, PBKDF2); a successful login replaces them.

use argon2::password_hash::phc::PasswordHash;
use guildhall_model::ports::constant_time_eq;
use pbkdf2::sha2::Sha256;

/// Higher costs would occupy a thread for seconds per login.
const MAX_BCRYPT_COST: u32 = 15;
const MAX_PBKDF2_ROUNDS: u32 = 5_000_000;

pub fn is_supported(hash: &str) -> bool {
    is_bcrypt(hash) || hash.starts_with("$pbkdf2")
}

pub fn verify(password: &str, hash: &str) -> bool {
    if is_bcrypt(hash) { verify_bcrypt(password, hash) } else { verify_pbkdf2(password, hash).unwrap_or(false) }
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix))
}

fn verify_bcrypt(password: &str, hash: &str) -> bool {
    let cost = hash.get(4..6).and_then(|digits| digits.parse::<u32>().ok());
    cost.is_some_and(|cost| cost <= MAX_BCRYPT_COST) && bcrypt::verify(password, hash).unwrap_or(false)
}

/// `$pbkdf2$f=SHA256,w=600000,l=32$salt$hash`, as Mattermost writes them since version 11.
fn verify_pbkdf2(password: &str, hash: &str) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let parameter = |name: &str| hash.params.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value);
    if !parameter("f")?.as_str().eq_ignore_ascii_case("SHA256") {
        return None;
    }
    let rounds = parameter("w")?.decimal().ok().filter(|rounds| (1..=MAX_PBKDF2_ROUNDS).contains(rounds))?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let mut derived = vec![0; expected.as_bytes().len()];
    pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), salt.as_ref(), rounds, &mut derived);
    Some(constant_time_eq(&derived, expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pbkdf2_hash_verifies() {
        let hash = "$pbkdf2$f=SHA256,w=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$n4PA7KayQ8H+KYljp2Dl/38BO3UhEmLfrgsulEpdxsE";
        assert!(is_supported(hash));
        assert!(verify("passwd", hash), "{:?}", PasswordHash::new(hash));
        assert!(!verify("password", hash));
    }

    #[test]
    fn excessive_costs_and_malformed_hashes_never_verify() {
        for hash in [
            "$2a$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "$2a$",
            "$2a$1\u{e9}",
            "$pbkdf2$f=SHA256,w=4000000000,l=32$c2FsdHNhbHQ$VawEblY3TvXCWvRHJFzYdzJebzZYWsfpgwijwb0euj0",
            "$pbkdf2$f=MD5,w=1,l=32$c2FsdHNhbHQ$VawEblY3TvXCWvRHJFzYdzJebzZYWsfpgwijwb0euj0",
            "$pbkdf2$",
        ] {
            assert!(is_supported(hash));
            assert!(!verify("x", hash));
        }
    }
}
