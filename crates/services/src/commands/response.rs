//! The response of a command, built-in or custom.

use guildhall_model::id::ChannelId;
use guildhall_model::text::Charset;
use guildhall_model::text::json::{self, scalar_text_or_empty};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// The recipients of a response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ResponseKind {
    /// Nobody: the response has no message.
    #[default]
    None,
    /// The user that executed the command.
    Ephemeral,
    /// Everybody in the channel.
    InChannel,
}

impl ResponseKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Ephemeral => "ephemeral",
            Self::InChannel => "in_channel",
        }
    }
}

impl<'de> Deserialize<'de> for ResponseKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        Ok(if name == "in_channel" { Self::InChannel } else { Self::Ephemeral })
    }
}

/// A response, as the servers of custom commands send it and clients receive it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CommandResponse {
    pub response_type: ResponseKind,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub text: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub username: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    pub icon_url: String,
    #[serde(deserialize_with = "valid_channel_id")]
    pub channel_id: Option<ChannelId>,
    #[serde(rename = "type", deserialize_with = "null_as_default")]
    pub kind: String,
    pub props: Option<Map<String, Value>>,
    #[serde(deserialize_with = "null_as_default")]
    pub goto_location: String,
    #[serde(deserialize_with = "null_as_default")]
    pub skip_slack_parsing: bool,
    pub attachments: Option<Vec<Value>>,
    /// What a dialog that the command opens says, so that only the client that has sent the command shows it.
    #[serde(skip)]
    pub trigger_id: String,
    #[serde(deserialize_with = "null_as_default")]
    pub extra_responses: Vec<CommandResponse>,
}

impl CommandResponse {
    /// Parses a JSON object.
    pub(super) fn parse(body: &[u8], charset: Charset) -> Option<Self> {
        json::from_slice_in(body, charset).ok()
    }

    pub(super) fn ephemeral(text: impl Into<String>) -> Self {
        Self { response_type: ResponseKind::Ephemeral, text: text.into(), ..Self::default() }
    }

    pub(super) fn in_channel(text: impl Into<String>) -> Self {
        Self { response_type: ResponseKind::InChannel, text: text.into(), ..Self::default() }
    }

    pub(super) fn redirect(location: String) -> Self {
        Self { goto_location: location, ..Self::default() }
    }
}

fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn valid_channel_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ChannelId>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|id| id.parse().ok()))
}
