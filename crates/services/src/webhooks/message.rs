//! Messages of integrations: what a webhook or a command sent, and the posts that become of it.

use guildhall_markup::split_message;
use guildhall_model::id::ChannelId;
use guildhall_model::integration::IncomingWebhook;
use guildhall_model::post::{PostPriority, TRUSTED_PROPS};
use guildhall_model::settings::{Integrations, Settings};
use serde_json::{Map, Value, json};

use super::slack::{self, Names, References};
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
    pub priority: PostPriority,
}

impl IncomingMessage {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }

    pub(super) fn into_message(self, hook: &IncomingWebhook, is_bot: bool) -> IntegrationMessage {
        IntegrationMessage {
            kind: if self.attachments.is_empty() { self.kind } else { SLACK_ATTACHMENT.to_owned() },
            text: self.text,
            is_markdown: false,
            attachments: self.attachments,
            props: self.props,
            username: or(&self.username, &hook.username).to_owned(),
            icon_url: or(&self.icon_url, &hook.icon_url).to_owned(),
            icon_emoji: self.icon_emoji,
            webhook_name: Some(hook.display_name.clone()),
            priority: self.priority,
            is_bot,
        }
    }
}

/// What an integration sent: a payload, the response to an outgoing webhook, or the response to a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct IntegrationMessage {
    pub text: String,
    /// Whether the text is in Markdown, not in Slack's format.
    pub is_markdown: bool,
    /// In Slack's format; what is not an object is left out.
    pub attachments: Vec<Value>,
    pub props: Map<String, Value>,
    pub kind: String,
    pub username: String,
    pub icon_url: String,
    pub icon_emoji: String,
    /// The display name of the webhook; `None` for commands.
    pub webhook_name: Option<String>,
    /// Of the first of its posts.
    pub priority: PostPriority,
    pub is_bot: bool,
}

impl IntegrationMessage {
    fn into_post(mut self, channel: ChannelId, rules: &Integrations) -> NewPost {
        let text = std::mem::take(&mut self.text);
        let kind = std::mem::take(&mut self.kind);
        let (mut props, attachments) = self.into_props(rules);
        if !attachments.is_empty() {
            props.insert("attachments".to_owned(), Value::Array(attachments));
        }
        NewPost { kind, props, ..NewPost::new(channel, text) }
    }

    /// The ids of users and channels that the texts refer to.
    pub(super) fn references(&self) -> References {
        let mut references = References::default();
        if !self.is_markdown {
            references.collect_from(&self.text);
        }
        self.attachments.iter().for_each(|attachment| references.collect_from_attachment(attachment));
        references
    }

    /// Several posts where the text is too long for one; the last one has the attachments. Never none. Texts in Slack's format
    /// are converted.
    pub(super) fn into_posts(mut self, channel: ChannelId, names: &Names, settings: &Settings) -> Vec<NewPost> {
        if !self.is_markdown {
            self.text = slack::to_markdown(&self.text, names);
        }
        let attachments = std::mem::take(&mut self.attachments).into_iter().filter(Value::is_object);
        self.attachments = attachments.map(|attachment| slack::attachment_to_markdown(attachment, names)).collect();
        let (rules, priority) = (&settings.integrations, self.priority);
        let mut pieces = split_message(&std::mem::take(&mut self.text), settings.posts.max_message_chars());
        let last_piece = pieces.pop().unwrap_or_default();
        let early = |text: String| {
            let kind = if self.kind == SLACK_ATTACHMENT { String::new() } else { self.kind.clone() };
            Self { text, kind, attachments: Vec::new(), ..self.clone() }.into_post(channel, rules)
        };
        let mut posts: Vec<NewPost> = pieces.into_iter().map(early).collect();
        posts.push(Self { text: last_piece, ..self }.into_post(channel, rules));
        if let Some(first) = posts.first_mut() {
            first.priority = priority;
        }
        posts.iter_mut().skip(1).for_each(|post| post.is_further_part = true);
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
        (props, self.attachments)
    }
}

pub(crate) fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_posts_has_the_attachments() {
        let message = IntegrationMessage {
            text: "x".repeat(Settings::default().posts.max_message_chars() + 1),
            attachments: vec![json!({"text": "<!here>"}), json!("no object")],
            kind: SLACK_ATTACHMENT.to_owned(),
            ..IntegrationMessage::default()
        };
        let posts = message.into_posts(ChannelId::from_bytes([1; 16]), &Names::default(), &Settings::default());
        let kinds: Vec<&str> = posts.iter().map(|post| post.kind.as_str()).collect();
        assert_eq!(kinds, ["", SLACK_ATTACHMENT]);
        assert_eq!((posts[0].props.get("attachments"), posts[1].message.as_str()), (None, "x"));
        assert_eq!(posts[1].props["attachments"], json!([{"text": "@here"}]));
    }

    #[test]
    fn integrations_cannot_set_trusted_props() {
        let props = json!({"override_username": "root", "from_bot": "true", "card": "kept"});
        let Value::Object(props) = props else { unreachable!() };
        let integrations = Integrations { username_override: false, icon_override: false, ..Integrations::default() };
        let settings = Settings { integrations, ..Settings::default() };
        let message =
            IntegrationMessage { props, username: "ci".to_owned(), icon_emoji: ":robot:".to_owned(), ..IntegrationMessage::default() };
        let posts = message.into_posts(ChannelId::from_bytes([1; 16]), &Names::default(), &settings);
        assert_eq!(Value::Object(posts[0].props.clone()), json!({"card": "kept", "from_webhook": "true"}));
    }
}
