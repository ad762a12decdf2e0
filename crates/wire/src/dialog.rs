//! Message buttons, menus and dialogs: what clients and integrations send, and what they get.

use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::text::json::scalar_text_or_empty;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::empty_is_none;

/// A press of a button, or a choice of a menu.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Press {
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub selected_option: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub cookie: String,
    pub query: Map<String, Value>,
}

/// The answer to a press.
#[derive(Debug, Clone, Serialize)]
pub struct Pressed {
    pub status: &'static str,
    /// The id that a dialog names which the integration opens because of it.
    pub trigger_id: String,
}

impl Pressed {
    pub const fn new(trigger_id: String) -> Self {
        Self { status: "OK", trigger_id }
    }
}

/// A dialog that an integration opens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OpenDialog {
    pub trigger_id: String,
    pub url: String,
    pub dialog: Map<String, Value>,
}

/// What was entered, or a look-up of options. The user is who sends it.
#[derive(Debug, Clone, Deserialize)]
pub struct DialogSubmission {
    #[serde(default, rename = "type", deserialize_with = "scalar_text_or_empty")]
    pub kind: String,
    #[serde(default, deserialize_with = "scalar_text_or_empty")]
    pub url: String,
    #[serde(default, deserialize_with = "scalar_text_or_empty")]
    pub callback_id: String,
    #[serde(default, deserialize_with = "scalar_text_or_empty")]
    pub state: String,
    pub channel_id: ChannelId,
    #[serde(default, deserialize_with = "empty_is_none")]
    pub team_id: Option<TeamId>,
    #[serde(default)]
    pub submission: Map<String, Value>,
    #[serde(default)]
    pub cancelled: bool,
    /// Of a button within the dialog.
    #[serde(default)]
    pub context: Map<String, Value>,
}

/// What the integration says of it. All empty: the dialog is closed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SubmitAnswer {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub errors: Map<String, Value>,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Map<String, Value>>,
}

/// The options of a dynamic select.
#[derive(Debug, Clone, Serialize)]
pub struct LookupAnswer {
    pub items: Vec<DialogOption>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DialogOption {
    pub text: String,
    pub value: String,
}
