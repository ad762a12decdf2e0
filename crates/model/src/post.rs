//! Posts, threads and reactions.

mod props;

use std::ops::Deref;

pub use props::{PostProps, TRUSTED_PROPS};

use crate::file::FileInfo;
use crate::id::{ChannelId, FileId, PostId, TeamId, UserId};
use crate::integration::Emoji;
use crate::time::Millis;

/// Longest message, in Unicode scalar values.
pub const MESSAGE_CHARS_MAX: usize = 16_383;
pub const PROPS_CHARS_MAX: usize = 800_000;
pub const FILES_PER_POST_MAX: usize = 10;
/// Longest name that a sender may give a message before it is accepted, in bytes.
pub const PENDING_POST_ID_BYTES_MAX: usize = 128;
pub const KIND_BYTES_MAX: usize = 64;
pub const HASHTAGS_CHARS_MAX: usize = 1_000;

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
    pub props: PostProps,
    /// Space-separated, with their `#`.
    pub hashtags: String,
    pub file_ids: Vec<FileId>,
    pub has_reactions: bool,
    /// The sender's name for the message, unique per person: a resend finds the first post. Empty in what is read
    /// back; only the sender has a use for it, in the answer and the event.
    pub pending_post_id: String,
    /// Of a thread's first post: how many replies and when the last one came.
    pub reply_count: i64,
    pub last_reply_at: Millis,
}

impl Post {
    /// A post as it begins: of nobody's thread, with neither files nor properties.
    pub fn new(id: PostId, now: Millis, user_id: UserId, channel_id: ChannelId, message: String) -> Self {
        Self {
            id,
            create_at: now,
            update_at: now,
            edit_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            is_pinned: false,
            user_id,
            channel_id,
            root_id: None,
            original_id: None,
            message,
            kind: String::new(),
            props: PostProps::default(),
            hashtags: String::new(),
            file_ids: Vec::new(),
            has_reactions: false,
            pending_post_id: String::new(),
            reply_count: 0,
            last_reply_at: Millis::ZERO,
        }
    }

    pub fn is_system(&self) -> bool {
        self.kind.starts_with("system_")
    }
    /// The thread that this post belongs to or would start.
    pub fn thread_id(&self) -> PostId {
        self.root_id.unwrap_or(self.id)
    }
}

/// What goes with a post to its readers, gathered for a whole page at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostMetadata {
    pub files: Vec<FileInfo>,
    pub reactions: Vec<Reaction>,
    /// The custom emoji that the message, its attachments or its reactions name.
    pub emojis: Vec<Emoji>,
}

/// A post as its readers get it. It reads like the post itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostView {
    pub post: Post,
    pub metadata: PostMetadata,
    /// Of a thread's first post, where collapsed threads were asked for.
    pub thread: Option<ThreadView>,
}

impl From<Post> for PostView {
    fn from(post: Post) -> Self {
        Self { post, metadata: PostMetadata::default(), thread: None }
    }
}

impl Deref for PostView {
    type Target = Post;
    fn deref(&self) -> &Post {
        &self.post
    }
}

/// What a reader's client shows of a thread under its first post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadView {
    pub participants: Vec<UserId>,
    pub is_following: bool,
}

/// Posts in the order that was asked for, and those that go with them (the first posts of their threads).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostList {
    pub order: Vec<PostId>,
    pub posts: Vec<PostView>,
    /// The post after the newest of the list, and the one before the oldest, where there is one.
    pub next_post_id: Option<PostId>,
    pub prev_post_id: Option<PostId>,
    /// Of a thread's page: whether another one follows.
    pub has_next: bool,
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

/// How far a follower has read a thread, and how far before the reply that changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadReader {
    pub user_id: UserId,
    pub last_viewed_at: Millis,
    pub unread_replies: i64,
    pub unread_mentions: i64,
    pub previous_unread_replies: i64,
    pub previous_unread_mentions: i64,
}
