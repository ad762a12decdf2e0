//! Attachments in their full form, each field of the type that clients expect: what is of another type is left out.

use serde_json::{Map, Value, json};

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

/// The texts of a button or menu.
const ACTION_TEXTS: &[&str] = &["id", "type", "name", "style", "data_source", "default_option", "tooltip", "cookie"];

/// Each attachment in its full form; what is no object is left out.
pub(super) fn completed(attachments: Vec<Value>) -> Value {
    attachments.into_iter().filter_map(complete).collect()
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
    whole.insert("ts".to_owned(), given.remove("ts").filter(|ts| ts.is_string() || ts.is_number()).unwrap_or_default());
    if let Some(Value::Array(actions)) = given.remove("actions") {
        whole.insert("actions".to_owned(), actions.into_iter().filter_map(action).collect());
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
    let value = match given.remove("value").unwrap_or_default() {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    Some(json!({
        "title": given.remove("title").filter(Value::is_string).unwrap_or_else(|| json!("")),
        "value": value,
        "short": is_short,
    }))
}

/// A button or menu. What only integrations read of it stays as they sent it.
fn action(action: Value) -> Option<Value> {
    let Value::Object(mut given) = action else {
        return None;
    };
    given.retain(|name, value| match name.as_str() {
        name if ACTION_TEXTS.contains(&name) => value.is_string(),
        "disabled" => value.is_boolean(),
        "integration" => value.is_object(),
        _ => true,
    });
    if let Some(options) = given.remove("options") {
        let options = if let Value::Array(options) = options { options } else { Vec::new() };
        given.insert("options".to_owned(), options.into_iter().filter(is_option).collect());
    }
    Some(Value::Object(given))
}

fn is_option(option: &Value) -> bool {
    let is_text = |name| option.get(name).is_some_and(Value::is_string);
    is_text("text") && is_text("value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(attachments: Value) -> Value {
        let Value::Array(attachments) = attachments else { panic!("a list: {attachments}") };
        super::completed(attachments)
    }

    #[test]
    fn what_is_no_attachment_is_left_out() {
        assert_eq!(completed(json!([null, 5, "text", [{}]])), json!([]));
        let whole = completed(json!([{"text": 5, "ts": {"a": 1}, "color": null, "fields": "none", "actions": {}}]));
        assert!(whole[0]["text"] == "" && whole[0]["color"] == "" && whole[0]["ts"].is_null() && whole[0]["fields"].is_null());
        assert!(whole[0].get("actions").is_none());
    }

    #[test]
    fn fields_are_texts() {
        let fields = json!([null, {"title": 5, "value": {"a": 1}, "short": 5}, {"title": "n", "value": 1.5, "short": "true"}, {}]);
        let kept = json!([
            {"title": "", "value": "{\"a\":1}", "short": false},
            {"title": "n", "value": "1.5", "short": true},
            {"title": "", "value": "", "short": false},
        ]);
        assert_eq!(completed(json!([{ "fields": fields }]))[0]["fields"], kept);
    }

    #[test]
    fn buttons_and_menus_keep_what_clients_can_show() {
        let actions = json!([
            null,
            {"id": 5, "name": {}, "type": "select", "options": [null, "x", {"text": 5, "value": "v"}, {"text": "t", "value": "v"}]},
            {"id": "ok", "name": "OK", "disabled": "yes", "options": 5, "integration": {"url": "https://ci.example", "context": {"a": 1}}},
        ]);
        let kept = json!([
            {"type": "select", "options": [{"text": "t", "value": "v"}]},
            {"id": "ok", "name": "OK", "options": [], "integration": {"url": "https://ci.example", "context": {"a": 1}}},
        ]);
        assert_eq!(completed(json!([{ "actions": actions }]))[0]["actions"], kept);
    }
}
