//! What is checked of a dialog before it is shown, and the form in which clients get it: with every field that Mattermost writes.

use std::collections::BTreeSet;

use guildhall_model::Result;
use guildhall_model::codes::actions as codes;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::webhooks::is_http_url;

const TITLE_CHARS_MAX: usize = 80;
const ELEMENTS_MAX: usize = 100;
const OPTIONS_MAX: usize = 1_000;
const NAME_CHARS_MAX: usize = 300;
/// Of names that are shown, help texts and placeholders.
const TEXT_CHARS_MAX: usize = 3_000;
/// Of the whole dialog, as JSON.
const BYTES_MAX: usize = 256 * 1024;

const TYPES: &[&str] =
    &["text", "textarea", "select", "bool", "radio", "date", "datetime", "checkbox_group", "checkbox_matrix", "file", "action_button"];
const SUBTYPES: &[&str] = &["", "text", "email", "number", "tel", "url", "password"];
const DATA_SOURCES: &[&str] = &["", "users", "channels", "dynamic"];
/// The members of dialogs and elements that are addresses, which the server calls for the user.
const ADDRESSES: &[&str] = &["url", "source_url", "data_source_url", "action_url"];

/// The dialog as clients get it, or why it cannot be shown.
pub(super) fn checked(mut dialog: Map<String, Value>) -> Result<Map<String, Value>> {
    let invalid = |reason: String| codes::DIALOG_INVALID.with("reason", reason);
    fill_in(&mut dialog, &["callback_id", "title", "introduction_text", "icon_url", "submit_label", "state"], &["notify_on_cancel"]);
    let mut elements = match dialog.remove("elements") {
        Some(Value::Array(elements)) => elements,
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(invalid("its elements are not a list".to_owned())),
    };
    check_dialog(&dialog, elements.len()).map_err(invalid)?;
    let mut names = BTreeSet::new();
    for element in &mut elements {
        let Value::Object(element) = element else { return Err(invalid("one of its elements is not an object".to_owned())) };
        fill_in(element, ELEMENT_TEXTS, &["optional"]);
        let name = text(element, "name").to_owned();
        check_element(element).map_err(|reason| invalid(format!("the element \"{name}\" {reason}")))?;
        if !names.insert(name.clone()) {
            return Err(invalid(format!("two elements have the name \"{name}\"")));
        }
    }
    dialog.insert("elements".to_owned(), elements.into());
    if serde_json::to_vec(&dialog).map_or(usize::MAX, |json| json.len()) > BYTES_MAX {
        return Err(invalid(format!("it is longer than {BYTES_MAX} bytes")));
    }
    Ok(dialog)
}

/// Every address of the dialog and its elements.
pub(super) fn addresses(dialog: &mut Map<String, Value>) -> Vec<&mut String> {
    let mut found = Vec::new();
    for (name, value) in dialog {
        match value {
            Value::String(url) if ADDRESSES.contains(&name.as_str()) && !url.is_empty() => found.push(url),
            Value::Array(elements) if name == "elements" => {
                found.extend(elements.iter_mut().filter_map(Value::as_object_mut).flat_map(addresses));
            }
            _ => {}
        }
    }
    found
}

const ELEMENT_TEXTS: &[&str] = &["display_name", "name", "type", "subtype", "default", "placeholder", "help_text", "data_source"];

/// Every text and yes or no is there, and of its type: numbers and booleans become texts.
fn fill_in(members: &mut Map<String, Value>, texts: &[&str], flags: &[&str]) {
    for name in texts {
        let value = match members.remove(*name) {
            Some(Value::String(text)) => text,
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
            _ => String::new(),
        };
        members.insert((*name).to_owned(), value.into());
    }
    for name in flags {
        let flag = members.get(*name).and_then(Value::as_bool).unwrap_or_default();
        members.insert((*name).to_owned(), flag.into());
    }
}

fn check_dialog(dialog: &Map<String, Value>, element_count: usize) -> Result<(), String> {
    match text(dialog, "title").chars().count() {
        0 => return Err("it has no title".to_owned()),
        1..=TITLE_CHARS_MAX => {}
        _ => return Err(format!("its title is longer than {TITLE_CHARS_MAX} characters")),
    }
    let icon = text(dialog, "icon_url");
    if !icon.is_empty() && !is_http_url(icon) {
        return Err("its icon is no http or https address".to_owned());
    }
    check_addresses(dialog)?;
    if element_count > ELEMENTS_MAX { Err(format!("it has more than {ELEMENTS_MAX} elements")) } else { Ok(()) }
}

fn check_addresses(members: &Map<String, Value>) -> Result<(), String> {
    let wrong = ADDRESSES.iter().find(|name| {
        let url = text(members, name);
        !url.is_empty() && !is_http_url(url)
    });
    wrong.map_or(Ok(()), |name| Err(format!("has a {name} that is no http or https address")))
}

