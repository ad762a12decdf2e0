//! Posts and lists of posts.

use std::borrow::Cow;

use guildhall_model::id::{FileId, PostId};
use guildhall_model::post::{self as model, BLOCK_ACTIONS, PostProps, PostView};
use guildhall_model::text::json::scalar_text;
use guildhall_model::time::Millis;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::common::opt_id;
use crate::emoji::Emoji;
use crate::file::FileInfo;
use crate::post_priority::{Acknowledgement, NewMetadata, Priority};
use crate::reaction::Reaction;

/// Maximum number of ids in one request.
pub const IDS_MAX: usize = 1_000;

/// A post, borrowed from the model.
#[derive(Debug, Serialize)]
pub struct Post<'a> {
    id: PostId,
    create_at: Millis,
    update_at: Millis,
    edit_at: Millis,
    delete_at: Millis,
    is_pinned: bool,
    user_id: guildhall_model::id::UserId,
    channel_id: guildhall_model::id::ChannelId,
    root_id: String,
    /// Old clients read this instead of `root_id`.
    parent_id: String,
    original_id: String,
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    props: Props<'a>,
    hashtags: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    file_ids: &'a [FileId],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_reactions: bool,
    pending_post_id: &'a str,
    remote_id: &'static str,
    reply_count: i64,
    last_reply_at: Millis,
    participants: Option<Vec<Participant>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_following: Option<bool>,
    metadata: Metadata<'a>,
}

/// A participant of a thread by id; clients fetch the user if necessary.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Participant {
    pub id: guildhall_model::id::UserId,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    embeds: Vec<Embed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emojis: Vec<Emoji>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileInfo>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reaction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acknowledgements: Vec<Acknowledgement>,
}

#[derive(Debug, Serialize)]
struct Embed {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl<'a> From<&'a PostView> for Post<'a> {
    fn from(view: &'a PostView) -> Self {
        let post = &view.post;
        let is_deleted = !post.delete_at.is_zero();
        Self {
            id: post.id,
            create_at: post.create_at,
            update_at: post.update_at,
            edit_at: post.edit_at,
            delete_at: post.delete_at,
            is_pinned: post.is_pinned,
            user_id: post.user_id,
            channel_id: post.channel_id,
            root_id: opt_id(post.root_id),
            parent_id: opt_id(post.root_id),
            original_id: opt_id(post.original_id),
            message: if is_deleted && post.original_id.is_none() { "" } else { &post.message },
            kind: &post.kind,
            props: props(&post.props),
            hashtags: &post.hashtags,
            file_ids: &post.file_ids,
            has_reactions: post.has_reactions,
            pending_post_id: &post.pending_post_id,
            remote_id: "",
            reply_count: post.reply_count,
            last_reply_at: post.last_reply_at,
            participants: view.thread.as_ref().map(|thread| thread.participants.iter().map(|&id| Participant { id }).collect()),
            is_following: view.thread.as_ref().map(|thread| thread.is_following),
            metadata: Metadata {
                embeds: if post.props.attachments().is_empty() { Vec::new() } else { vec![Embed { kind: "message_attachment" }] },
                emojis: view.metadata.emojis.iter().cloned().map(Emoji::from).collect(),
                files: view.metadata.files.iter().cloned().map(FileInfo::from).collect(),
                reactions: view.metadata.reactions.iter().map(Reaction::from).collect(),
                priority: (!is_deleted && !post.priority.is_default()).then(|| Priority::from(post.priority)),
                acknowledgements: view.metadata.acknowledgements.iter().map(Acknowledgement::from).collect(),
            },
        }
    }
}

/// Stored props are sent unchanged, except for what is private to the server. Anything but an object is sent as `{}`.
#[derive(Debug)]
struct Props<'a>(Option<Cow<'a, RawValue>>);

impl Serialize for Props<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(raw) => raw.serialize(serializer),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

fn props(props: &PostProps) -> Props<'_> {
    if props.has_integrations() {
        return Props(without_integrations(props).map(Cow::Owned));
    }
    let stored = serde_json::from_str::<&RawValue>(props.text()).ok().filter(|raw| raw.get().starts_with('{'));
    Props(stored.map(Cow::Borrowed))
}

