//! After a post in a public channel: the webhooks that its words trigger are called, and what they answer is posted.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::event::Posted;
use guildhall_model::id::TeamId;
use guildhall_model::integration::OutgoingWebhook;
use guildhall_model::ports::{Method, OutgoingRequest};
use guildhall_model::post::Post;
use guildhall_model::{Error, Result};
use guildhall_storage::webhooks::{self, Scope};
use guildhall_storage::{teams, users};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::channel::acting_for;
use super::outgoing::WEBHOOKS_PER_TEAM_MAX;
use super::payload::{or, signed};
use super::slack;
use crate::boxed;
use crate::posts::NewPost;
use crate::webhooks::Webhooks;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// What a called server answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    text: Option<String>,
    username: Option<String>,
    icon_url: Option<String>,
    props: Option<Map<String, Value>>,
    attachments: Option<Vec<Value>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    response_type: Option<String>,
}

/// One call to be made.
struct Call<'a> {
    hook: &'a OutgoingWebhook,
    url: &'a str,
    trigger_word: &'a str,
    fields: &'a [(&'static str, String)],
}

impl Webhooks<'_> {
    /// Whether the post can trigger a webhook at all. Integrations' posts do not: they could answer each other for ever.
    pub fn may_trigger_webhooks(&self, posted: &Posted) -> bool {
        let post = &posted.post.post;
        let team = posted.channel.team_id.filter(|_| posted.channel.kind == ChannelKind::Public);
        let known_empty = |team: TeamId| self.state().outgoing.of(team).is_some_and(|hooks| hooks.is_empty());
        !post.is_system()
            && !post.props.is_from_webhook()
            && team.is_some_and(|team| !known_empty(team))
            && self.settings().integrations.outgoing_webhooks
    }

    /// Calls the webhooks that the post triggers. Takes as long as they do: to be run beside the requests.
    #[boxed]
    pub async fn trigger_outgoing_webhooks(&self, posted: &Posted) {
        if !self.may_trigger_webhooks(posted) {
            return;
        }
        if let Err(error) = self.call_webhooks(&posted.channel, &posted.post.post).await {
            tracing::warn!(%error, "outgoing webhooks could not be triggered");
        }
    }

    async fn call_webhooks(&self, channel: &Channel, post: &Post) -> Result<()> {
        let Some(team) = channel.team_id else { return Ok(()) };
        let hooks = self.outgoing_webhooks_of(team).await?;
        let first_word = post.message.split_whitespace().next().unwrap_or_default();
        let triggered: Vec<_> = hooks.iter().filter_map(|hook| Some((hook, triggered_by(hook, channel, first_word)?))).collect();
        if triggered.is_empty() {
            return Ok(());
        }
        let fields = self.fields_of(channel, post, team).await?;
        let calls = triggered
            .iter()
            .flat_map(|(hook, trigger_word)| hook.callback_urls.iter().map(|url| Call { hook, url, trigger_word, fields: &fields }));
        futures::future::join_all(calls.map(|call| self.call_webhook(call, channel, post))).await;
        Ok(())
    }

    async fn outgoing_webhooks_of(&self, team: TeamId) -> Result<Arc<Vec<OutgoingWebhook>>> {
        if let Some(hooks) = self.state().outgoing.of(team) {
            return Ok(hooks);
        }
        let grant = self.access.system("whom to tell what was said in public channels");
        let (scope, filter) = (Scope::Team(grant.id(team)), webhooks::Filter::default());
        let hooks = Arc::new(webhooks::list_outgoing(self.access.read(&grant), scope, filter, WEBHOOKS_PER_TEAM_MAX, 0).await?);
        self.state().outgoing.remember(team, Arc::clone(&hooks));
        Ok(hooks)
    }

    async fn fields_of(&self, channel: &Channel, post: &Post, team: TeamId) -> Result<Vec<(&'static str, String)>> {
        let grant = self.access.system("what outgoing webhooks are told");
        let db = self.access.read(&grant);
        let team_name = teams::get(db, grant.id(team)).await?.map(|team| team.name).unwrap_or_default();
        let username = users::get(db, post.user_id).await?.map(|user| user.username).unwrap_or_default();
        Ok(vec![
            ("team_id", team.to_string()),
            ("team_domain", team_name),
            ("channel_id", channel.id.to_string()),
            ("channel_name", channel.name.clone()),
            ("timestamp", post.create_at.0.to_string()),
            ("user_id", post.user_id.to_string()),
            ("user_name", username),
            ("post_id", post.id.to_string()),
            ("text", post.message.clone()),
            ("file_ids", post.file_ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
        ])
    }

    async fn call_webhook(&self, call: Call<'_>, channel: &Channel, post: &Post) {
        let Some(_turn) = self.state().outgoing.turn().await else {
            tracing::warn!(hook = %call.hook.id, "an outgoing webhook was not called: too many are waiting");
            return;
        };
        let told = |error: &Error| tracing::debug!(%error, hook = %call.hook.id, "an outgoing webhook failed");
        let request = request_of(&call, self.settings().integrations.timeout_ms);
        match self.outgoing.send(request).await {
            Ok(answer) if (200..300).contains(&answer.status) => {
                let answer = serde_json::from_slice::<Answer>(&answer.body).unwrap_or_default();
                if let Err(error) = self.post_answer(call.hook, channel, post, answer).await {
                    told(&error);
                }
            }
            Ok(answer) => tracing::debug!(status = answer.status, hook = %call.hook.id, "an outgoing webhook was refused"),
            Err(error) => told(&error),
        }
    }

    async fn post_answer(&self, hook: &OutgoingWebhook, channel: &Channel, post: &Post, answer: Answer) -> Result<()> {
        let text = answer.text.unwrap_or_default();
        let attachments: Vec<Value> = answer.attachments.into_iter().flatten().filter(Value::is_object).collect();
        if text.is_empty() && attachments.is_empty() {
            return Ok(());
        }
        let grant = self.access.system("a webhook's answer is posted in its creator's name");
        let creator = self.users().account(&grant, hook.creator_id).await?;
        let is_bot = creator.is_bot;
        let actor = self.poster(&grant, acting_for(&creator), channel).await?;
        let (username, icon_url) = (answer.username.unwrap_or_default(), answer.icon_url.unwrap_or_default());
        let rules = &self.settings().integrations;
        let (username, icon_url) = (or(&username, &hook.username), or(&icon_url, &hook.icon_url));
        let mut props = signed(answer.props.unwrap_or_default(), rules, username, icon_url, "");
        props.insert("webhook_display_name".to_owned(), json!(hook.display_name));
        if is_bot {
            props.insert("from_bot".to_owned(), json!("true"));
        }
        let mut kind = answer.kind.unwrap_or_default();
        if !attachments.is_empty() {
            "slack_attachment".clone_into(&mut kind);
            props.insert("attachments".to_owned(), attachments.into_iter().map(slack::readable_attachment).collect());
        }
        let is_comment = answer.response_type.as_deref() == Some("comment");
        let draft = NewPost {
            root_id: is_comment.then(|| post.thread_id()),
            kind,
            props,
            set_online: false,
            ..NewPost::new(channel.id, slack::readable(&text))
        };
        self.posts().create_post(&actor, draft).await.map(|_| ())
    }
}

