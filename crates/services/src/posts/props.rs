//! Sanitizes the props of a post: props that only integrations may set are removed, the rest is normalized for clients.

use guildhall_model::post::{PostProps, TRUSTED_PROPS};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Result};
use serde_json::{Map, Value, json};

use super::attachments;

/// Whether the actor may set trusted props, such as the sender's display name.
pub(super) fn is_trusted(actor: &Actor) -> bool {
    actor.auth_method == AuthMethod::Integration
}

/// The props to store of those that the actor sent. Errors when they exceed the limits of [`PostProps`].
pub(crate) fn sanitize(mut members: Map<String, Value>, actor: &Actor) -> Result<PostProps> {
    if !is_trusted(actor) {
        for name in TRUSTED_PROPS {
            members.remove(*name);
        }
        if actor.is_bot {
            members.insert("from_bot".to_owned(), json!("true"));
        }
        if actor.auth_method == AuthMethod::OAuth {
            members.insert("from_oauth_app".to_owned(), json!("true"));
        }
    }
    // Clients render it as text.
    if members.get("card").is_some_and(|card| !card.is_string()) {
        members.remove("card");
    }
    if let Some(Value::Array(attachments)) = members.remove("attachments") {
        members.insert("attachments".to_owned(), attachments::normalize_attachments(attachments));
    }
    PostProps::new(members)
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::{SessionId, UserId};

    use super::*;

    #[test]
    fn attachments_that_are_not_a_list_are_dropped() {
        let actor = Actor {
            user_id: UserId::from_bytes([1; 16]),
            session_id: SessionId::from_bytes([0; 16]),
            roles: String::new(),
            is_bot: false,
            is_guest: false,
            auth_method: AuthMethod::Integration,
            address: None,
        };
        for none in [json!(5), json!("text"), json!({"text": "one"}), Value::Null] {
            let members = Map::from_iter([("attachments".to_owned(), none.clone())]);
            assert!(sanitize(members, &actor).unwrap().get("attachments").is_none(), "{none}");
        }
    }
}
