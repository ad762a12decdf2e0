//! Webhooks: incoming ones let other programs post here, outgoing ones tell other programs what was said.

mod channel;
mod incoming;
mod outgoing;
mod payload;
mod receive;
mod slack;
mod state;
mod trigger;

pub(crate) use channel::acting_for;
pub use incoming::{IncomingWebhookList, IncomingWebhookPatch, NewIncomingWebhook};
pub use outgoing::{OutgoingWebhookDraft, OutgoingWebhookList};
pub use payload::IncomingMessage;
pub(crate) use payload::{or, signed};
pub(crate) use slack::{readable, readable_attachment};
pub(crate) use state::OutgoingState;

noun! {
    /// Incoming and outgoing webhooks.
    webhooks::Webhooks, state: State, uses: [audits::Audits, channels::Channels, posts::Posts, users::Users]
}

/// Lengths that Mattermost's clients and tables know, in characters.
const DISPLAY_NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 500;
const USERNAME_CHARS_MAX: usize = 64;
const ICON_URL_CHARS_MAX: usize = 1024;

/// Whether another server can be called there at all; whether it may be is looked at when it is called.
pub(crate) fn is_http_url(text: &str) -> bool {
    // The parser passes over line breaks; they do not belong into what is kept and shown.
    let plain = !text.chars().any(char::is_control);
    let parsed = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    plain && parsed.is_some() && text.len() <= URL_BYTES_MAX
}

const URL_BYTES_MAX: usize = 1024;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) outgoing: OutgoingState,
}
