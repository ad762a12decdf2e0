//! What a command answers, whoever ran it.

use guildhall_model::id::ChannelId;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Who sees an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ResponseKind {
    /// There is nothing to see.
    #[default]
    None,
    /// Whoever gave the command.
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

/// An answer, as servers behind commands send it and clients are told of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CommandAnswer {
    pub response_type: ResponseKind,
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    #[serde(deserialize_with = "or_default")]
    pub username: String,
    #[serde(deserialize_with = "or_default")]
    pub icon_url: String,
    #[serde(deserialize_with = "channel")]
    pub channel_id: Option<ChannelId>,
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub kind: String,
    pub props: Option<Map<String, Value>>,
    #[serde(deserialize_with = "or_default")]
    pub goto_location: String,
    pub skip_slack_parsing: bool,
    pub attachments: Option<Vec<Value>>,
    #[serde(deserialize_with = "or_default")]
    pub extra_responses: Vec<CommandAnswer>,
}

impl CommandAnswer {
    /// The answer in a JSON object; serde would take a list for one too.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok()).flatten()
    }

    pub(super) fn told(text: impl Into<String>) -> Self {
        Self { response_type: ResponseKind::Ephemeral, text: text.into(), ..Self::default() }
    }

    pub(super) fn said(text: impl Into<String>) -> Self {
        Self { response_type: ResponseKind::InChannel, text: text.into(), ..Self::default() }
    }

    pub(super) fn go_to(location: String) -> Self {
        Self { goto_location: location, ..Self::default() }
    }
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn channel<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ChannelId>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|id| id.parse().ok()))
}
