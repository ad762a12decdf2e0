//! Posts, threads and reactions.

mod priority;
mod props;

use std::ops::Deref;

pub use priority::{PersistentNotification, PostAcknowledgement, PostPriority, PostReminder, PriorityLevel};
pub use props::{BLOCK_ACTIONS, PostProps, TRUSTED_PROPS};

use crate::file::FileInfo;
use crate::id::{ChannelId, FileId, PostId, TeamId, UserId};
use crate::integration::Emoji;
use crate::time::Millis;

/// Maximum length of the properties as JSON text. Attachments of integrations are in them.
pub const PROPS_BYTES_MAX: usize = 64 * 1024;
/// The posts of one response end when they exceed this; the rest is on the next page.
pub const POSTS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The same for results of a search and for threads, whose pages are counted in rows. A page of 100 posts, each as large as a
/// post can be by default, is complete.
pub const COUNTED_POSTS_BYTES_MAX: usize = 16 * 1024 * 1024;
pub const FILES_PER_POST_MAX: usize = 10;
/// Maximum length of the id that a client gives a message before it is accepted, in bytes.
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
    /// The thread's root post, for a reply.
    pub root_id: Option<PostId>,
    /// The edited post, where this row is an earlier version of it.
    pub original_id: Option<PostId>,
    pub message: String,
    /// Empty for a user's message, `system_...` for the server's, `me`, `custom_...` for integrations.
    pub kind: String,
    pub props: PostProps,
    /// Space-separated, with their `#`.
    pub hashtags: String,
    pub file_ids: Vec<FileId>,
    pub has_reactions: bool,
    /// Of a message that starts a thread.
    pub priority: PostPriority,
    pub has_acknowledgements: bool,
    /// The client's idempotency key, unique per user: a retry returns the first post. Empty in posts read from the
    /// database; only the sender needs it, in the response and the event.
    pub pending_post_id: String,
    /// For a root post: the number of replies and the time of the last one.
    pub reply_count: i64,
    pub last_reply_at: Millis,
}

impl Post {
    /// A new root post without files and properties.
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
            priority: PostPriority::default(),
            has_acknowledgements: false,
            pending_post_id: String::new(),
            reply_count: 0,
            last_reply_at: Millis::ZERO,
        }
    }

    /// About how large the post is in memory and in a response.
    pub fn size_bytes(&self) -> usize {
        const FIXED: usize = 512;
        FIXED + self.message.len() + self.hashtags.len() + self.props.text().len()
    }

    pub fn is_system(&self) -> bool {
        self.kind.starts_with("system_")
    }

    pub fn is_urgent(&self) -> bool {
        self.priority.level == PriorityLevel::Urgent
    }

    /// The root id of the thread that this post belongs to, or would start.
    pub fn thread_id(&self) -> PostId {
        self.root_id.unwrap_or(self.id)
    }
}

/// What is sent with a post; loaded for a whole page of posts at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostMetadata {
    pub files: Vec<FileInfo>,
    pub reactions: Vec<Reaction>,
    pub acknowledgements: Vec<PostAcknowledgement>,
    /// The custom emoji used in the message, its attachments and its reactions.
    pub emojis: Vec<Emoji>,
}

impl PostMetadata {
    pub fn has_image(&self) -> bool {
        self.files.iter().any(|file| file.mime_type.starts_with("image/"))
    }
}

/// A post with what is sent to clients beside it. Dereferences to the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostView {
    pub post: Post,
    pub metadata: PostMetadata,
    /// For a root post, where collapsed threads were requested.
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

/// What a client displays of a thread below its root post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadView {
    pub participants: Vec<UserId>,
    pub is_following: bool,
}

/// Posts in the requested order, and the root posts of their threads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostList {
    pub order: Vec<PostId>,
    pub posts: Vec<PostView>,
    /// The post after the newest of the list, and the one before the oldest, if any.
    pub next_post_id: Option<PostId>,
    pub prev_post_id: Option<PostId>,
    /// For a page of a thread: whether another page follows.
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

/// A user's membership in a thread, which is kept after the user stops following.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadMember {
    pub thread_id: PostId,
    pub user_id: UserId,
    pub following: bool,
    pub last_viewed_at: Millis,
    pub unread_mentions: i64,
    pub last_update_at: Millis,
}

/// A thread from the view of one user.
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

/// What a follower has not read of a thread, after and before the reply that changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadReader {
    pub user_id: UserId,
    pub last_viewed_at: Millis,
    pub unread_replies: i64,
    pub unread_mentions: i64,
    pub previous_unread_replies: i64,
    pub previous_unread_mentions: i64,
}
