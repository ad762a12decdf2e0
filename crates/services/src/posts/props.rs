//! What comes with a message: never believed from the network, attachments in their full form.

use guildhall_model::codes::posts as codes;
use guildhall_model::post::{PROPS_CHARS_MAX, TRUSTED_PROPS};
use guildhall_model::{Actor, Result};
use serde_json::{Map, Value, json};

use super::draft::is_trusted;

/// The texts of an attachment in the order that clients know, each present and empty by default.
const ATTACHMENT_TEXTS: &[&str] = &[
    "fallback",
    "color",
    "pretext",
    "author_name",
    "author_link",
    "author_icon",
    "title",
    "title_link",
    "text",
    "image_url",
    "thumb_url",
    "footer",
    "footer_icon",
];

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
    complete_attachments(&mut props);
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

fn complete_attachments(props: &mut Map<String, Value>) {
    let Some(attachments) = props.remove("attachments") else {
        return;
    };
    let Value::Array(attachments) = attachments else {
        return;
    };
    let complete: Vec<Value> = attachments.into_iter().filter_map(complete).collect();
    props.insert("attachments".to_owned(), Value::Array(complete));
}

/// An attachment with every field that clients look at; what is not an object is none.
fn complete(attachment: Value) -> Option<Value> {
    let Value::Object(mut given) = attachment else {
        return None;
    };
    let mut whole = Map::new();
    whole.insert("id".to_owned(), given.remove("id").filter(Value::is_number).unwrap_or_else(|| json!(0)));
    for name in ATTACHMENT_TEXTS {
        let text = given.remove(*name).filter(Value::is_string).unwrap_or_else(|| json!(""));
        whole.insert((*name).to_owned(), text);
    }
    let fields = match given.remove("fields") {
        Some(Value::Array(fields)) => Value::Array(fields.into_iter().filter_map(field).collect()),
        _ => Value::Null,
    };
    whole.insert("fields".to_owned(), fields);
    whole.insert("ts".to_owned(), given.remove("ts").unwrap_or(Value::Null));
    if let Some(actions @ Value::Array(_)) = given.remove("actions") {
        whole.insert("actions".to_owned(), actions);
    }
    Some(Value::Object(whole))
}

fn field(field: Value) -> Option<Value> {
    let Value::Object(mut given) = field else {
        return None;
    };
    let is_short = match given.remove("short") {
        Some(Value::Bool(short)) => short,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    Some(json!({
        "title": given.remove("title").filter(Value::is_string).unwrap_or_else(|| json!("")),
        "value": given.remove("value").unwrap_or_else(|| json!("")),
        "short": is_short,
    }))
}

/// The texts of attachments in which people can be mentioned and words found.
pub(super) fn attachment_texts(props: &str) -> Vec<String> {
    if !props.contains("\"attachments\"") {
        return Vec::new();
    }
    let parsed = parse(props);
    let Some(Value::Array(attachments)) = parsed.get("attachments") else {
        return Vec::new();
    };
    let text = |attachment: &Value, name: &str| attachment.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
    attachments.iter().flat_map(|a| [text(a, "pretext"), text(a, "text")]).flatten().collect()
}
