//! Calling an outgoing webhook about a post, and posting its response.

use std::borrow::Cow;

use bytes::Bytes;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::outgoing as codes;
use guildhall_model::id::OutgoingWebhookId;
use guildhall_model::integration::OutgoingWebhook;
use guildhall_model::job::Delivery;
use guildhall_model::ports::{Method, OutgoingRequest};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Events, Kind, Result};
use guildhall_storage::{Statement, channels, posts, teams, users, webhooks};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::message::{IntegrationMessage, SLACK_ATTACHMENT, or};
use super::slack;
use super::trigger::Call;
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::deliveries::AttemptResult;
use crate::posts::NewPost;
use crate::webhooks::Webhooks;

/// The largest response that is read.
const RESPONSE_BYTES_MAX: usize = 1024 * 1024;

/// The response of the called server.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WebhookResponse {
    text: Option<String>,
    username: Option<String>,
    icon_url: Option<String>,
    props: Option<Map<String, Value>>,
    attachments: Option<Vec<Value>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    response_type: Option<String>,
}

/// A call with the rows that it is about.
struct LoadedCall {
    hook: OutgoingWebhook,
    channel: Channel,
    post: Post,
    call: Call,
}

impl Webhooks<'_> {
    /// One attempt. After an error the call is retried. `delete` is committed with the post of the response, so that only one
    /// response to a delivery is posted.
    #[boxed]
    pub(crate) async fn deliver_webhook(&self, delivery: &Delivery, delete: Statement) -> Result<AttemptResult> {
        let grant = self.access.system("a delivery acts for the owner of its webhook");
        let Some(loaded) = self.load_call(&grant, delivery).await? else {
            return Ok(AttemptResult::Abandoned("its webhook, its address or its post was deleted"));
        };
        let owner = match self.access.integration_actor(&loaded.hook).await {
            Ok(owner) => owner,
            Err(error) if error.code.kind == Kind::Forbidden => {
                self.record_outgoing_result(&grant, &loaded.hook, error.message()).await;
                return Ok(AttemptResult::Abandoned("its owner may not have it any more"));
            }
            Err(error) => return Err(error),
        };
        let fields = self.load_fields(&grant, &loaded).await?;
        match self.outgoing.send(build_request(&loaded, &fields, self.settings().integrations.timeout_ms)).await {
            Ok(response) if (200..300).contains(&response.status) => {
                let response = serde_json::from_slice::<WebhookResponse>(&response.body).unwrap_or_default();
                self.record_outgoing_result(&grant, &loaded.hook, String::new()).await;
                self.post_response(owner, loaded, response, delete).await
            }
            Ok(response) if is_temporary(response.status) => Err(codes::FAILED.with_source(format!("status {}", response.status))),
            Ok(_) => Ok(AttemptResult::Abandoned("the server rejected it")),
            Err(error) if error.is(codes::FAILED) => Err(error),
            Err(error) => {
                tracing::debug!(%error, hook = %loaded.hook.id, "an outgoing webhook was not called, or its response not read");
                Ok(AttemptResult::Abandoned("its address is not allowed, or the response is too long"))
            }
        }
    }

    /// `None` if the webhook, its URL, the post or the channel was deleted.
    async fn load_call(&self, grant: &SystemGrant, delivery: &Delivery) -> Result<Option<LoadedCall>> {
        let Ok(call) = serde_json::from_str::<Call>(&delivery.payload) else { return Ok(None) };
        let db = self.access.read(grant);
        let hook = webhooks::outgoing(db, OutgoingWebhookId::from_bytes(*delivery.target_id.bytes())).await?;
        let hook = self.access.open(grant, hook).filter(|hook| hook.callback_urls.contains(&call.url));
        let post = self.access.open(grant, posts::get(db, call.post_id).await?);
        let post = post.filter(|post| post.delete_at.is_zero() && post.channel_id == call.channel_id);
        let channel = self.access.open(grant, channels::get(db, call.channel_id).await?);
        let channel = channel.filter(|channel| channel.kind == ChannelKind::Public && channel.delete_at.is_zero());
        let is_on = self.settings().integrations.outgoing_webhooks;
        Ok(match (hook, post, channel) {
            (Some(hook), Some(post), Some(channel)) if is_on => Some(LoadedCall { hook, channel, post, call }),
            _ => None,
        })
    }

    async fn load_fields(&self, grant: &SystemGrant, loaded: &LoadedCall) -> Result<Vec<(&'static str, String)>> {
        let (db, channel, post, team) = (self.access.read(grant), &loaded.channel, &loaded.post, loaded.hook.team_id);
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

    /// Posts the response and executes `delete` in one batch. A response that cannot be posted is ignored, because the call was made.
    async fn post_response(&self, owner: Actor, loaded: LoadedCall, response: WebhookResponse, delete: Statement) -> Result<AttemptResult> {
        let LoadedCall { hook, channel, post, .. } = &loaded;
        let text = response.text.unwrap_or_default();
        let attachments: Vec<Value> = response.attachments.into_iter().flatten().filter(Value::is_object).collect();
        if text.is_empty() && attachments.is_empty() {
            return Ok(AttemptResult::Delivered);
        }
        let is_bot = owner.is_bot;
        let actor = self.access.posting_actor(owner, channel.id).await?;
        let message = IntegrationMessage {
            kind: if attachments.is_empty() { response.kind.unwrap_or_default() } else { SLACK_ATTACHMENT.to_owned() },
            text: slack::to_markdown(&text),
            attachments,
            props: response.props.unwrap_or_default(),
            username: or(&response.username.unwrap_or_default(), &hook.username).to_owned(),
            icon_url: or(&response.icon_url.unwrap_or_default(), &hook.icon_url).to_owned(),
            icon_emoji: String::new(),
            webhook_name: Some(hook.display_name.clone()),
            is_bot,
        };
        let is_comment = response.response_type.as_deref() == Some("comment");
        let draft = NewPost {
            root_id: is_comment.then(|| post.thread_id()),
            set_online: false,
            ..message.into_post(channel.id, &self.settings().integrations)
        };
        match self.posts().create_post_with(&actor, draft, vec![delete]).await {
            Ok(_) => Ok(AttemptResult::DeliveredAndDeleted),
            Err(error) if matches!(error.code.kind, Kind::Internal | Kind::Unavailable | Kind::Conflict) => Err(error),
            Err(error) => {
                tracing::debug!(%error, hook = %hook.id, "the response of a webhook could not be posted");
                Ok(AttemptResult::Delivered)
            }
        }
    }

    /// Stores why the webhook is not called, for those who manage it; empty after a call.
    async fn record_outgoing_result(&self, grant: &Writing<SystemGrant>, hook: &OutgoingWebhook, error: String) {
        if hook.last_error == error {
            return;
        }
        let mut write = self.access.write(grant);
        write.push(webhooks::set_outgoing_error(grant.write_server(), hook.id, &error));
        if let Err(error) = write.commit(Events::none("clients load webhooks on request")).await {
            tracing::warn!(%error, hook = %hook.id, "the result of a webhook was not stored");
        }
    }
}

