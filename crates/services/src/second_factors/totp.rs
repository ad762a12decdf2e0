//! Codes that change with the time, as authenticator apps make them: TOTP (RFC 6238) with SHA-1, steps of 30 seconds and six digits,
//! which is all that every app supports.

use data_encoding::BASE32_NOPAD;
use guildhall_model::codes::context;
use guildhall_model::ports::{Secret, constant_time_eq};
use guildhall_model::{Millis, Result};
use hmac::{Hmac, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

const STEP_MS: i64 = 30_000;
pub(super) const DIGITS: usize = 6;
/// Steps before and after the present one whose codes are accepted, for clocks that are not exact and people who type slowly.
const WINDOW: i64 = 1;

/// A key as apps take it.
pub(super) fn encode_key(key: &[u8]) -> Secret {
    Secret::new(BASE32_NOPAD.encode(key))
}

/// The last step whose code is accepted now.
pub(super) const fn latest_step(now: Millis) -> i64 {
    step_at(now) + WINDOW
}

const fn step_at(now: Millis) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// The steps around now that have this code, the earliest first: mostly one or none.
pub(super) fn matching_steps(secret: &Secret, code: &str, now: Millis) -> Result<Vec<i64>> {
    let key = BASE32_NOPAD.decode(secret.expose().as_bytes()).map_err(|error| context::INTERNAL.with_source(error))?;
    let mut matching = Vec::new();
    for step in step_at(now) - WINDOW..=latest_step(now) {
        if constant_time_eq(code_of_step(&key, step)?.as_bytes(), code.as_bytes()) {
            matching.push(step);
        }
    }
    Ok(matching)
}

/// RFC 4226, section 5.3.
fn code_of_step(key: &[u8], step: i64) -> Result<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).map_err(|error| context::INTERNAL.with_source(error))?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 15);
    let number = hash[offset..offset + 4].iter().fold(0, |number: u32, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
    Ok(format!("{:0DIGITS$}", number % 1_000_000))
}

/// What the QR code contains. `issuer` and `account` name the entry in the app; the key is part of it.
pub(super) fn setup_uri(issuer: &str, account: &str, secret: &Secret) -> Secret {
    // A colon separates the two.
    let issuer = issuer.replace(':', " ");
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let (issuer, account) = (encoded(&issuer), encoded(account));
    Secret::new(format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the test values of RFC 6238, appendix B.
    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // The last six of their eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of_step(KEY, step_at(Millis(seconds * 1000))).unwrap(), code, "{seconds}");
        }
    }

    #[test]
    fn codes_are_accepted_for_one_step_before_and_after_theirs() {
        let secret = encode_key(KEY);
        let step = step_at(Millis(1_111_111_111_000));
        let begin = step * STEP_MS;
        let matching = |at: i64| matching_steps(&secret, "050471", Millis(at)).unwrap();
        for at in [begin - STEP_MS, begin, begin + STEP_MS, begin + 2 * STEP_MS - 1] {
            assert_eq!(matching(at), [step], "{at}");
        }
        for at in [begin - STEP_MS - 1, begin + 2 * STEP_MS, 0] {
            assert!(matching(at).is_empty(), "{at}");
        }
        for code in ["", "05047", "0504711", "050472", "٠٥٠٤٧١"] {
            assert!(matching_steps(&secret, code, Millis(begin)).unwrap().is_empty(), "{code}");
        }
    }

    #[test]
    fn the_uri_names_the_site_and_the_account() {
        let uri = setup_uri("Büro: Chat & Co", "ada.l", &encode_key(KEY));
        assert_eq!(
            uri.expose(),
            "otpauth://totp/B%C3%BCro%20%20Chat%20%26%20Co:ada%2El?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=B%C3%BCro%20%20Chat%20%26%20Co"
        );
    }
}
