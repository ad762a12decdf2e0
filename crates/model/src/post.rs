//! Posts, threads and reactions.

use crate::id::{ChannelId, FileId, PostId, TeamId, UserId};
use crate::time::Millis;

/// Longest message, in Unicode scalar values.
pub const MESSAGE_CHARS_MAX: usize = 16_383;
pub const PROPS_CHARS_MAX: usize = 800_000;
pub const FILES_PER_POST_MAX: usize = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: PostId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub edit_at: Millis,
    pub delete_at: Millis,
    pub is_pinned: bool,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    /// The thread's first post, for a reply.
    pub root_id: Option<PostId>,
    /// The post that this row keeps an earlier text of.
    pub original_id: Option<PostId>,
    pub message: String,
    /// Empty for a person's message, `system_...` for the server's, `me`, `custom_...` for integrations.
    pub kind: String,
    /// A JSON object; opaque to everything but wire and integrations.
    pub props: String,
    /// Space-separated, with their `#`.
    pub hashtags: String,
    pub file_ids: Vec<FileId>,
    pub has_reactions: bool,
    /// The sender's name for the message, unique per person: a resend finds the first post.
    pub pending_post_id: String,
    /// Of a thread's first post: how many replies and when the last one came.
    pub reply_count: i64,
    pub last_reply_at: Millis,
}

impl Post {
    pub fn is_system(&self) -> bool {
        self.kind.starts_with("system_")
    }
    /// The thread that this post belongs to or would start.
    pub fn thread_id(&self) -> PostId {
        self.root_id.unwrap_or(self.id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    pub user_id: UserId,
    pub post_id: PostId,
    pub emoji_name: String,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub channel_id: ChannelId,
}

/// What a person has seen of a thread that they follow (or stopped following).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadMember {
    pub thread_id: PostId,
    pub user_id: UserId,
    pub following: bool,
    pub last_viewed_at: Millis,
    pub unread_mentions: i64,
    pub last_update_at: Millis,
}

/// A thread as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    pub post: Post,
    pub team_id: Option<TeamId>,
    pub participants: Vec<UserId>,
    pub reply_count: i64,
    pub last_reply_at: Millis,
    pub last_viewed_at: Millis,
    pub unread_replies: i64,
    pub unread_mentions: i64,
    pub is_following: bool,
}
