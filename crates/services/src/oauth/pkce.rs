//! Proof keys for code exchange (RFC 7636), with the method S256 only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_model::ports::constant_time_eq;
use sha2::{Digest, Sha256};

/// Of a SHA-256 in Base64.
const CHALLENGE_CHARS: usize = 43;

pub(super) fn is_valid_challenge(challenge: &str) -> bool {
    challenge.len() == CHALLENGE_CHARS && URL_SAFE_NO_PAD.decode(challenge).is_ok()
}

/// Whether the verifier is the one of the challenge. A verifier for a code without a challenge is refused, too: somebody may have
/// removed the challenge on its way here (RFC 9700, section 2.1.1).
pub(super) fn is_verified(challenge: &str, verifier: &str) -> bool {
    if challenge.is_empty() || verifier.is_empty() {
        return challenge.is_empty() && verifier.is_empty();
    }
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let is_well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
    is_well_formed && constant_time_eq(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)).as_bytes(), challenge.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_is_met_by_its_verifier_only() {
        assert!(is_valid_challenge(CHALLENGE) && is_verified(CHALLENGE, VERIFIER));
        assert!(is_verified("", ""));
        for (challenge, verifier) in [(CHALLENGE, ""), (CHALLENGE, CHALLENGE), ("", VERIFIER), (VERIFIER, VERIFIER), (CHALLENGE, "short")] {
            assert!(!is_verified(challenge, verifier), "{challenge} {verifier}");
        }
    }

    #[test]
    fn a_challenge_is_a_hash() {
        for wrong in ["", "x", VERIFIER.trim_end_matches('k'), &format!("{CHALLENGE}="), &"+".repeat(43)] {
            assert!(!is_valid_challenge(wrong), "{wrong}");
        }
    }
}
