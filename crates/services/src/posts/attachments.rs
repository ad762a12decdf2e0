//! Normalizes attachments: every field is present and of the expected type. Numbers and booleans become texts; values of
//! another type are dropped.

use guildhall_model::IdSource;
use guildhall_model::id::ActionId;
use guildhall_model::post::PostProps;
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
const ACTION_TEXTS: &[&str] = &["id", "type", "name", "style", "data_source", "default_option", "tooltip"];

/// Most buttons and menus of a post.
pub(super) const ACTIONS_MAX: usize = 100;

/// The members of an attachment besides its texts, and those of its fields.
const OTHER_MEMBERS: &[&str] = &["id", "fields", "ts", "actions"];
const FIELD_MEMBERS: &[&str] = &["title", "value", "short"];

/// Spells the names of members as Mattermost does: its server accepts them in any case.
pub(crate) fn fold_names(attachment: &mut Map<String, Value>) {
    fold(attachment, |name| ATTACHMENT_TEXTS.contains(&name) || OTHER_MEMBERS.contains(&name));
    let fields = attachment.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten();
    for field in fields.filter_map(Value::as_object_mut) {
        fold(field, |name| FIELD_MEMBERS.contains(&name));
    }
}

fn fold(members: &mut Map<String, Value>, is_known: impl Fn(&str) -> bool) {
    let other_case = |name: &&String| name.bytes().any(|byte| byte.is_ascii_uppercase()) && is_known(&name.to_ascii_lowercase());
    let names: Vec<String> = members.keys().filter(other_case).cloned().collect();
    for name in names {
        if let Some(value) = members.remove(&name) {
            members.entry(name.to_ascii_lowercase()).or_insert(value);
        }
    }
}

/// Normalizes each attachment; entries that are not objects are dropped.
pub(super) fn normalize_attachments(attachments: Vec<Value>) -> Value {
    attachments.into_iter().filter_map(normalize_attachment).collect()
}

