//! Webhooks: their records, and the messages of incoming webhooks.

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, IncomingWebhookId, OutgoingWebhookId, TeamId, UserId};
use guildhall_model::integration as model;
use guildhall_model::text::Charset;
use guildhall_model::text::json::{from_slice_in, scalar_text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::{empty_is_none, opt_id};
use crate::post_priority::NewPriority;

/// Maximum number of attachments of one message.
pub const ATTACHMENTS_MAX: usize = 100;

#[derive(Debug, Clone, Serialize)]
pub struct IncomingWebhook {
    pub id: IncomingWebhookId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    /// Always zero: storing it would require a write to the webhook for each post.
    pub last_used: i64,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub team_id: TeamId,
    pub display_name: String,
    pub description: String,
    pub username: String,
    pub icon_url: String,
    pub channel_locked: bool,
    /// Why it was not executed at its last use. An addition of this server.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_error: String,
}

impl From<model::IncomingWebhook> for IncomingWebhook {
    fn from(hook: model::IncomingWebhook) -> Self {
        Self {
            id: hook.id,
            create_at: hook.create_at,
            update_at: hook.update_at,
            delete_at: hook.delete_at,
            last_used: 0,
            user_id: hook.user_id,
            channel_id: hook.channel_id,
            team_id: hook.team_id,
            display_name: hook.display_name,
            description: hook.description,
            username: hook.username,
            icon_url: hook.icon_url,
            channel_locked: hook.channel_locked,
            last_error: hook.last_error,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct IncomingWebhooksWithCount {
    pub incoming_webhooks: Vec<IncomingWebhook>,
    pub total_count: i64,
}

/// A new incoming webhook, or changes of an existing one.
#[derive(Debug, Clone, Deserialize)]
pub struct IncomingWebhookRequest {
    #[serde(default)]
    pub id: String,
    pub channel_id: ChannelId,
    #[serde(default, deserialize_with = "empty_is_none")]
    pub user_id: Option<UserId>,
    #[serde(default, deserialize_with = "empty_is_none")]
    pub team_id: Option<TeamId>,
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub icon_url: String,
    #[serde(default)]
    pub channel_locked: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct OutgoingWebhook {
    pub id: OutgoingWebhookId,
    pub token: String,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub creator_id: UserId,
    pub channel_id: String,
    pub team_id: TeamId,
    pub trigger_words: Vec<String>,
    pub trigger_when: i64,
    pub callback_urls: Vec<String>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
    /// Not of Mattermost: why it was not called, or the last call failed; only while it does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_error: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_error_at: Millis,
}

fn is_zero(time: &Millis) -> bool {
    time.is_zero()
}

impl From<model::OutgoingWebhook> for OutgoingWebhook {
    fn from(hook: model::OutgoingWebhook) -> Self {
        Self {
            id: hook.id,
            token: hook.token,
            create_at: hook.create_at,
            update_at: hook.update_at,
            delete_at: hook.delete_at,
            creator_id: hook.creator_id,
            channel_id: opt_id(hook.channel_id),
            team_id: hook.team_id,
            trigger_words: hook.trigger_words,
            trigger_when: hook.trigger_when,
            callback_urls: hook.callback_urls,
            display_name: hook.display_name,
            description: hook.description,
            content_type: hook.content_type,
            username: hook.username,
            icon_url: hook.icon_url,
            last_error: hook.last_error,
            last_error_at: hook.last_error_at,
        }
    }
}

/// A new outgoing webhook, or changes of an existing one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OutgoingWebhookRequest {
    pub id: String,
    #[serde(deserialize_with = "empty_is_none")]
    pub creator_id: Option<UserId>,
    #[serde(deserialize_with = "empty_is_none")]
    pub channel_id: Option<ChannelId>,
    #[serde(deserialize_with = "empty_is_none")]
    pub team_id: Option<TeamId>,
    pub trigger_words: Option<Vec<String>>,
    pub trigger_when: i64,
    pub callback_urls: Option<Vec<String>>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
}

/// The message of an incoming webhook.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct IncomingMessage {
    #[serde(deserialize_with = "scalar_text")]
    pub text: Option<String>,
    #[serde(deserialize_with = "scalar_text")]
    pub username: Option<String>,
    #[serde(deserialize_with = "scalar_text")]
    pub icon_url: Option<String>,
    #[serde(deserialize_with = "scalar_text")]
    pub icon_emoji: Option<String>,
    #[serde(deserialize_with = "scalar_text")]
    pub channel: Option<String>,
    pub props: Option<Map<String, Value>>,
    pub attachments: Option<Vec<Value>>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub priority: Option<NewPriority>,
}

impl IncomingMessage {
    /// Parses a JSON body; `None` if it is not an object or has too many attachments.
    pub fn parse(body: &[u8], charset: Charset) -> Option<Self> {
        let message: Self = from_slice_in(body, charset).ok()?;
        let has_too_many_attachments = message.attachments.as_ref().is_some_and(|attachments| attachments.len() > ATTACHMENTS_MAX);
        (!has_too_many_attachments).then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Option<IncomingMessage> {
        IncomingMessage::parse(body, Charset::default())
    }

    #[test]
    fn unescaped_control_characters_are_accepted() {
        let message = parse(b"{\"text\": \"two\nlines\", \"attachments\": null, \"more\": 1}").unwrap();
        assert_eq!(message.text.as_deref(), Some("two\nlines"));
        assert_eq!(parse(b"{\"text\":\"a\\tb\tc\\\"\n\"}").unwrap().text.as_deref(), Some("a\tb\tc\"\n"));
    }

    #[test]
    fn malformed_bodies_do_not_panic() {
        let pieces: [&[u8]; 9] = [b"{", b"}", b"\"text\":", b"\"", b"\\", b"\n", b"[[[", b"\xff\xfe", b"null"];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    let _ = parse(&[a, b, c].concat());
                }
            }
        }
        assert!(parse(b"[]").is_none());
        assert!(parse(b"\"text\"").is_none());
        assert!(parse(&b"[".repeat(100_000)).is_none());
    }
}
