//! The addresses of dialogs, as clients get them. Clients send back where a dialog is to be sent, and the server calls that: so that nobody
//! lets it call another address, each has a signature with it, for one user and a day. It is in the fragment, which is never part of
//! a request, so the address stays one that clients accept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_model::id::UserId;
use guildhall_model::ports::constant_time_eq;
use guildhall_model::{Millis, Result};

use crate::token_key::TokenKey;

pub(super) const PURPOSE: &str = "addresses of dialogs";
/// How long a dialog may stay open.
const VALID_MS: i64 = 24 * 60 * 60 * 1000;
const FRAGMENT: &str = "#dialog=";

/// The address with its signature.
pub(super) fn sign(key: &TokenKey, user: UserId, url: &str, now: Millis) -> Result<String> {
    let url = without_fragment(url);
    let expires_at = now.plus_ms(VALID_MS);
    let signature = signature(key, user, url, expires_at)?;
    let token = URL_SAFE_NO_PAD.encode([&expires_at.0.to_be_bytes()[..], &signature].concat());
    Ok(format!("{url}{FRAGMENT}{token}"))
}

/// The address, if it was signed for the user and is still valid.
pub(super) fn verify(key: &TokenKey, user: UserId, signed: &str, now: Millis) -> Result<Option<String>> {
    let Some((url, token)) = signed.rsplit_once(FRAGMENT) else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    let Some((expires_at, given)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
    let expires_at = Millis(i64::from_be_bytes(*expires_at));
    let is_valid = constant_time_eq(given, &signature(key, user, url, expires_at)?) && now <= expires_at;
    Ok(is_valid.then(|| url.to_owned()))
}

fn signature(key: &TokenKey, user: UserId, url: &str, expires_at: Millis) -> Result<[u8; 32]> {
    key.sign(&[user.bytes(), url.as_bytes(), &expires_at.0.to_be_bytes()])
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

#[cfg(test)]
mod tests {
    use guildhall_model::ports::Secret;

    use super::*;

    #[test]
    fn an_address_is_for_one_user_and_a_day() {
        let key = TokenKey::derive(&Secret::new("secret"), PURPOSE).unwrap();
        let (ann, bob) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let signed = sign(&key, ann, "https://app.example/x?a=1#part", Millis(1_000)).unwrap();
        assert!(url::Url::parse(&signed).unwrap().as_str().starts_with("https://app.example/x?a=1#dialog="));
        let verified = |user, signed: &str, now| verify(&key, user, signed, Millis(now)).unwrap();
        assert_eq!(verified(ann, &signed, 2_000).as_deref(), Some("https://app.example/x?a=1"));
        assert_eq!(verified(ann, &signed, 1_000 + VALID_MS).as_deref(), Some("https://app.example/x?a=1"));
        assert_eq!(verified(ann, &signed, 1_001 + VALID_MS), None);
        assert_eq!(verified(bob, &signed, 2_000), None);
        let other = signed.replace("app.example", "10.0.0.1");
        for wrong in [other.as_str(), "https://app.example/x?a=1", "", "#dialog=", &signed[..signed.len() - 2]] {
            assert_eq!(verified(ann, wrong, 2_000), None, "{wrong}");
        }
    }
}
