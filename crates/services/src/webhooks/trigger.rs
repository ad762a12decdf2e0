//! The outgoing webhooks that a post in a public channel triggers: a delivery for each call, written in the batch of the
//! post.

use std::sync::Arc;

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::event::Posted;
use guildhall_model::id::{ChannelId, OutgoingWebhookId, PostId, TargetId, TeamId};
use guildhall_model::integration::OutgoingWebhook;
use guildhall_model::job::Delivery;
use guildhall_storage::webhooks::{self, Scope};
use serde::{Deserialize, Serialize};

use super::outgoing::WEBHOOKS_PER_TEAM_MAX;
use crate::boxed;
use crate::webhooks::Webhooks;

/// The kind of these deliveries.
pub(crate) const OUTGOING_WEBHOOK: &str = "outgoing_webhook";

/// Calls that one post may trigger.
const CALLS_PER_POST_MAX: usize = 100;

/// One call to be made. The post is read at the call, so that a post that was deleted meanwhile is not sent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub channel_id: ChannelId,
    pub post_id: PostId,
    pub url: String,
    pub trigger_word: String,
}

/// A webhook as the target of deliveries.
pub(super) const fn delivery_target(id: OutgoingWebhookId) -> TargetId {
    TargetId::from_bytes(*id.bytes())
}

impl Webhooks<'_> {
    /// Whether the post can trigger a webhook at all. Posts of webhooks cannot: they could trigger each other endlessly.
    pub fn may_trigger_webhooks(&self, posted: &Posted) -> bool {
        let post = &posted.post.post;
        let team = posted.channel.team_id.filter(|_| posted.channel.kind == ChannelKind::Public);
        let has_no_webhooks = |team: TeamId| self.state().outgoing.get(team).is_some_and(|hooks| hooks.is_empty());
        !post.is_system()
            && !post.props.is_from_webhook()
            && team.is_some_and(|team| !has_no_webhooks(team))
            && self.settings().integrations.outgoing_webhooks
    }

    /// The deliveries that the post triggers, to be written in its batch. The webhooks of the team are cached for ten
    /// seconds.
    #[boxed]
    pub(crate) async fn triggered_deliveries(&self, posted: &Posted) -> Result<Vec<Delivery>> {
        let (channel, post) = (&posted.channel, &posted.post.post);
        let Some(team) = channel.team_id else { return Ok(Vec::new()) };
        let hooks = self.team_outgoing_webhooks(team).await?;
        let first_word = post.message.split_whitespace().next().unwrap_or_default();
        let mut deliveries = Vec::new();
        for hook in hooks.iter() {
            let Some(trigger_word) = matching_trigger_word(hook, channel, first_word) else { continue };
            for url in &hook.callback_urls {
                if deliveries.len() == CALLS_PER_POST_MAX {
                    tracing::warn!(%team, "a post triggers too many outgoing webhooks; the rest is not called");
                    return Ok(deliveries);
                }
                let call = Call { channel_id: channel.id, post_id: post.id, url: url.clone(), trigger_word: trigger_word.to_owned() };
                // Ids and strings cannot fail to serialize.
                let payload = serde_json::to_string(&call).unwrap_or_default();
                deliveries.push(Delivery::new(self.ids.next(), OUTGOING_WEBHOOK, delivery_target(hook.id), payload, post.create_at));
            }
        }
        Ok(deliveries)
    }

    async fn team_outgoing_webhooks(&self, team: TeamId) -> Result<Arc<Vec<OutgoingWebhook>>> {
        let cache = &self.state().outgoing;
        if let Some(hooks) = cache.get(team) {
            return Ok(hooks);
        }
        let generation = cache.generation();
        let grant = self.access.system("webhooks are looked up for posts in public channels");
        let (scope, filter) = (Scope::Team(grant.id(team)), webhooks::Filter::default());
        let hooks = Arc::new(webhooks::list_outgoing(self.access.read(&grant), scope, filter, WEBHOOKS_PER_TEAM_MAX, 0).await?);
        cache.insert(generation, team, Arc::clone(&hooks));
        Ok(hooks)
    }
}

/// The trigger word that the post matches; empty where the webhook is triggered by every post of its channel.
fn matching_trigger_word<'a>(hook: &'a OutgoingWebhook, channel: &Channel, first_word: &str) -> Option<&'a str> {
    if hook.channel_id.is_some_and(|id| id != channel.id) {
        return None;
    }
    if hook.trigger_words.is_empty() {
        return hook.channel_id.map(|_| "");
    }
    let matches = |word: &&String| if hook.trigger_when == 1 { first_word.starts_with(word.as_str()) } else { first_word == word.as_str() };
    hook.trigger_words.iter().find(matches).map(String::as_str)
}
