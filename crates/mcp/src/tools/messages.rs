//! Reading and searching messages.

use std::collections::HashMap;

use guildhall_model::channel::Channel;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::{PostList, PostView};
use guildhall_services::posts::{PagePosition, PageRequest, ThreadRequest, UnreadRequest};
use guildhall_services::search::SearchRequest;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use super::channels::OwnChannelView;
use super::{Tools, id, limit, optional_id};
use crate::call::CallResult;
use crate::views::{Messages, Names, messages};

const MESSAGES_DEFAULT: i64 = 30;
const MESSAGES_MAX: i64 = 100;
const UNREAD_CHANNELS_DEFAULT: i64 = 10;
const UNREAD_CHANNELS_MAX: i64 = 20;
/// Of each channel, in a summary of what is unread.
const UNREAD_MESSAGES_DEFAULT: i64 = 20;
const UNREAD_MESSAGES_MAX: i64 = 50;

/// A page of a channel, or a thread, oldest message first.
#[derive(Serialize)]
struct Page {
    #[serde(flatten)]
    page: Messages,
    /// Give it as `before` for the messages before these.
    #[serde(skip_serializing_if = "Option::is_none")]
    older_before: Option<String>,
    /// Give it as `after` for the messages after these.
    #[serde(skip_serializing_if = "Option::is_none")]
    newer_after: Option<String>,
}

#[derive(Serialize)]
struct Unread {
    channels: Vec<UnreadChannel>,
    /// Further channels with unread messages, which were left out.
    channels_left_out: usize,
}