/// The word that triggers the webhook, if one does; empty where the webhook takes every post of its channel.
fn triggered_by<'a>(hook: &'a OutgoingWebhook, channel: &Channel, first_word: &str) -> Option<&'a str> {
    if hook.channel_id.is_some_and(|id| id != channel.id) {
        return None;
    }
    if hook.trigger_words.is_empty() {
        return hook.channel_id.map(|_| "");
    }
    let fits = |word: &&String| if hook.trigger_when == 1 { first_word.starts_with(word.as_str()) } else { first_word == word.as_str() };
    hook.trigger_words.iter().find(fits).map(String::as_str)
}

fn request_of(call: &Call<'_>, timeout_ms: u64) -> OutgoingRequest {
    let own = [("token", call.hook.token.as_str()), ("trigger_word", call.trigger_word)];
    let fields = own.into_iter().chain(call.fields.iter().map(|(name, value)| (*name, value.as_str())));
    let is_json = call.hook.content_type == "application/json";
    let (content_type, body) = if is_json {
        let object: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), json_of(name, value))).collect();
        ("application/json", Value::Object(object).to_string())
    } else {
        let fields = fields.map(|(name, value)| (name, in_form(name, value)));
        ("application/x-www-form-urlencoded", Serializer::new(String::new()).extend_pairs(fields).finish())
    };
    OutgoingRequest {
        method: Method::Post,
        url: call.url.to_owned(),
        headers: vec![("Content-Type".to_owned(), content_type.to_owned()), ("Accept".to_owned(), "application/json".to_owned())],
        body: Bytes::from(body),
        timeout_ms,
        max_response_bytes: ANSWER_BYTES_MAX,
    }
}

/// In a form the time is in seconds.
fn in_form<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    match value.parse::<i64>() {
        Ok(ms) if name == "timestamp" => (ms / 1000).to_string().into(),
        _ => value.into(),
    }
}

/// In JSON the time is a number, of milliseconds.
fn json_of(name: &str, value: &str) -> Value {
    if name == "timestamp" { value.parse::<i64>().map_or(Value::Null, Value::from) } else { json!(value) }
}
