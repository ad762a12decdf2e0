//! Dialogs that are shown, and those that are not.

use serde_json::json;

use super::*;

fn dialog(title: &str, elements: Value) -> Map<String, Value> {
    let Value::Object(dialog) = json!({"title": title, "elements": elements}) else { panic!("expected an object") };
    dialog
}

fn with_element(element: Value) -> Result<Map<String, Value>> {
    let mut whole = json!({"name": "n", "display_name": "Name"});
    whole.as_object_mut().unwrap().extend(element.as_object().unwrap().clone());
    checked(dialog("Title", json!([whole])))
}

#[test]
fn every_type_of_element_is_shown() {
    let options = json!([{"text": "A", "value": "a"}, {"text": "B", "value": "b"}]);
    let elements = [
        json!({"type": "text", "subtype": "email", "min_length": 5}),
        json!({"type": "textarea", "min_length": 1, "max_length": 100}),
        json!({"type": "select", "options": options, "default": "a"}),
        json!({"type": "select", "options": options, "multiselect": true, "default": "a, b"}),
        json!({"type": "select", "data_source": "users"}),
        json!({"type": "select", "data_source": "dynamic", "data_source_url": "https://app.example/x"}),
        json!({"type": "bool", "default": true}),
        json!({"type": "radio", "options": options, "default": "b"}),
        json!({"type": "date", "default": "today", "datetime_config": {"min_date": "2026-01-01", "max_date": "+2w"}}),
        json!({"type": "datetime", "default": "2026-01-31T10:00:00Z", "time_interval": 30}),
        json!({"type": "checkbox_group", "options": options, "default": "a"}),
        json!({"type": "checkbox_matrix", "rows": [], "columns": []}),
        json!({"type": "action_button", "url": "https://app.example/more"}),
        json!({"type": "file"}),
    ];
    for element in elements {
        let checked = with_element(element.clone()).unwrap_or_else(|error| panic!("{element}: {error}"));
        let shown = &checked["elements"][0];
        assert!(shown["help_text"] == "" && shown["optional"] == false && shown["default"].is_string(), "{shown}");
    }
    let empty = checked(dialog("Sure?", Value::Null)).unwrap();
    assert!(empty["elements"] == json!([]) && empty["notify_on_cancel"] == false && empty["state"] == "");
}

#[test]
fn the_error_says_what_is_wrong() {
    let elements = [
        (json!({"type": "slider"}), "does not exist"),
        (json!({"type": "text", "name": ""}), "no name"),
        (json!({"type": "text", "display_name": ""}), "no display_name"),
        (json!({"type": "text", "subtype": "color"}), "subtype"),
        (json!({"type": "text", "min_length": 5, "max_length": 4}), "min_length"),
        (json!({"type": "text", "multiselect": true}), "multiselect"),
        (json!({"type": "text", "help_text": "x".repeat(3_001)}), "help_text"),
        (json!({"type": "select"}), "neither options"),
        (json!({"type": "select", "options": [{"text": "A"}]}), "without a text or a value"),
        (json!({"type": "select", "options": [{"text": "A", "value": "a"}], "default": "b"}), "none of its options"),
        (json!({"type": "select", "data_source": "files"}), "data_source"),
        (json!({"type": "select", "data_source": "dynamic"}), "data_source_url"),
        (json!({"type": "select", "data_source": "dynamic", "data_source_url": "/plugins/x"}), "no http"),
        (json!({"type": "checkbox_group", "options": [{"text": "A", "value": "a"}], "default": "a,c"}), "\"c\""),
        (json!({"type": "bool", "default": "maybe"}), "neither true"),
        (json!({"type": "date", "default": "soon"}), "\"soon\""),
        (json!({"type": "datetime", "time_interval": 7}), "time_interval"),
    ];
    for (element, expected) in elements {
        let error = with_element(element.clone()).unwrap_err();
        assert!(error.is(codes::DIALOG_INVALID) && error.message().contains(expected), "{element}: {error}");
    }
    let twice = json!([{"name": "n", "display_name": "N", "type": "bool"}, {"name": "n", "display_name": "N", "type": "bool"}]);
    let dialogs = [
        (dialog("", json!([])), "no title"),
        (dialog(&"x".repeat(81), json!([])), "80 characters"),
        (dialog("T", json!({})), "not a list"),
        (dialog("T", json!([5])), "not an object"),
        (dialog("T", twice), "two elements"),
        (dialog("T", json!(vec![json!({}); 101])), "100 elements"),
    ];
    for (dialog, expected) in dialogs {
        let error = checked(dialog).unwrap_err();
        assert!(error.message().contains(expected), "{expected}: {error}");
    }
    assert!(checked(dialog(&"ü".repeat(80), json!([]))).is_ok());
}

#[test]
fn all_addresses_are_found() {
    let Value::Object(mut dialog) = json!({
        "source_url": "1", "icon_url": "x", "elements": [{"data_source_url": "2", "name": "url"}, {"url": "3", "data_source_url": ""}],
    }) else {
        panic!("expected an object")
    };
    let mut found: Vec<String> = addresses(&mut dialog).into_iter().map(|url| url.clone()).collect();
    found.sort();
    assert_eq!(found, ["1", "2", "3"]);
}