#[derive(Serialize)]
struct UnreadChannel {
    #[serde(flatten)]
    channel: OwnChannelView,
    #[serde(flatten)]
    unread: Messages,
    /// There are more than these: read on in the channel after the last one.
    has_more: bool,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct ReadChannel {
    channel_id: String,
    /// How many messages: 30 if left out, at most 100.
    limit: Option<i64>,
    /// The id of a message: those before it. The newest messages if neither is given.
    before: Option<String>,
    /// The id of a message: those after it.
    after: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct ReadThread {
    /// Any message of the thread.
    message_id: String,
    /// How many replies: 100 if left out, which is also the most.
    limit: Option<i64>,
    /// The id of a reply: those after it.
    after: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct SearchMessages {
    /// Words that must all occur, and `"phrases"`. `from:username`, `in:channel-name`, `before:2026-12-31`, `after:2026-01-01`,
    /// `on:2026-06-01` and `-word` narrow it down.
    terms: String,
    /// Messages with any of the words, not all of them.
    #[serde(default)]
    any_word: bool,
    /// How many messages: 30 if left out, at most 100.
    limit: Option<i64>,
    /// From 0 on: the following messages of the same search.
    #[serde(default)]
    page: i64,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct CatchUp {
    /// How many channels: 10 if left out, at most 20.
    channels: Option<i64>,
    /// How many messages of each: 20 if left out, at most 50.
    messages_per_channel: Option<i64>,
}

#[tool_router(router = of_messages, vis = "pub(super)")]
impl Tools {
    #[tool(
        description = "Messages of a channel, oldest first: the newest ones, or those before or after a message. Replies are among them, with \
                       the id of their thread.",
        annotations(title = "Read a channel", read_only_hint = true, open_world_hint = false)
    )]
    async fn read_channel(&self, Parameters(asked): Parameters<ReadChannel>) -> CallResult {
        self.call("read_channel", &asked.channel_id, async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let channel: ChannelId = id(&asked.channel_id, "channel_id")?;
            let (before, after) = (optional_id(asked.before.as_deref(), "before")?, optional_id(asked.after.as_deref(), "after")?);
            let position = match (before, after) {
                (Some(before), _) => PagePosition::Before(before),
                (None, Some(after)) => PagePosition::After(after),
                (None, None) => PagePosition::Page(0),
            };
            let per_page = limit(asked.limit, MESSAGES_DEFAULT, MESSAGES_MAX);
            let request = PageRequest { position, per_page, collapsed_threads: false };
            let list = services.posts().channel_posts(actor, channel, request).await?;
            let channel = services.channels().get_channel(actor, channel).await?;
            let (older, newer) = (list.prev_post_id.is_some(), list.next_post_id.is_some());
            let ids = |id: Option<&PostId>, is_there: bool| id.filter(|_| is_there).map(ToString::to_string);
            let (older_before, newer_after) = (ids(list.order.last(), older), ids(list.order.first(), newer));
            let page = messages(&self.caller, &by_id([channel]), &oldest_first(list)).await?;
            Ok(Page { page, older_before, newer_after })
        })
        .await
    }

    #[tool(
        description = "A thread: the message that it starts with, and its replies, oldest first.",
        annotations(title = "Read a thread", read_only_hint = true, open_world_hint = false)
    )]
    async fn read_thread(&self, Parameters(asked): Parameters<ReadThread>) -> CallResult {
        self.call("read_thread", &asked.message_id, async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let per_page = limit(asked.limit, MESSAGES_MAX, MESSAGES_MAX);
            let request = ThreadRequest { per_page, from_post: optional_id(asked.after.as_deref(), "after")?, ..ThreadRequest::default() };
            let list = services.posts().post_thread(actor, id(&asked.message_id, "message_id")?, request).await?;
            let newer_after = list.order.last().filter(|_| list.has_next).map(ToString::to_string);
            let Some(first) = list.posts.first() else { return Err(guildhall_model::codes::posts::NOT_FOUND.into()) };
            let channel = services.channels().get_channel(actor, first.post.channel_id).await?;
            let page = messages(&self.caller, &by_id([channel]), &in_order(list)).await?;
            Ok(Page { page, older_before: None, newer_after })
        })
        .await
    }

    #[tool(
        description = "Searches the messages of all channels that the person is in; the newest first.",
        annotations(title = "Search messages", read_only_hint = true, open_world_hint = false)
    )]
    async fn search_messages(&self, Parameters(asked): Parameters<SearchMessages>) -> CallResult {
        self.call("search_messages", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let limit = limit(asked.limit, MESSAGES_DEFAULT, MESSAGES_MAX);
            let request = SearchRequest {
                terms: asked.terms,
                is_or_search: asked.any_word,
                limit,
                offset: asked.page.clamp(0, 1_000).saturating_mul(limit),
                ..SearchRequest::default()
            };
            let found = services.search().search_posts(actor, None, &request).await?;
            let own = if found.is_empty() { Vec::new() } else { services.mcp().own_channels(actor).await? };
            messages(&self.caller, &by_id(own.into_iter().map(|own| own.channel)), &found).await
        })
        .await
    }

    #[tool(
        description = "What the person has not read yet, to be summarized: their channels with unread messages, those with mentions first, \
                       without muted ones, with the first unread messages of each, oldest first. Nothing is marked as read.",
        annotations(title = "Catch up", read_only_hint = true, open_world_hint = false)
    )]
    async fn catch_up(&self, Parameters(asked): Parameters<CatchUp>) -> CallResult {
        self.call("catch_up", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let mut own = services.mcp().own_channels(actor).await?;
            own.retain(|own| own.unread_messages > 0 && (!own.is_muted || own.mentions > 0));
            let count = usize::try_from(limit(asked.channels, UNREAD_CHANNELS_DEFAULT, UNREAD_CHANNELS_MAX)).unwrap_or_default();
            let channels_left_out = own.len().saturating_sub(count);
            own.truncate(count);
            let names = Names::load(&self.caller, own.iter().map(|own| &own.channel), []).await?;
            let after = limit(asked.messages_per_channel, UNREAD_MESSAGES_DEFAULT, UNREAD_MESSAGES_MAX);
            let mut channels = Vec::with_capacity(own.len());
            for own in own {
                let request = UnreadRequest { before: 0, after, collapsed_threads: false };
                let list = services.posts().posts_around_unread(actor, actor.user_id, own.channel.id, request).await?;
                let (channel, has_more) = (OwnChannelView::of(&names, &own), list.next_post_id.is_some());
                let unread = messages(&self.caller, &by_id([own.channel]), &oldest_first(list)).await?;
                channels.push(UnreadChannel { channel, unread, has_more });
            }
            Ok(Unread { channels, channels_left_out })
        })
        .await
    }
}

fn by_id(channels: impl IntoIterator<Item = Channel>) -> HashMap<ChannelId, Channel> {
    channels.into_iter().map(|channel| (channel.id, channel)).collect()
}

/// The posts that the list is of, in its order, without those that only belong to them.
fn in_order(list: PostList) -> Vec<PostView> {
    let mut posts: HashMap<PostId, PostView> = list.posts.into_iter().map(|view| (view.post.id, view)).collect();
    list.order.iter().filter_map(|id| posts.remove(id)).collect()
}

fn oldest_first(list: PostList) -> Vec<PostView> {
    let mut posts = in_order(list);
    posts.reverse();
    posts
}
