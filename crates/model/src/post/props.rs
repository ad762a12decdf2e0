//! A post's properties: a JSON object that clients and integrations set, of which the server reads a few members.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use serde_json::{Map, Value};

use super::PROPS_BYTES_MAX;
use crate::codes::posts as codes;
use crate::error::Result;

/// Members that only integrations and the server may set: clients could use them to impersonate other users.
pub const TRUSTED_PROPS: &[&str] = &[
    "from_webhook",
    "from_bot",
    "from_oauth_app",
    "from_plugin",
    "override_username",
    "override_icon_url",
    "override_icon_emoji",
    "webhook_display_name",
    "oauth_app_name",
    "mentionHighlightDisabled",
    "disable_group_highlight",
    "previewed_post",
];

/// What the buttons of blocks do: addresses and contexts, which are for the server alone.
pub const BLOCK_ACTIONS: &str = "mm_blocks_actions";

const EMPTY: &str = "{}";

/// Parsed at most once and serialised at most once; clones share both results.
#[derive(Clone, Default)]
pub struct PostProps(Option<Arc<Representations>>);

/// One of the two is set at construction.
#[derive(Default)]
struct Representations {
    text: OnceLock<String>,
    members: OnceLock<Map<String, Value>>,
}

impl PostProps {
    /// From the stored JSON text. Text that is not a JSON object is treated as an empty one.
    pub fn from_stored(text: String) -> Self {
        if text == EMPTY {
            return Self::default();
        }
        Self(Some(Arc::new(Representations { text: OnceLock::from(text), members: OnceLock::new() })))
    }

    /// `PROPS_TOO_LONG` if the serialised object exceeds `PROPS_BYTES_MAX` bytes.
    pub fn new(members: Map<String, Value>) -> Result<Self> {
        let props = Self::from(members);
        if props.text().len() > PROPS_BYTES_MAX { Err(codes::PROPS_TOO_LONG.into()) } else { Ok(props) }
    }

    /// The JSON text to store.
    pub fn text(&self) -> &str {
        let Some(inner) = &self.0 else { return EMPTY };
        let serialised = || serde_json::to_string(inner.members.get_or_init(Map::new)).unwrap_or_else(|_| EMPTY.to_owned());
        inner.text.get_or_init(serialised)
    }

    pub fn members(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let Some(inner) = &self.0 else { return &NONE };
        inner.members.get_or_init(|| inner.text.get().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
    }

    /// The member of this name. The text is only parsed if the name occurs in it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        if self.may_contain(name) { self.members().get(name) } else { None }
    }

    /// A copy with one member replaced, or removed by `None`.
    pub fn with(&self, name: &str, value: Option<Value>) -> Result<Self> {
        if value.is_none() && self.get(name).is_none() {
            return Ok(self.clone());
        }
        let mut members = self.members().clone();
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        };
        Self::new(members)
    }

    /// Whether an integration created the post; such posts do not trigger outgoing webhooks, which prevents loops.
    pub fn is_from_webhook(&self) -> bool {
        self.get("from_webhook").is_some()
    }

    /// The sender's name that an integration chose for this post, if any.
    pub fn override_username(&self) -> Option<&str> {
        self.get("override_username")?.as_str().filter(|name| !name.is_empty())
    }

    pub fn attachments(&self) -> &[Value] {
        self.get("attachments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The texts of attachments that are searched for mentions and indexed.
    pub fn attachment_texts(&self) -> impl Iterator<Item = &str> {
        let texts = |attachment| [text(attachment, "pretext"), text(attachment, "text")];
        self.attachments().iter().flat_map(texts).flatten()
    }

    /// The texts of attachments that a reader sees, for the search index.
    pub fn attachment_search_texts(&self) -> impl Iterator<Item = &str> {
        self.attachments().iter().flat_map(|attachment| {
            let fields = attachment.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let of_fields = fields.iter().flat_map(|field| texts(field, &["title", "value"]));
            texts(attachment, &["pretext", "author_name", "title", "text"]).chain(of_fields).chain(texts(attachment, &["footer"]))
        })
    }

    /// Whether there are buttons or menus, which contain the integration's URL.
    pub fn has_integrations(&self) -> bool {
        self.has_actions() || self.get(BLOCK_ACTIONS).is_some()
    }

    /// Whether attachments have buttons or menus.
    pub fn has_actions(&self) -> bool {
        self.attachments().iter().any(|attachment| attachment.get("actions").is_some())
    }

    /// Those of [`TRUSTED_PROPS`] that it has: what says who the post is from.
    pub fn trusted(&self) -> Map<String, Value> {
        let own = TRUSTED_PROPS.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?.clone())));
        own.collect()
    }

    /// The buttons and menus of attachments.
    pub fn actions(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let actions = self.attachments().iter().filter_map(|attachment| attachment.get("actions")?.as_array());
        actions.flatten().filter_map(Value::as_object)
    }

    /// A cheap check without parsing: false positives where another text contains the name, no false negatives.
    fn may_contain(&self, name: &str) -> bool {
        let Some(inner) = &self.0 else { return false };
        match (inner.members.get(), inner.text.get()) {
            (None, Some(text)) => text.contains(name),
            _ => true,
        }
    }
}

