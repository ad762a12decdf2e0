//! The person's approval of a message: the server's bot shows it to them, with a button each for yes and no. What is to be posted is in the
//! button, encrypted, so that it is what they have seen, and nothing else has to be kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::mcp as codes;
use guildhall_model::id::{ChannelId, PostId, RequestId, UserId};
use guildhall_model::mcp::is_approvable;
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Millis, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::McpClient;
use crate::boxed;
use crate::mcp::Mcp;
use crate::posts::{IntegrationUpdate, NewPost};
use crate::token_key::TokenKey;

const PURPOSE: &str = "approvals of messages";
/// Stands where other buttons have the address of their integration: this one is answered by the server itself.
pub(crate) const APPROVAL_ADDRESS: &str = "guildhall:mcp/approval";
/// The member of a button's context.
const APPROVAL: &str = "approval";

/// A message that waits for approval.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    user_id: UserId,
    channel_id: ChannelId,
    root_id: Option<PostId>,
    message: String,
    /// The program, and the channel, as the person was told.
    app: String,
    place: String,
    shown_at: Millis,
    is_approved: bool,
}

impl Mcp<'_> {
    /// Shows the message to the person, who decides.
    pub(super) async fn ask(&self, actor: &Actor, client: &McpClient, channel: &Channel, draft: NewPost) -> Result<()> {
        let waiting = |is_approved| Waiting {
            user_id: actor.user_id,
            channel_id: channel.id,
            root_id: draft.root_id,
            // That of "no" is not posted.
            message: if is_approved { draft.message.clone() } else { String::new() },
            app: client.name().to_owned(),
            place: place_of(channel),
            shown_at: self.clock.now(),
            is_approved,
        };
        let key = self.approval_key().await?;
        let button = |id: &str, name: &str, style: &str, is_approved: bool| -> Result<Value> {
            let plain = serde_json::to_vec(&waiting(is_approved)).map_err(|error| codes::APPROVAL_INVALID.with_source(error))?;
            let sealed = STANDARD.encode(key.encrypt(&*self.secrets, &plain)?);
            Ok(json!({"id": id, "name": name, "style": style, "integration": {"url": APPROVAL_ADDRESS, "context": {APPROVAL: sealed}}}))
        };
        let buttons = [button("post", "Post it", "primary", true)?, button("reject", "Do not post it", "default", false)?];
        let kind = if draft.root_id.is_some() { "a reply" } else { "a message" };
        let text = format!("**{}** would like to post {kind} in {} in your name:", plain(client.name()), place_of(channel));
        let props = shown(&draft.message, Some(&buttons));
        let grant = self.access.system("a program asks for a person's approval");
        let key = format!("mcp:{}", self.ids.next::<RequestId>());
        let is_asked = !actor.is_bot && self.findings().ask_person(&grant, actor.user_id, key, &text, props).await?;
        if is_asked { Ok(()) } else { Err(codes::APPROVAL_IMPOSSIBLE.into()) }
    }

    /// The person has pressed one of the buttons. A program that has their token cannot.
    #[boxed]
    pub(crate) async fn decide(&self, actor: &Actor, bot: &Actor, asked: PostId, context: &Map<String, Value>) -> Result<()> {
        if actor.auth_method != AuthMethod::Session {
            return Err(codes::APPROVAL_BY_PROGRAM.into());
        }
        let sealed = context.get(APPROVAL).and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let plain_text = self.approval_key().await?.decrypt(&sealed)?.ok_or(codes::APPROVAL_INVALID)?;
        let waiting: Waiting = serde_json::from_slice(&plain_text).map_err(|error| codes::APPROVAL_INVALID.with_source(error))?;
        if waiting.user_id != actor.user_id || !is_approvable(waiting.shown_at, self.clock.now()) {
            return Err(codes::APPROVAL_INVALID.into());
        }
        let what = if waiting.is_approved {
            // One post of each approval, however often the button is pressed.
            let draft = NewPost { pending_post_id: format!("mcp:{asked}"), ..NewPost::new(waiting.channel_id, waiting.message) };
            let draft = NewPost { root_id: waiting.root_id, set_online: false, ..draft };
            self.posts().create_post(&Actor { auth_method: AuthMethod::OAuth, ..actor.clone() }, draft).await?;
            "You have let **{app}** post this in {place}:"
        } else {
            "**{app}** did not post in {place}. You have rejected this:"
        };
        let message = what.replace("{app}", &plain(&waiting.app)).replace("{place}", &waiting.place);
        let asked_post = self.posts().get_post(bot, asked).await?;
        let text = asked_post.post.props.attachments().first().and_then(|shown| shown.get("text")?.as_str()).unwrap_or_default().to_owned();
        let update = IntegrationUpdate { message, props: Some(shown(&text, None)) };
        self.posts().update_by_integration(bot, asked, update).await.map(|_| ())
    }

    async fn approval_key(&self) -> Result<TokenKey> {
        TokenKey::derive(&self.system().identity().await?.public_link_secret, PURPOSE)
    }
}

/// The props of the bot's message: what is to be posted, and the buttons while it waits.
fn shown(message: &str, buttons: Option<&[Value]>) -> Map<String, Value> {
    let attachment = match buttons {
        Some(buttons) => json!({"text": message, "actions": buttons}),
        None => json!({"text": message}),
    };
    Map::from_iter([("attachments".to_owned(), json!([attachment]))])
}

fn place_of(channel: &Channel) -> String {
    match channel.kind {
        ChannelKind::Public | ChannelKind::Private => format!("~{}", channel.name),
        ChannelKind::Direct | ChannelKind::Group => "a direct message".to_owned(),
    }
}

/// An app chooses its name itself: it is no Markdown and mentions nobody.
fn plain(name: &str) -> String {
    name.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '.' | '-' | '\'' | '(' | ')' | ',')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_apps_are_text() {
        assert_eq!(plain("Claude (Desktop)"), "Claude (Desktop)");
        assert_eq!(plain("**x** @all [a](http://b)"), "x all a(httpb)");
    }
}
