//! What comes with a message: never believed from the network, and in the form that clients expect.

use guildhall_model::codes::posts as codes;
use guildhall_model::post::{PROPS_CHARS_MAX, TRUSTED_PROPS};
use guildhall_model::{Actor, Result};
use serde_json::{Map, Value, json};

use super::attachments;
use super::draft::is_trusted;

/// The props as they are kept.
pub(super) fn to_text(mut props: Map<String, Value>, actor: &Actor) -> Result<String> {
    if !is_trusted(actor) {
        for name in TRUSTED_PROPS {
            props.remove(*name);
        }
        if actor.is_bot {
            props.insert("from_bot".to_owned(), json!("true"));
        }
    }
    // Clients show it as a text of its own.
    if props.get("card").is_some_and(|card| !card.is_string()) {
        props.remove("card");
    }
    attachments::complete_all(&mut props);
    written(&props)
}

pub(super) fn written(props: &Map<String, Value>) -> Result<String> {
    if props.is_empty() {
        return Ok("{}".to_owned());
    }
    let text = serde_json::to_string(props).unwrap_or_else(|_| "{}".to_owned());
    if text.len() > PROPS_CHARS_MAX { Err(codes::PROPS_TOO_LONG.into()) } else { Ok(text) }
}

/// The object in a stored text.
pub(super) fn parse(text: &str) -> Map<String, Value> {
    if text == "{}" {
        return Map::new();
    }
    serde_json::from_str(text).unwrap_or_default()
}
