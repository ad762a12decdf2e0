//! Integrations: webhooks, slash commands, OAuth apps and custom emoji.

use crate::id::{
    ChannelId, CommandId, EmojiId, IncomingWebhookId, IntegrationCallId, OAuthAppId, OutgoingWebhookId, TargetId, TeamId, UserId,
};
use crate::time::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingWebhook {
    pub id: IncomingWebhookId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub team_id: TeamId,
    pub display_name: String,
    pub description: String,
    pub username: String,
    pub icon_url: String,
    /// Messages cannot choose another channel. Always set on a webhook that was created for another user.
    pub channel_locked: bool,
    /// Who created it, when that is not the owner.
    pub created_by: Option<UserId>,
    /// Why it was not executed at its last use; empty after a successful one.
    pub last_error: String,
}

/// How many calls of a webhook or command are kept, and for how long.
pub const CALLS_KEPT: i64 = 20;
pub const CALLS_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// A call of an outgoing webhook or command, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationCall {
    pub id: IntegrationCallId,
    pub integration_id: TargetId,
    pub create_at: Millis,
    pub duration_ms: i64,
    /// The status of the HTTP response; 0 where there was none.
    pub status: i64,
    /// Why there was none; empty where there was.
    pub error: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingWebhook {
    pub id: OutgoingWebhookId,
    pub token: String,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub creator_id: UserId,
    pub channel_id: Option<ChannelId>,
    pub team_id: TeamId,
    pub trigger_words: Vec<String>,
    /// 0: the first word is exactly a trigger word; 1: it starts with one.
    pub trigger_when: i64,
    pub callback_urls: Vec<String>,
    pub display_name: String,
    pub description: String,
    pub content_type: String,
    pub username: String,
    pub icon_url: String,
    /// Who created it, when that is not the owner (`creator_id`).
    pub created_by: Option<UserId>,
    /// Why it was not called, the last call failed, or its answer was not posted; empty after a success.
    pub last_error: String,
    pub last_error_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub id: CommandId,
    pub token: String,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub creator_id: UserId,
    pub team_id: TeamId,
    pub trigger: String,
    /// "P" for POST, "G" for GET.
    pub method: String,
    pub username: String,
    pub icon_url: String,
    pub auto_complete: bool,
    pub auto_complete_desc: String,
    pub auto_complete_hint: String,
    pub display_name: String,
    pub description: String,
    pub url: String,
    /// Why it was not executed at its last use; empty after a successful one.
    pub last_error: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthApp {
    pub id: OAuthAppId,
    pub creator_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    /// Returned once, at creation and regeneration; only its SHA-256 is stored.
    pub client_secret: Option<String>,
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Vec<String>,
    pub homepage: String,
    pub is_trusted: bool,
    pub is_public: bool,
    /// It has registered itself: nobody has made it, and nobody vouches for it.
    pub is_dynamic: bool,
}

impl OAuthApp {
    /// The creator of an app that has registered itself.
    pub const NO_CREATOR: UserId = UserId::from_bytes([0; 16]);
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji {
    pub id: EmojiId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub creator_id: UserId,
    pub name: String,
    pub blob_key: String,
    pub mime_type: String,
}

impl Emoji {
    const NO_CREATOR: UserId = UserId::from_bytes([0; 16]);

    /// For readers that must not learn who created it.
    pub fn without_creator(self) -> Self {
        Self { creator_id: Self::NO_CREATOR, ..self }
    }

    pub fn visible_creator(&self) -> Option<UserId> {
        (self.creator_id != Self::NO_CREATOR).then_some(self.creator_id)
    }
}
