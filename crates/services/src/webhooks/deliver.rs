//! Calling an outgoing webhook about a post, and posting its response.

use std::borrow::Cow;

use bytes::Bytes;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::jobs::LEASE_LOST;
use guildhall_model::codes::outgoing as codes;
use guildhall_model::id::OutgoingWebhookId;
use guildhall_model::integration::OutgoingWebhook;
use guildhall_model::job::Delivery;
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::post::{Post, PostPriority, PostProps};
use guildhall_model::settings::Settings;
use guildhall_model::text::Charset;
use guildhall_model::text::json::{self, scalar_text_or_empty};
use guildhall_model::{Actor, Events, Kind, Millis, Result};
use guildhall_storage::{Statement, channels, posts, teams, users, webhooks};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::message::{IntegrationMessage, SLACK_ATTACHMENT, or};
use super::signature;
use super::slack::build_posts;
use super::trigger::Call;
use crate::access::SystemGrant;
use crate::boxed;
use crate::deliveries::AttemptResult;
use crate::posts::{AlsoCommitted, NewPost};
use crate::webhooks::Webhooks;
use crate::worker::{describe, stored_message};

/// The response of the called server.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WebhookResponse {
    #[serde(deserialize_with = "scalar_text_or_empty")]
    text: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    username: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    icon_url: String,
    #[serde(deserialize_with = "scalar_text_or_empty")]
    icon_emoji: String,
    props: Option<Map<String, Value>>,
    attachments: Option<Vec<Value>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    response_type: Option<String>,
}

/// How an attempt ended, and what the webhook's owner should know of it.
struct Attempt {
    result: AttemptResult,
    problem: Option<String>,
}