/// `None` when the attachment is not an object.
fn normalize_attachment(attachment: Value) -> Option<Value> {
    let Value::Object(mut input) = attachment else {
        return None;
    };
    fold_names(&mut input);
    let mut output = Map::new();
    output.insert("id".to_owned(), input.remove("id").filter(Value::is_number).unwrap_or_else(|| json!(0)));
    for name in ATTACHMENT_TEXTS {
        let text = input.remove(*name).and_then(scalar_text).unwrap_or_default();
        output.insert((*name).to_owned(), text.into());
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
    if !is_visible(&output) {
        // Otherwise clients would show an empty box.
        let fallback = output.get("fallback").cloned().unwrap_or_default();
        output.insert("text".to_owned(), fallback);
    }
    Some(Value::Object(output))
}

/// Whether an attachment has anything that clients show, besides its fallback.
fn is_visible(attachment: &Map<String, Value>) -> bool {
    let has_text = |name: &str| attachment.get(name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let has_items = |name: &str| attachment.get(name).and_then(Value::as_array).is_some_and(|items| !items.is_empty());
    ["pretext", "author_name", "title", "text", "image_url", "thumb_url", "footer"].into_iter().any(has_text)
        || ["fields", "actions"].into_iter().any(has_items)
}

/// The text of a text, a number or a boolean.
fn scalar_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number_text(&number)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whole numbers without a point, as Go prints them.
fn number_text(number: &serde_json::Number) -> String {
    if number.is_f64() { number.as_f64().unwrap_or_default().to_string() } else { number.to_string() }
}

fn normalize_field(field: Value) -> Option<Value> {
    let Value::Object(mut input) = field else {
        return None;
    };
    let is_short = match input.remove("short") {
        Some(Value::Bool(short)) => short,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
        Some(Value::Number(number)) => number.as_f64() == Some(1.0),
        _ => false,
    };
    let value = match input.remove("value").unwrap_or_default() {
        Value::Null => String::new(),
        value @ (Value::Array(_) | Value::Object(_)) => value.to_string(),
        scalar => scalar_text(scalar).unwrap_or_default(),
    };
    Some(json!({
        "title": input.remove("title").and_then(scalar_text).unwrap_or_default(),
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
        // The server's own, for ephemeral posts.
        "cookie" => false,
        _ => true,
    });
    if let Some(options) = input.remove("options") {
        let options = if let Value::Array(options) = options { options } else { Vec::new() };
        input.insert("options".to_owned(), options.into_iter().filter(is_option).collect());
    }
    Some(Value::Object(input))
}

/// Gives an id to buttons and menus without one. Their number.
pub(super) fn give_ids(attachments: &mut Value, ids: &dyn IdSource) -> usize {
    let mut count = 0;
    for action in actions_of(attachments) {
        count += 1;
        if action.get("id").and_then(Value::as_str).is_none_or(str::is_empty) {
            action.insert("id".to_owned(), ids.next::<ActionId>().to_string().into());
        }
    }
    count
}

/// What an integration is called with is private to the server, so whoever sends attachments back that they have read has none of it: the
/// buttons and menus keep theirs by their ids. `only_earlier`: what the sender says is not taken.
pub(super) fn keep_integrations(attachments: &mut Value, before: &PostProps, only_earlier: bool) {
    for action in actions_of(attachments) {
        if only_earlier {
            action.remove("integration");
        }
        let earlier = before.actions().find(|earlier| earlier.get("id") == action.get("id")).and_then(|earlier| earlier.get("integration"));
        if let (Some(earlier), false) = (earlier, action.contains_key("integration")) {
            action.insert("integration".to_owned(), earlier.clone());
        }
    }
}

pub(super) fn actions_of(attachments: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let attachments = attachments.as_array_mut().into_iter().flatten();
    let actions = attachments.filter_map(|attachment| attachment.get_mut("actions")?.as_array_mut());
    actions.flatten().filter_map(Value::as_object_mut)
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
        let normalized = normalize_attachments(json!([{"text": [5], "ts": {"a": 1}, "color": null, "fields": "none", "actions": {}}]));
        assert!(normalized[0]["text"] == "" && normalized[0]["color"] == "");
        assert!(normalized[0]["ts"].is_null() && normalized[0]["fields"].is_null());
        assert!(normalized[0].get("actions").is_none());
    }

    #[test]
    fn field_values_become_strings() {
        let fields = json!([
            null,
            {"title": 5, "value": {"a": 1}, "short": 5},
            {"title": "n", "value": 1.5, "short": "true"},
            {"Title": true, "VALUE": 5.0, "Short": "True"},
            {"title": null, "value": null, "short": 1},
            {}
        ]);
        let expected = json!([
            {"title": "5", "value": "{\"a\":1}", "short": false},
            {"title": "n", "value": "1.5", "short": true},
            {"title": "true", "value": "5", "short": true},
            {"title": "", "value": "", "short": true},
            {"title": "", "value": "", "short": false},
        ]);
        assert_eq!(normalize_attachments(json!([{ "fields": fields }]))[0]["fields"], expected);
    }

    #[test]
    fn numbers_become_texts_and_names_are_read_in_any_case() {
        let normalized = normalize_attachments(json!([{"TEXT": 5, "Title": -1.25, "footer": false, "Fields": null, "author_name": "a"}]));
        let attachment = &normalized[0];
        let texts = ["text", "title", "footer", "author_name"].map(|name| attachment[name].as_str().unwrap());
        assert_eq!(texts, ["5", "-1.25", "false", "a"]);
        assert!(attachment["fields"].is_null() && attachment.get("TEXT").is_none());
    }

    #[test]
    fn an_attachment_with_only_a_fallback_shows_it() {
        let normalized = normalize_attachments(
            json!([{"fallback": "build failed"}, {"fallback": "f", "title": "t"}, {"fallback": "f", "fields": [{}]}]),
        );
        let texts: Vec<&str> = normalized.as_array().unwrap().iter().map(|attachment| attachment["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["build failed", "", ""]);
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
