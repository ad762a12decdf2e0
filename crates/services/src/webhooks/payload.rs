//! What a webhook brings, and the posts that become of it.

use guildhall_model::id::ChannelId;
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::post::{MESSAGE_CHARS_MAX, TRUSTED_PROPS};
use guildhall_model::settings::Integrations;
use serde_json::{Map, Value, json};

use super::slack;
use crate::posts::NewPost;

/// What integrations are called that do not say.
const USERNAME_DEFAULT: &str = "webhook";

/// A message from outside. Nothing in it is believed but what the webhook may decide.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncomingMessage {
    pub text: String,
    pub username: String,
    pub icon_url: String,
    pub icon_emoji: String,
    /// `#name`, `name` or `@username`; empty for the webhook's own channel.
    pub channel: String,
    pub props: Map<String, Value>,
    pub attachments: Vec<Value>,
    pub kind: String,
}

impl IncomingMessage {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }

    /// One post, or several where the text is too long for one; attachments go with the last.
    pub(super) fn into_posts(self, hook: &IncomingWebhook, channel: ChannelId, by_bot: bool, rules: &Integrations) -> Vec<NewPost> {
        let mut props = signed(self.props, rules, or(&self.username, &hook.username), or(&self.icon_url, &hook.icon_url), &self.icon_emoji);
        props.insert("webhook_display_name".to_owned(), json!(hook.display_name));
        if by_bot {
            props.insert("from_bot".to_owned(), json!("true"));
        }
        let kind = if self.attachments.is_empty() { self.kind } else { "slack_attachment".to_owned() };
        let attachments: Vec<Value> = self.attachments.into_iter().filter(Value::is_object).map(slack::readable_attachment).collect();
        let pieces = pieces(&slack::readable(&self.text));
        let last = pieces.len().saturating_sub(1);
        let post = |(index, text): (usize, String)| {
            let mut props = props.clone();
            if index == last && !attachments.is_empty() {
                props.insert("attachments".to_owned(), Value::Array(attachments.clone()));
            }
            let kind = if index < last && kind == "slack_attachment" { String::new() } else { kind.clone() };
            NewPost { kind, props, set_online: false, ..NewPost::new(channel, text) }
        };
        pieces.into_iter().enumerate().map(post).collect()
    }
}

/// The props of an integration's post: what it sent, without what only the server says, and its name and picture.
pub(crate) fn signed(
    mut props: Map<String, Value>,
    rules: &Integrations,
    username: &str,
    icon_url: &str,
    icon_emoji: &str,
) -> Map<String, Value> {
    for name in TRUSTED_PROPS {
        props.remove(*name);
    }
    props.insert("from_webhook".to_owned(), json!("true"));
    if rules.username_override {
        props.insert("override_username".to_owned(), json!(or(username, USERNAME_DEFAULT)));
    }
    if rules.icon_override {
        if !icon_url.is_empty() {
            props.insert("override_icon_url".to_owned(), json!(icon_url));
        }
        if !icon_emoji.is_empty() {
            props.insert("override_icon_emoji".to_owned(), json!(icon_emoji.trim_matches(':')));
        }
    }
    props
}

pub(crate) fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// The text in pieces that each fit a post, cut at the end of a line where there is one in the second half.
fn pieces(text: &str) -> Vec<String> {
    let mut left = text;
    let mut pieces = Vec::new();
    while let Some((limit, _)) = left.char_indices().nth(MESSAGE_CHARS_MAX) {
        let cut = left[..limit].rfind('\n').filter(|at| *at > limit / 2).map_or(limit, |at| at + 1);
        pieces.push(left[..cut].to_owned());
        left = &left[cut..];
    }
    if !left.is_empty() || pieces.is_empty() {
        pieces.push(left.to_owned());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_lose_nothing() {
        let text = "žluťoučký kůň\n".repeat(4_000);
        let pieces = pieces(&text);
        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MESSAGE_CHARS_MAX && piece.ends_with('\n')));
        assert_eq!(pieces.concat(), text);
        assert_eq!(super::pieces(""), [""]);
        assert_eq!(super::pieces(&"x".repeat(MESSAGE_CHARS_MAX)).len(), 1);
        assert_eq!(super::pieces(&"x".repeat(MESSAGE_CHARS_MAX + 1)).len(), 2);
    }

    #[test]
    fn nobody_poses_as_the_server() {
        let props = json!({"override_username": "root", "from_bot": "true", "card": "kept"});
        let Value::Object(props) = props else { unreachable!() };
        let rules = Integrations { username_override: false, icon_override: false, ..Integrations::default() };
        let props = signed(props, &rules, "ci", "https://example.com/i.png", ":robot:");
        assert_eq!(Value::Object(props), json!({"card": "kept", "from_webhook": "true"}));
    }
}
