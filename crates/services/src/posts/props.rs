//! Sanitizes the props of a post: props that only integrations may set are removed, the rest is normalized for clients.

use guildhall_model::codes::actions as codes;
use guildhall_model::post::{PostProps, TRUSTED_PROPS};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, IdSource, Result};
use serde_json::{Map, Value, json};

use super::attachments::{self, ACTIONS_MAX};

/// Whether the actor may set trusted props, such as the sender's display name.
pub(super) fn is_trusted(actor: &Actor) -> bool {
    actor.auth_method == AuthMethod::Integration
}

/// Who the post is from stays as it was: these props are those of `before`.
pub(super) fn keep_trusted(members: &mut Map<String, Value>, before: &PostProps) {
    for name in TRUSTED_PROPS {
        match before.get(name) {
            Some(value) => members.insert((*name).to_owned(), value.clone()),
            None => members.remove(*name),
        };
    }
}

/// Whether an integration or a bot made the post: only they and the server can set these props.
pub(crate) fn is_of_integration(props: &PostProps) -> bool {
    ["from_webhook", "from_bot", "from_oauth_app", "from_plugin"].iter().any(|name| props.get(name).is_some())
}

/// The props to store of those that the actor sent. Errors when they exceed the limits of [`PostProps`].
pub(crate) fn sanitize(mut members: Map<String, Value>, actor: &Actor, ids: &dyn IdSource) -> Result<PostProps> {
    if !is_trusted(actor) {
        for name in TRUSTED_PROPS {
            members.remove(*name);
        }
        if actor.is_bot {
            members.insert("from_bot".to_owned(), json!("true"));
        }
        if actor.is_app() {
            members.insert("from_oauth_app".to_owned(), json!("true"));
        }
    }
    // Clients render it as text.
    if members.get("card").is_some_and(|card| !card.is_string()) {
        members.remove("card");
    }
    if let Some(Value::Array(attachments)) = members.remove("attachments") {
        let mut attachments = attachments::normalize_attachments(attachments);
        if attachments::give_ids(&mut attachments, ids) > ACTIONS_MAX {
            return Err(codes::ACTIONS_TOO_MANY.with("max", ACTIONS_MAX));
        }
        members.insert("attachments".to_owned(), attachments);
    }
    PostProps::new(members)
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::{SessionId, UserId};

    use super::*;

    struct Ids;

    impl IdSource for Ids {
        fn next_bytes(&self) -> [u8; 16] {
            [9; 16]
        }
    }

    fn integration() -> Actor {
        Actor {
            user_id: UserId::from_bytes([1; 16]),
            session_id: SessionId::from_bytes([0; 16]),
            roles: String::new(),
            is_bot: false,
            is_guest: false,
            auth_method: AuthMethod::Integration,
            address: None,
        }
    }

    #[test]
    fn buttons_get_an_id_and_are_not_many() {
        let members = |actions: Vec<Value>| Map::from_iter([("attachments".to_owned(), json!([{ "actions": actions }]))]);
        let props =
            sanitize(members(vec![json!({"name": "OK", "cookie": "x"}), json!({"id": "a-b_c", "name": "No"})]), &integration(), &Ids);
        let props = props.unwrap();
        let actions: Vec<_> = props.actions().collect();
        assert_eq!(actions[0]["id"].as_str().unwrap().len(), 26);
        assert!(actions[1]["id"] == "a-b_c" && !actions[0].contains_key("cookie"));
        let button = json!({"name": "OK"});
        assert!(sanitize(members(vec![button.clone(); ACTIONS_MAX]), &integration(), &Ids).is_ok());
        assert!(sanitize(members(vec![button; ACTIONS_MAX + 1]), &integration(), &Ids).unwrap_err().is(codes::ACTIONS_TOO_MANY));
    }

    #[test]
    fn attachments_that_are_not_a_list_are_dropped() {
        for none in [json!(5), json!("text"), json!({"text": "one"}), Value::Null] {
            let members = Map::from_iter([("attachments".to_owned(), none.clone())]);
            assert!(sanitize(members, &integration(), &Ids).unwrap().get("attachments").is_none(), "{none}");
        }
    }
}