/// Removes the URLs and secrets of attachments' buttons, which clients must not see.
fn without_integrations(props: &PostProps) -> Option<Box<RawValue>> {
    let mut members = props.members().clone();
    members.remove(BLOCK_ACTIONS);
    let attachments = members.get_mut("attachments").and_then(Value::as_array_mut).into_iter().flatten();
    for action in attachments.filter_map(|attachment| attachment.get_mut("actions")?.as_array_mut()).flatten() {
        if let Some(action) = action.as_object_mut() {
            action.remove("integration");
        }
    }
    serde_json::value::to_raw_value(&members).ok()
}

/// Posts in order, and by id.
#[derive(Debug, Serialize)]
pub struct PostList<'a> {
    order: &'a [PostId],
    #[serde(serialize_with = "serialize_by_id")]
    posts: &'a [PostView],
    next_post_id: String,
    prev_post_id: String,
    has_next: bool,
    first_inaccessible_post_time: i64,
}

impl<'a> From<&'a model::PostList> for PostList<'a> {
    fn from(list: &'a model::PostList) -> Self {
        Self {
            order: &list.order,
            posts: &list.posts,
            next_post_id: opt_id(list.next_post_id),
            prev_post_id: opt_id(list.prev_post_id),
            has_next: list.has_next,
            first_inaccessible_post_time: 0,
        }
    }
}

pub(crate) fn serialize_by_id<S: Serializer>(posts: &&[PostView], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(posts.len()))?;
    for post in *posts {
        map.serialize_entry(&post.id, &Post::from(post))?;
    }
    map.end()
}

/// A new post. Fields that the server determines (ids, times, the author) are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewPost {
    pub channel_id: Option<String>,
    pub root_id: Option<String>,
    pub message: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub props: Option<serde_json::Map<String, serde_json::Value>>,
    pub file_ids: Option<Vec<FileId>>,
    pub pending_post_id: Option<String>,
    pub metadata: Option<NewMetadata>,
}

/// Changes of a post, or the complete updated post; other fields that clients send are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PostPatch {
    /// Of a complete post, where it must equal the one in the URL.
    #[serde(deserialize_with = "scalar_text")]
    pub id: Option<String>,
    pub message: Option<String>,
    pub is_pinned: Option<bool>,
    pub props: Option<serde_json::Map<String, serde_json::Value>>,
    pub file_ids: Option<Vec<FileId>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct NewEphemeralPost {
    pub user_id: guildhall_model::id::UserId,
    pub post: NewPost,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SetUnreadRequest {
    pub collapsed_threads_supported: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typing {
    pub channel_id: Option<String>,
    pub parent_id: Option<String>,
}

/// The read state of a channel after a post was marked as unread.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelUnreadAt {
    pub team_id: String,
    pub user_id: guildhall_model::id::UserId,
    pub channel_id: guildhall_model::id::ChannelId,
    pub msg_count: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
    pub msg_count_root: i64,
    pub last_viewed_at: Millis,
}

impl ChannelUnreadAt {
    pub fn new(member: &guildhall_model::channel::ChannelMember, team_id: Option<guildhall_model::id::TeamId>) -> Self {
        Self {
            team_id: opt_id(team_id),
            user_id: member.user_id,
            channel_id: member.channel_id,
            msg_count: member.msg_count,
            mention_count: member.mention_count,
            mention_count_root: member.mention_count_root,
            urgent_mention_count: member.urgent_mention_count,
            msg_count_root: member.msg_count_root,
            last_viewed_at: member.last_viewed_at,
        }
    }
}

/// The location of a post, for permalinks.
#[derive(Debug, Clone, Serialize)]
pub struct PostInfo {
    pub channel_id: guildhall_model::id::ChannelId,
    pub channel_type: &'static str,
    pub channel_display_name: String,
    pub has_joined_channel: bool,
    pub team_id: String,
    pub team_type: &'static str,
    pub team_display_name: String,
    pub has_joined_team: bool,
}