impl From<AttemptResult> for Attempt {
    fn from(result: AttemptResult) -> Self {
        Self { result, problem: None }
    }
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
                self.note_result(&loaded, Some(error.message())).await;
                return Ok(AttemptResult::Abandoned("its owner may not have it any more"));
            }
            Err(error) => return Err(error),
        };
        let fields = self.load_fields(&grant, &loaded).await?;
        let mut request = build_request(&loaded, &fields, &self.settings());
        request.headers.extend(signature::headers(&delivery.id.to_string(), self.clock.now(), &loaded.hook.token, &request.body)?);
        let attempt = match self.integration_calls().send(delivery.target_id, request).await {
            Ok(response) if (200..300).contains(&response.status) => match parse_response(&response) {
                Some(response) => self.post_response(owner, &loaded, response, delivery, delete).await,
                None => Ok(Attempt { result: AttemptResult::Delivered, problem: Some("The answer is not valid JSON.".to_owned()) }),
            },
            Ok(response) if is_temporary(response.status) => Err(codes::FAILED.with_source(format!("status {}", response.status))),
            Ok(response) => {
                let problem = format!("The server rejected the call (status {}).", response.status);
                Ok(Attempt { result: AttemptResult::Abandoned("the server rejected it"), problem: Some(problem) })
            }
            Err(error) if error.is(codes::FAILED) => Err(error),
            Err(error) => {
                let result = AttemptResult::Abandoned("its address is not allowed, or the response is too long");
                Ok(Attempt { result, problem: Some(describe(&error)) })
            }
        };
        match attempt {
            Ok(Attempt { result, problem }) => {
                self.note_result(&loaded, problem).await;
                Ok(result)
            }
            Err(error) => {
                if !error.is(LEASE_LOST) {
                    self.note_result(&loaded, Some(describe(&error))).await;
                }
                Err(error)
            }
        }
    }

    /// Shows the webhook's owner why a call failed: at the webhook, and at the first failure by an ephemeral message.
    async fn note_result(&self, LoadedCall { hook, channel, .. }: &LoadedCall, problem: Option<String>) {
        let problem = stored_message(&problem.unwrap_or_default());
        if problem.is_empty() && hook.last_error.is_empty() {
            return;
        }
        let at = if problem.is_empty() { Millis::ZERO } else { self.clock.now() };
        let grant = self.access.system("the result of a call is shown to the owner of its webhook");
        let mut write = self.access.write(&grant, "webhooks.note_result");
        write.push(webhooks::set_outgoing_error(grant.write_id(hook.team_id), hook.id, &problem, at));
        if let Err(error) = write.commit(Events::none("clients load webhooks on request")).await {
            tracing::warn!(%error, hook = %hook.id, "the result of an outgoing webhook's call could not be stored");
        }
        if !problem.is_empty() {
            tracing::info!(problem, hook = %hook.id, "an outgoing webhook failed");
        }
        if !problem.is_empty() && hook.last_error.is_empty() {
            self.tell_owner(hook, channel, &problem).await;
        }
    }

    /// An ephemeral message to the owner, where the owner may read the channel.
    async fn tell_owner(&self, hook: &OutgoingWebhook, channel: &Channel, problem: &str) {
        let Ok(Some(owner)) = self.access.active_actor(hook.creator_id).await else { return };
        let Ok(channel_grant) = self.access.read_channel(&owner, channel.id).await else { return };
        let name = or(&hook.display_name, "without a name");
        let message = format!("The outgoing webhook \"{name}\" failed: {problem} Calls that may succeed later are repeated.");
        let props =
            Map::from_iter([("from_webhook".to_owned(), json!("true")), ("webhook_display_name".to_owned(), json!(hook.display_name))]);
        self.posts().send_ephemeral(&channel_grant, owner.user_id, owner.user_id, message, None, PostProps::from(props)).await;
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

    /// Posts the response, and executes `delete` in the batch of its last post. A response that cannot be posted is not retried,
    /// because the call was made.
    async fn post_response(
        &self,
        owner: Actor,
        loaded: &LoadedCall,
        response: WebhookResponse,
        delivery: &Delivery,
        delete: Statement,
    ) -> Result<Attempt> {
        let LoadedCall { hook, channel, post, .. } = loaded;
        let attachments: Vec<Value> = response.attachments.into_iter().flatten().filter(Value::is_object).collect();
        if response.text.is_empty() && attachments.is_empty() {
            return Ok(AttemptResult::Delivered.into());
        }
        let is_bot = owner.is_bot;
        let actor = self.access.posting_actor(owner, channel.id).await?;
        let message = IntegrationMessage {
            kind: if attachments.is_empty() { response.kind.unwrap_or_default() } else { SLACK_ATTACHMENT.to_owned() },
            text: response.text,
            is_markdown: false,
            attachments,
            props: response.props.unwrap_or_default(),
            username: or(&response.username, &hook.username).to_owned(),
            icon_url: or(&response.icon_url, &hook.icon_url).to_owned(),
            icon_emoji: response.icon_emoji,
            webhook_name: Some(hook.display_name.clone()),
            priority: PostPriority::default(),
            is_bot,
        };
        let is_comment = response.response_type.as_deref() == Some("comment");
        let root_id = is_comment.then(|| post.thread_id());
        let posts = build_posts(self, message, hook.team_id, channel.id).await?;
        let last = posts.len().saturating_sub(1);
        for (index, draft) in posts.into_iter().enumerate() {
            // If this attempt does not reach the last post, the next one finds the earlier posts by these ids.
            let pending_post_id = if index < last { format!("{}:{index}", delivery.id) } else { String::new() };
            let statements = if index < last { Vec::new() } else { vec![delete.clone()] };
            let also = AlsoCommitted { statements, events: Vec::new() };
            let draft = NewPost { root_id, set_online: false, pending_post_id, ..draft };
            match self.posts().create_post_with(&actor, draft, also).await {
                Ok(_) => {}
                Err(error)
                    if matches!(error.code.kind, Kind::Internal | Kind::Unavailable | Kind::InsufficientStorage | Kind::Conflict) =>
                {
                    return Err(error);
                }
                Err(error) => {
                    let problem = format!("The answer could not be posted: {}", describe(&error));
                    return Ok(Attempt { result: AttemptResult::Delivered, problem: Some(problem) });
                }
            }
        }
        Ok(AttemptResult::DeliveredAndDeleted.into())
    }
}

/// `None` for a response that says that it is JSON and is not. Many servers answer with a word, which is no message.
fn parse_response(response: &OutgoingResponse) -> Option<WebhookResponse> {
    let content_type = response.header("content-type").unwrap_or_default();
    let charset = Charset::of_content_type(content_type);
    match json::from_slice_in(&response.body, charset) {
        Ok(response) => Some(response),
        Err(_) if charset.decode(&response.body).trim_start().starts_with('{') => None,
        Err(_) => Some(WebhookResponse::default()),
    }
}

/// Whether another attempt may succeed.
const fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

fn build_request(loaded: &LoadedCall, fields: &[(&'static str, String)], settings: &Settings) -> OutgoingRequest {
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
        timeout_ms: settings.integrations.timeout_ms,
        max_response_bytes: settings.posts.max_integration_response_bytes(),
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
