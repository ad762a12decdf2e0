//! A button or menu as it is in a post's props.

use guildhall_model::Result;
use guildhall_model::codes::actions as codes;
use guildhall_model::post::{BLOCK_ACTIONS, PostProps};
use serde_json::{Map, Value};

const SELECT: &str = "select";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredAction {
    pub kind: String,
    pub data_source: String,
    pub url: String,
    pub context: Map<String, Value>,
    is_disabled: bool,
    options: Vec<String>,
}

impl StoredAction {
    /// The first one with the id, of attachments or of blocks.
    pub fn find(props: &PostProps, id: &str) -> Option<Self> {
        let of_attachment = props.actions().find(|action| action.get("id").and_then(Value::as_str) == Some(id)).and_then(Self::new);
        of_attachment.or_else(|| {
            let of_block = props.get(BLOCK_ACTIONS)?.get(id)?;
            let is_external = of_block.get("type").and_then(Value::as_str) == Some("external");
            is_external.then(|| Self::of_integration(of_block, String::new())).flatten()
        })
    }

    /// `None` if it calls nothing.
    pub fn new(action: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| action.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let options = action.get("options").and_then(Value::as_array).into_iter().flatten();
        let options: Vec<String> = options.filter_map(|option| option.get("value")?.as_str().map(str::to_owned)).collect();
        let data_source = text("data_source");
        let kind = match text("type") {
            kind if kind.is_empty() && (!options.is_empty() || !data_source.is_empty()) => SELECT.to_owned(),
            kind if kind.is_empty() => "button".to_owned(),
            kind => kind,
        };
        let is_disabled = action.get("disabled").and_then(Value::as_bool).unwrap_or_default();
        Some(Self { data_source, is_disabled, options, ..Self::of_integration(action.get("integration")?, kind)? })
    }

    fn of_integration(integration: &Value, kind: String) -> Option<Self> {
        Some(Self {
            kind,
            data_source: String::new(),
            url: integration.get("url")?.as_str()?.to_owned(),
            context: integration.get("context").and_then(Value::as_object).cloned().unwrap_or_default(),
            is_disabled: false,
            options: Vec::new(),
        })
    }

    /// The context of the call: that of the action, with what was chosen. `query` is that of a button of a block.
    pub fn context_for(&self, selected_option: &str, query: &Map<String, Value>) -> Result<Map<String, Value>> {
        if self.is_disabled {
            return Err(codes::ACTION_DISABLED.into());
        }
        let mut context = self.context.clone();
        if !query.is_empty() {
            // What the integration has said comes first: the query is in the message, and clients could change it.
            for (name, value) in query {
                context.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        if self.kind == SELECT {
            let is_offered = self.options.is_empty() || self.options.iter().any(|option| option == selected_option);
            if selected_option.is_empty() || !is_offered {
                return Err(codes::ACTION_OPTION.into());
            }
        }
        if !selected_option.is_empty() {
            context.insert("selected_option".to_owned(), selected_option.into());
        }
        Ok(context)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn props() -> PostProps {
        let integration = json!({"url": "https://ci.example", "context": {"a": 1}});
        let Value::Object(props) = json!({
            "attachments": [{"actions": [
                {"id": "ok", "name": "OK", "integration": integration},
                {"id": "menu", "type": "select", "options": [{"text": "A", "value": "a"}], "integration": integration},
                {"id": "people", "data_source": "users", "integration": integration},
                {"id": "off", "disabled": true, "integration": integration},
                {"id": "nothing", "name": "Nothing"},
            ]}],
            "mm_blocks_actions": {"approve": {"type": "external", "url": "https://block.example", "context": {"b": 2}}, "link": {"type": "openurl"}},
        }) else {
            unreachable!()
        };
        PostProps::from(props)
    }

    fn find(id: &str) -> Option<StoredAction> {
        StoredAction::find(&props(), id)
    }

    #[test]
    fn an_action_is_found_by_its_id() {
        assert_eq!(find("ok").unwrap().kind, "button");
        assert_eq!(find("people").unwrap().kind, "select");
        assert_eq!(find("approve").unwrap().url, "https://block.example");
        for none in ["nothing", "link", "", "other"] {
            assert!(find(none).is_none(), "{none}");
        }
    }

    #[test]
    fn the_context_has_what_was_chosen() {
        let none = Map::new();
        let context = |id: &str, chosen: &str| find(id).unwrap().context_for(chosen, &none);
        assert_eq!(Value::Object(context("ok", "").unwrap()), json!({"a": 1}));
        assert_eq!(Value::Object(context("menu", "a").unwrap()), json!({"a": 1, "selected_option": "a"}));
        assert!(context("people", "anybody").is_ok());
        for (id, chosen) in [("menu", "b"), ("menu", ""), ("people", "")] {
            assert!(context(id, chosen).unwrap_err().is(codes::ACTION_OPTION), "{id} {chosen}");
        }
        assert!(context("off", "").unwrap_err().is(codes::ACTION_DISABLED));
        let Value::Object(query) = json!({"b": "changed", "ticket": "7"}) else { unreachable!() };
        let context = find("approve").unwrap().context_for("", &query).unwrap();
        assert_eq!(Value::Object(context), json!({"b": 2, "ticket": "7"}));
    }
}
