//! Trigger ids: an integration that is called because of a user gets one, with which it may open a dialog for this user for a short time.
//! Nothing is stored: they are signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::codes::actions as codes;
use guildhall_model::id::{TriggerId, UserId};
use guildhall_model::ports::constant_time_eq;
use guildhall_model::{Millis, Result};

use crate::actions::Actions;
use crate::token_key::TokenKey;

const PURPOSE: &str = "trigger ids";

/// What an integration and the user's client get.
#[derive(Debug)]
pub(crate) struct Trigger {
    /// For the client: the dialog names it, so that the user's other clients do not show it.
    pub client_id: TriggerId,
    /// For the integration.
    pub token: String,
}

impl Actions<'_> {
    pub(crate) async fn new_trigger(&self, user: UserId) -> Result<Trigger> {
        let client_id = self.ids.next();
        let text = signed_text(client_id, user, self.clock.now());
        let signature = STANDARD.encode(self.trigger_key().await?.sign(&[text.as_bytes()])?);
        Ok(Trigger { client_id, token: STANDARD.encode(format!("{text}{signature}")) })
    }

    /// The client's part of the id and the user. It is valid as long as an integration has for its answer.
    pub(super) async fn read_trigger(&self, token: &str) -> Result<(TriggerId, UserId)> {
        let parts = parse(token).ok_or(codes::TRIGGER_INVALID)?;
        let text = signed_text(parts.client_id, parts.user, parts.at);
        if !constant_time_eq(&parts.signature, &self.trigger_key().await?.sign(&[text.as_bytes()])?) {
            return Err(codes::TRIGGER_INVALID.into());
        }
        let valid_ms = self.settings().integrations.timeout_ms;
        if self.clock.now() > parts.at.plus_ms(i64::try_from(valid_ms).unwrap_or(i64::MAX)) {
            return Err(codes::TRIGGER_EXPIRED.with("seconds", valid_ms / 1000));
        }
        Ok((parts.client_id, parts.user))
    }

    async fn trigger_key(&self) -> Result<TokenKey> {
        TokenKey::derive(&self.system().identity().await?.public_link_secret, PURPOSE)
    }
}

struct Parts {
    client_id: TriggerId,
    user: UserId,
    at: Millis,
    signature: Vec<u8>,
}

fn signed_text(client_id: TriggerId, user: UserId, at: Millis) -> String {
    format!("{client_id}:{user}:{}:", at.0)
}

fn parse(token: &str) -> Option<Parts> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let mut parts = text.split(':');
    let parsed = Parts {
        client_id: parts.next()?.parse().ok()?,
        user: parts.next()?.parse().ok()?,
        at: Millis(parts.next()?.parse().ok()?),
        signature: STANDARD.decode(parts.next()?).ok()?,
    };
    parts.next().is_none().then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_no_trigger_ids() {
        let text = signed_text(TriggerId::from_bytes([1; 16]), UserId::from_bytes([2; 16]), Millis(3));
        let token = STANDARD.encode(format!("{text}{}", STANDARD.encode([4; 32])));
        let parts = parse(&token).unwrap();
        assert_eq!((parts.user, parts.at, parts.signature), (UserId::from_bytes([2; 16]), Millis(3), vec![4; 32]));
        let more = STANDARD.encode(format!("{text}{}:x", STANDARD.encode([4; 32])));
        for wrong in ["", "x", "Og==", &token[4..], &STANDARD.encode(&text[..40]), &more] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