fn check_element(element: &mut Map<String, Value>) -> Result<(), String> {
    let is_within = |name: &str, max: usize| match text(element, name).chars().count() > max {
        true => Err(format!("has a {name} of more than {max} characters")),
        false => Ok(()),
    };
    is_within("name", NAME_CHARS_MAX)?;
    for name in ["display_name", "placeholder", "help_text", "default"] {
        is_within(name, TEXT_CHARS_MAX)?;
    }
    let kind = text(element, "type").to_owned();
    if !TYPES.contains(&kind.as_str()) {
        return Err(format!("has the type \"{kind}\", which does not exist"));
    }
    for needed in ["name", "display_name"] {
        if text(element, needed).is_empty() {
            return Err(format!("has no {needed}"));
        }
    }
    check_lengths(element)?;
    check_addresses(element)?;
    let values = option_values(element)?;
    let is_multiple = element.get("multiselect").and_then(Value::as_bool).unwrap_or_default();
    if is_multiple && kind != "select" {
        return Err("is no select, and only these have multiselect".to_owned());
    }
    let default = text(element, "default");
    match kind.as_str() {
        "text" | "textarea" if !SUBTYPES.contains(&text(element, "subtype")) => {
            Err(format!("has the subtype \"{}\", which does not exist", text(element, "subtype")))
        }
        "select" => check_select(element, &values, is_multiple),
        "radio" if !default.is_empty() && !values.iter().any(|value| value == default) => Err(not_offered(default)),
        "checkbox_group" => check_each_default(default, &values),
        "bool" if !["", "true", "false"].contains(&default) => {
            Err(format!("has the default \"{default}\", which is neither true nor false"))
        }
        "date" | "datetime" => check_dates(element),
        _ => Ok(()),
    }
}

fn check_lengths(element: &Map<String, Value>) -> Result<(), String> {
    let number = |name: &str| element.get(name).and_then(Value::as_f64).unwrap_or_default();
    let (min, max) = (number("min_length"), number("max_length"));
    if min < 0.0 || max < 0.0 || (max > 0.0 && min > max) {
        return Err("has a min_length and a max_length that do not fit".to_owned());
    }
    Ok(())
}

/// The values of the options; options that are no objects with a text and a value are an error.
fn option_values(element: &Map<String, Value>) -> Result<Vec<String>, String> {
    let options = match element.get("options") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(options)) => options,
        Some(_) => return Err("has options that are not a list".to_owned()),
    };
    if options.len() > OPTIONS_MAX {
        return Err(format!("has more than {OPTIONS_MAX} options"));
    }
    let value = |option: &Value| {
        option.get("text").and_then(Value::as_str)?;
        match option.get("value")? {
            Value::String(value) => Some(value.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        }
    };
    options.iter().map(value).collect::<Option<_>>().ok_or_else(|| "has an option without a text or a value".to_owned())
}

fn check_select(element: &Map<String, Value>, values: &[String], is_multiple: bool) -> Result<(), String> {
    let (source, default) = (text(element, "data_source"), text(element, "default"));
    if !DATA_SOURCES.contains(&source) {
        return Err(format!("has the data_source \"{source}\", which does not exist"));
    }
    match source {
        "dynamic" if text(element, "data_source_url").is_empty() => Err("is dynamic and has no data_source_url".to_owned()),
        "dynamic" if !values.is_empty() => Err("is dynamic and has options".to_owned()),
        "" if values.is_empty() => Err("has neither options nor a data_source".to_owned()),
        "" if is_multiple => check_each_default(default, values),
        "" if !default.is_empty() && !values.iter().any(|value| value == default) => Err(not_offered(default)),
        _ => Ok(()),
    }
}

/// Several values are separated by commas.
fn check_each_default(default: &str, values: &[String]) -> Result<(), String> {
    let wrong = default.split(',').map(str::trim).find(|one| !one.is_empty() && !values.iter().any(|value| value == one));
    wrong.map_or(Ok(()), |one| Err(not_offered(one)))
}

fn not_offered(default: &str) -> String {
    format!("has the default \"{default}\", which is none of its options")
}

fn check_dates(element: &Map<String, Value>) -> Result<(), String> {
    let config = element.get("datetime_config").and_then(Value::as_object);
    let in_config = |name: &str| config.map_or("", |config| text(config, name));
    let dates =
        [text(element, "default"), text(element, "min_date"), text(element, "max_date"), in_config("min_date"), in_config("max_date")];
    if let Some(wrong) = dates.into_iter().find(|date| !date.is_empty() && !is_date(date)) {
        return Err(format!("has the date \"{wrong}\", which is none"));
    }
    let interval = config.and_then(|config| config.get("time_interval")).or_else(|| element.get("time_interval"));
    match interval.and_then(Value::as_i64) {
        Some(minutes) if minutes != 0 && (!(1..=1440).contains(&minutes) || 1440 % minutes != 0) => {
            Err("has a time_interval that is no divisor of the minutes of a day".to_owned())
        }
        _ => Ok(()),
    }
}

/// A day, a day and a time, or a distance from today such as `+2w`.
fn is_date(text: &str) -> bool {
    let is_relative = || {
        let unit = text.chars().last().is_some_and(|unit| "dwmhDWMH".contains(unit));
        let number = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        text.starts_with(['+', '-']) && unit && (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    ["today", "tomorrow", "yesterday"].contains(&text) || (text.is_ascii() && is_relative()) || day.parse::<Date>().is_ok()
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