fn texts<'a>(value: &'a Value, names: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
    names.iter().filter_map(|name| text(value, name))
}

fn text<'a>(attachment: &'a Value, name: &str) -> Option<&'a str> {
    attachment.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Unchecked, for properties that the server creates; use [`PostProps::new`] for those of clients.
impl From<Map<String, Value>> for PostProps {
    fn from(members: Map<String, Value>) -> Self {
        if members.is_empty() {
            return Self::default();
        }
        Self(Some(Arc::new(Representations { text: OnceLock::new(), members: OnceLock::from(members) })))
    }
}

impl PartialEq for PostProps {
    fn eq(&self, other: &Self) -> bool {
        let is_same = matches!((&self.0, &other.0), (Some(one), Some(other)) if Arc::ptr_eq(one, other));
        is_same || self.text() == other.text()
    }
}

impl Eq for PostProps {}

impl fmt::Debug for PostProps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        let Value::Object(members) = value else { panic!("an object: {value}") };
        members
    }

    #[test]
    fn stored_text_is_returned_unchanged() {
        for text in ["{}", r#"{"b":1, "a":[]}"#] {
            assert_eq!(PostProps::from_stored(text.to_owned()).text(), text);
        }
        assert_eq!(PostProps::default().text(), "{}");
        assert!(PostProps::from_stored("[1]".to_owned()).members().is_empty());
    }

    #[test]
    fn members_are_read_from_text_and_from_a_map() {
        let object = json!({"from_webhook": "true", "override_username": "ci", "attachments": [{"pretext": "p", "text": "t", "author_name": "a", "footer": "foot", "fields": [{"title": "f", "value": "v"}, {"value": 5}]}, {"text": ""}]});
        for props in [PostProps::from_stored(object.to_string()), PostProps::from(members(object))] {
            assert!(props.is_from_webhook() && !props.has_integrations());
            assert_eq!(props.override_username(), Some("ci"));
            assert_eq!(props.attachment_texts().collect::<Vec<_>>(), ["p", "t"]);
            assert_eq!(props.attachment_search_texts().collect::<Vec<_>>(), ["p", "a", "t", "f", "v", "foot"]);
        }
        let quoted = PostProps::from_stored(json!({"note": "from_webhook"}).to_string());
        assert!(!quoted.is_from_webhook());
    }

    #[test]
    fn a_member_is_replaced_or_removed() {
        let props = PostProps::from(members(json!({"a": 1, "b": 2})));
        assert_eq!(props.with("a", None).unwrap().text(), r#"{"b":2}"#);
        assert_eq!(props.with("c", Some(json!(3))).unwrap().members().len(), 3);
        assert_eq!(props.with("gone", None).unwrap(), props);
        assert!(PostProps::new(members(json!({"a": "x".repeat(PROPS_BYTES_MAX)}))).is_err());
    }
}
