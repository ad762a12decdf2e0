//! Messages of integrations: what a webhook or a command sent, and the posts that become of it.

use guildhall_model::id::ChannelId;
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::post::{MESSAGE_CHARS_MAX, TRUSTED_PROPS};
use guildhall_model::settings::Integrations;
use serde_json::{Map, Value, json};

use super::slack;
use crate::posts::NewPost;

/// The type of posts with attachments.
pub(crate) const SLACK_ATTACHMENT: &str = "slack_attachment";
/// The name of integrations that have none.
const USERNAME_DEFAULT: &str = "webhook";

/// The payload of an incoming webhook. Nothing in it is trusted but what the webhook may decide.
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

    pub(super) fn into_message(self, hook: &IncomingWebhook, is_bot: bool) -> IntegrationMessage {
        IntegrationMessage {
            kind: if self.attachments.is_empty() { self.kind } else { SLACK_ATTACHMENT.to_owned() },
            text: slack::to_markdown(&self.text),
            attachments: self.attachments,
            props: self.props,
            username: or(&self.username, &hook.username).to_owned(),
            icon_url: or(&self.icon_url, &hook.icon_url).to_owned(),
            icon_emoji: self.icon_emoji,
            webhook_name: Some(hook.display_name.clone()),
            is_bot,
        }
    }
}

/// What an integration sent: a payload, the response to an outgoing webhook, or the response to a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct IntegrationMessage {
    /// In Markdown.
    pub text: String,
    /// In Slack's format; what is not an object is left out.
    pub attachments: Vec<Value>,
    pub props: Map<String, Value>,
    pub kind: String,
    pub username: String,
    pub icon_url: String,
    pub icon_emoji: String,
    /// The display name of the webhook; `None` for commands.
    pub webhook_name: Option<String>,
    pub is_bot: bool,
}

impl IntegrationMessage {
    pub fn into_post(mut self, channel: ChannelId, rules: &Integrations) -> NewPost {
        let text = std::mem::take(&mut self.text);
        let kind = std::mem::take(&mut self.kind);
        let (mut props, attachments) = self.into_props(rules);
        if !attachments.is_empty() {
            props.insert("attachments".to_owned(), Value::Array(attachments));
        }
        NewPost { kind, props, ..NewPost::new(channel, text) }
    }

    /// Several posts where the text is too long for one; the last one has the attachments.
    pub fn into_posts(mut self, channel: ChannelId, rules: &Integrations) -> Vec<NewPost> {
        let mut pieces = split(&std::mem::take(&mut self.text));
        let last_piece = pieces.pop().unwrap_or_default();
        let early = |text: String| {
            let kind = if self.kind == SLACK_ATTACHMENT { String::new() } else { self.kind.clone() };
            Self { text, kind, attachments: Vec::new(), ..self.clone() }.into_post(channel, rules)
        };
        let mut posts: Vec<NewPost> = pieces.into_iter().map(early).collect();
        posts.push(Self { text: last_piece, ..self }.into_post(channel, rules));
        posts
    }

    /// The props without what only the server may set, with the name and icon of the integration; and the attachments.
    fn into_props(self, rules: &Integrations) -> (Map<String, Value>, Vec<Value>) {
        let mut props = self.props;
        for name in TRUSTED_PROPS {
            props.remove(*name);
        }
        props.insert("from_webhook".to_owned(), json!("true"));
        if rules.username_override {
            props.insert("override_username".to_owned(), json!(or(&self.username, USERNAME_DEFAULT)));
        }
        if rules.icon_override {
            if !self.icon_url.is_empty() {
                props.insert("override_icon_url".to_owned(), json!(self.icon_url));
            }
            if !self.icon_emoji.is_empty() {
                props.insert("override_icon_emoji".to_owned(), json!(self.icon_emoji.trim_matches(':')));
            }
        }
        if let Some(name) = self.webhook_name {
            props.insert("webhook_display_name".to_owned(), json!(name));
        }
        if self.is_bot {
            props.insert("from_bot".to_owned(), json!("true"));
        }
        let attachments = self.attachments.into_iter().filter(Value::is_object).map(slack::attachment_to_markdown).collect();
        (props, attachments)
    }
}

pub(crate) fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

/// The text in pieces that each fit a post, split at the end of a line where there is one in the second half.
fn split(text: &str) -> Vec<String> {
    let mut left = text;
    let mut pieces = Vec::new();
    while let Some((limit, _)) = left.char_indices().nth(MESSAGE_CHARS_MAX) {
        let end = left[..limit].rfind('\n').filter(|at| *at > limit / 2).map_or(limit, |at| at + 1);
        pieces.push(left[..end].to_owned());
        left = &left[end..];
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
    fn long_texts_are_split_without_loss() {
        let text = "žluťoučký kůň\n".repeat(4_000);
        let pieces = split(&text);
        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MESSAGE_CHARS_MAX && piece.ends_with('\n')));
        assert_eq!(pieces.concat(), text);
        assert_eq!(split(""), [""]);
        assert_eq!(split(&"x".repeat(MESSAGE_CHARS_MAX)).len(), 1);
        assert_eq!(split(&"x".repeat(MESSAGE_CHARS_MAX + 1)).len(), 2);
    }

    #[test]
    fn the_last_of_several_posts_has_the_attachments() {
        let message = IntegrationMessage {
            text: "x".repeat(MESSAGE_CHARS_MAX + 1),
            attachments: vec![json!({"text": "<!here>"}), json!("no object")],
            kind: SLACK_ATTACHMENT.to_owned(),
            ..IntegrationMessage::default()
        };
        let posts = message.into_posts(ChannelId::from_bytes([1; 16]), &Integrations::default());
        let kinds: Vec<&str> = posts.iter().map(|post| post.kind.as_str()).collect();
        assert_eq!(kinds, ["", SLACK_ATTACHMENT]);
        assert_eq!((posts[0].props.get("attachments"), posts[1].message.as_str()), (None, "x"));
        assert_eq!(posts[1].props["attachments"], json!([{"text": "@here"}]));
    }

    #[test]
    fn integrations_cannot_set_trusted_props() {
        let props = json!({"override_username": "root", "from_bot": "true", "card": "kept"});
        let Value::Object(props) = props else { unreachable!() };
        let rules = Integrations { username_override: false, icon_override: false, ..Integrations::default() };
        let message =
            IntegrationMessage { props, username: "ci".to_owned(), icon_emoji: ":robot:".to_owned(), ..IntegrationMessage::default() };
        let post = message.into_post(ChannelId::from_bytes([1; 16]), &rules);
        assert_eq!(Value::Object(post.props), json!({"card": "kept", "from_webhook": "true"}));
    }
}
