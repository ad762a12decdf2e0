//! The signature of calls to other servers, by which they know that it was this server that called, and when. Standard Webhooks,
//! <https://www.standardwebhooks.com>: there is a library for most languages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::codes::context;
use guildhall_model::{Millis, Result};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The headers of a call with this body. `id` is the same for all attempts at one call, so that the receiver knows a repetition. The key
/// is the token that the integration has anyway.
pub(crate) fn headers(id: &str, now: Millis, token: &str, body: &[u8]) -> Result<[(String, String); 3]> {
    let seconds = (now.0 / 1_000).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map_err(|error| context::INTERNAL.with_source(error))?;
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        mac.update(part);
    }
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    Ok([("webhook-id", id.to_owned()), ("webhook-timestamp", seconds), ("webhook-signature", signature)]
        .map(|(name, value)| (name.to_owned(), value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification, whose key is `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`, has a key that is no text; this one was
    /// worked out with its library for Python (`standardwebhooks` 1.1.0).
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let [id, timestamp, signature] =
            headers("msg_1", Millis(1_614_265_330_999), "abcdefghijklmnopqrstuvwxyz", b"{\"test\": 2432232314}").unwrap();
        assert_eq!((id.1.as_str(), timestamp.1.as_str()), ("msg_1", "1614265330"));
        assert_eq!(signature.1, "v1,VfZmogoLf5dMTIs0RPDlg8J3mYCpEU+O53sa0Xu0L98=");
    }
}
