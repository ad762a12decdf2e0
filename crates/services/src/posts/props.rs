//! The properties of a post as they are accepted: never believed from the network, and in the form that clients expect.

use guildhall_model::post::{PostProps, TRUSTED_PROPS};
use guildhall_model::user::Via;
use guildhall_model::{Actor, Result};
use serde_json::{Map, Value, json};

use super::attachments;

/// Whether what the actor says of a post's sender is believed.
pub(super) fn is_trusted(actor: &Actor) -> bool {
    actor.via == Via::Integration
}

/// What is kept of the properties that somebody sent.
pub(super) fn accepted(mut members: Map<String, Value>, actor: &Actor) -> Result<PostProps> {
    if !is_trusted(actor) {
        for name in TRUSTED_PROPS {
            members.remove(*name);
        }
        if actor.is_bot {
            members.insert("from_bot".to_owned(), json!("true"));
        }
    }
    // Clients show it as a text of its own.
    if members.get("card").is_some_and(|card| !card.is_string()) {
        members.remove("card");
    }
    if let Some(Value::Array(attachments)) = members.remove("attachments") {
        members.insert("attachments".to_owned(), attachments::completed(attachments));
    }
    PostProps::new(members)
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::{SessionId, UserId};

    use super::*;

    #[test]
    fn attachments_that_are_no_list_are_left_out() {
        let actor = Actor {
            user_id: UserId::from_bytes([1; 16]),
            session_id: SessionId::from_bytes([0; 16]),
            roles: String::new(),
            is_bot: false,
            is_guest: false,
            via: Via::Integration,
            address: None,
        };
        for none in [json!(5), json!("text"), json!({"text": "one"}), Value::Null] {
            let members = Map::from_iter([("attachments".to_owned(), none.clone())]);
            assert!(accepted(members, &actor).unwrap().get("attachments").is_none(), "{none}");
        }
    }
}
