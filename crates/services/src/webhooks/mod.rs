//! Webhooks: incoming ones let other programs post here, outgoing ones notify other programs of posts.

mod calls;
mod channel;
mod deliver;
mod incoming;
mod message;
mod outgoing;
mod receive;
pub(crate) mod signature;
mod slack;
mod state;
mod trigger;

pub use incoming::{IncomingWebhookPage, IncomingWebhookPatch, NewIncomingWebhook};
pub use message::IncomingMessage;
pub(crate) use message::{IntegrationMessage, SLACK_ATTACHMENT, or};
pub use outgoing::{OutgoingWebhookDraft, OutgoingWebhookFilter};
pub(crate) use slack::build_posts;
pub(crate) use state::State;
pub(crate) use trigger::OUTGOING_WEBHOOK;

use crate::cache::CacheStatistics;

noun! {
    /// Incoming and outgoing webhooks.
    webhooks::Webhooks, state: State, uses: [channels::Channels, integration_calls::IntegrationCalls, posts::Posts, users::Users]
}

impl Webhooks<'_> {
    /// Of the cache of outgoing webhooks.
    pub(crate) fn cache_statistics(&self) -> CacheStatistics {
        self.state().outgoing.statistics()
    }
}

/// The same limits as Mattermost's, in characters.
const DISPLAY_NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 500;
const USERNAME_CHARS_MAX: usize = 64;
const ICON_URL_CHARS_MAX: usize = 1024;

/// Whether the URL is syntactically valid. Whether its address may be called is checked at the call.
pub(crate) fn is_http_url(text: &str) -> bool {
    // The parser ignores line breaks, but they must not be stored.
    let has_no_control_chars = !text.chars().any(char::is_control);
    let parsed = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    has_no_control_chars && parsed.is_some() && text.len() <= URL_BYTES_MAX
}

const URL_BYTES_MAX: usize = 1024;
