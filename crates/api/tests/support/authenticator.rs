//! What an authenticator app computes, written apart from the server's own.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

pub const STEP_MS: i64 = 30_000;

/// The code of RFC 6238 that belongs to a key in base32 at this time (Unix, in milliseconds).
pub fn code_at(key: &str, at_ms: i64) -> String {
    let key = BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(at_ms / STEP_MS).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
