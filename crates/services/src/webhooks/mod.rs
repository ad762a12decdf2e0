//! Webhooks: incoming ones let other programs post here, outgoing ones tell other programs what was said.

mod channel;
mod incoming;
mod payload;
mod receive;
mod slack;

pub use incoming::{IncomingWebhookList, IncomingWebhookPatch, NewIncomingWebhook};
pub use payload::IncomingMessage;

/// Lengths that Mattermost's clients and tables know, in characters.
const DISPLAY_NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 500;
const USERNAME_CHARS_MAX: usize = 64;
const ICON_URL_CHARS_MAX: usize = 1024;
