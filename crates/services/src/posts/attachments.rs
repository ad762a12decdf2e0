//! Normalizes attachments: every field is present and of the expected type; values of another type are dropped.

use serde_json::{Map, Value, json};

/// The string fields of an attachment in wire order; absent ones are empty.
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

/// The string fields of a button or menu.
const ACTION_TEXTS: &[&str] = &["id", "type", "name", "style", "data_source", "default_option", "tooltip", "cookie"];

/// Normalizes each attachment; entries that are not objects are dropped.
pub(super) fn normalize_attachments(attachments: Vec<Value>) -> Value {
    attachments.into_iter().filter_map(normalize_attachment).collect()
}

/// `None` when the attachment is not an object.
fn normalize_attachment(attachment: Value) -> Option<Value> {
    let Value::Object(mut input) = attachment else {
        return None;
    };
    let mut output = Map::new();
    output.insert("id".to_owned(), input.remove("id").filter(Value::is_number).unwrap_or_else(|| json!(0)));
    for name in ATTACHMENT_TEXTS {
        let text = input.remove(*name).filter(Value::is_string).unwrap_or_else(|| json!(""));
        output.insert((*name).to_owned(), text);
    }
    let fields = match input.remove("fields") {
        Some(Value::Array(fields)) => Value::Array(fields.into_iter().filter_map(normalize_field).collect()),
        _ => Value::Null,
    };
    output.insert("fields".to_owned(), fields);
    output.insert("ts".to_owned(), input.remove("ts").filter(|ts| ts.is_string() || ts.is_number()).unwrap_or_default());
    if let Some(Value::Array(actions)) = input.remove("actions") {
        output.insert("actions".to_owned(), actions.into_iter().filter_map(normalize_action).collect());
    }
    Some(Value::Object(output))
}

fn normalize_field(field: Value) -> Option<Value> {
    let Value::Object(mut input) = field else {
        return None;
    };
    let is_short = match input.remove("short") {
        Some(Value::Bool(short)) => short,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let value = match input.remove("value").unwrap_or_default() {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    Some(json!({
        "title": input.remove("title").filter(Value::is_string).unwrap_or_else(|| json!("")),
        "value": value,
        "short": is_short,
    }))
}

/// A button or menu. Fields that only integrations read are kept as sent.
fn normalize_action(action: Value) -> Option<Value> {
    let Value::Object(mut input) = action else {
        return None;
    };
    input.retain(|name, value| match name.as_str() {
        name if ACTION_TEXTS.contains(&name) => value.is_string(),
        "disabled" => value.is_boolean(),
        "integration" => value.is_object(),
        _ => true,
    });
    if let Some(options) = input.remove("options") {
        let options = if let Value::Array(options) = options { options } else { Vec::new() };
        input.insert("options".to_owned(), options.into_iter().filter(is_option).collect());
    }
    Some(Value::Object(input))
}

fn is_option(option: &Value) -> bool {
    let is_text = |name| option.get(name).is_some_and(Value::is_string);
    is_text("text") && is_text("value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalize_attachments(attachments: Value) -> Value {
        let Value::Array(attachments) = attachments else { panic!("expected a list: {attachments}") };
        super::normalize_attachments(attachments)
    }

    #[test]
    fn invalid_attachments_are_dropped() {
        assert_eq!(normalize_attachments(json!([null, 5, "text", [{}]])), json!([]));
        let normalized = normalize_attachments(json!([{"text": 5, "ts": {"a": 1}, "color": null, "fields": "none", "actions": {}}]));
        assert!(normalized[0]["text"] == "" && normalized[0]["color"] == "");
        assert!(normalized[0]["ts"].is_null() && normalized[0]["fields"].is_null());
        assert!(normalized[0].get("actions").is_none());
    }

    #[test]
    fn field_values_become_strings() {
        let fields = json!([null, {"title": 5, "value": {"a": 1}, "short": 5}, {"title": "n", "value": 1.5, "short": "true"}, {}]);
        let expected = json!([
            {"title": "", "value": "{\"a\":1}", "short": false},
            {"title": "n", "value": "1.5", "short": true},
            {"title": "", "value": "", "short": false},
        ]);
        assert_eq!(normalize_attachments(json!([{ "fields": fields }]))[0]["fields"], expected);
    }

    #[test]
    fn buttons_and_menus_keep_only_valid_properties() {
        let actions = json!([
            null,
            {"id": 5, "name": {}, "type": "select", "options": [null, "x", {"text": 5, "value": "v"}, {"text": "t", "value": "v"}]},
            {"id": "ok", "name": "OK", "disabled": "yes", "options": 5, "integration": {"url": "https://ci.example", "context": {"a": 1}}},
        ]);
        let expected = json!([
            {"type": "select", "options": [{"text": "t", "value": "v"}]},
            {"id": "ok", "name": "OK", "options": [], "integration": {"url": "https://ci.example", "context": {"a": 1}}},
        ]);
        assert_eq!(normalize_attachments(json!([{ "actions": actions }]))[0]["actions"], expected);
    }
}