/// Whether another attempt may succeed.
const fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

fn build_request(loaded: &LoadedCall, fields: &[(&'static str, String)], timeout_ms: u64) -> OutgoingRequest {
    let own = [("token", loaded.hook.token.as_str()), ("trigger_word", loaded.call.trigger_word.as_str())];
    let fields = own.into_iter().chain(fields.iter().map(|(name, value)| (*name, value.as_str())));
    let is_json = loaded.hook.content_type == "application/json";
    let (content_type, body) = if is_json {
        let object: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), json_value(name, value))).collect();
        ("application/json", Value::Object(object).to_string())
    } else {
        let fields = fields.map(|(name, value)| (name, form_value(name, value)));
        ("application/x-www-form-urlencoded", Serializer::new(String::new()).extend_pairs(fields).finish())
    };
    OutgoingRequest {
        method: Method::Post,
        url: loaded.call.url.clone(),
        headers: vec![("Content-Type".to_owned(), content_type.to_owned()), ("Accept".to_owned(), "application/json".to_owned())],
        body: Bytes::from(body),
        timeout_ms,
        max_response_bytes: RESPONSE_BYTES_MAX,
    }
}

/// Forms have the timestamp in seconds.
fn form_value<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    match value.parse::<i64>() {
        Ok(ms) if name == "timestamp" => (ms / 1000).to_string().into(),
        _ => value.into(),
    }
}

/// JSON has the timestamp as a number of milliseconds.
fn json_value(name: &str, value: &str) -> Value {
    if name == "timestamp" { value.parse::<i64>().map_or(Value::Null, Value::from) } else { json!(value) }
}
