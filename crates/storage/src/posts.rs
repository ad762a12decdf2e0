//! Posts with the reply count of their thread. Revisions of edited posts are rows too: deleted ones with an
//! `original_id`.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::{POSTS_BYTES_MAX, Post, PostPriority, PostProps};
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Sql, Statement, Unchecked, Value, Write, in_list, in_values, params};

macro_rules! columns {
    () => {
        "p.id, p.create_at, p.update_at, p.edit_at, p.delete_at, p.is_pinned, p.user_id, p.channel_id, p.root_id, \
         p.original_id, p.message, p.kind, p.props, p.hashtags, p.file_ids, p.has_reactions, \
         p.priority, p.requested_ack, p.persistent_notifications, p.has_acknowledgements, COALESCE(t.reply_count, 0), COALESCE(t.last_reply_at, 0)"
    };
}
macro_rules! from {
    () => {
        "posts p LEFT JOIN threads t ON t.thread_id = p.id"
    };
}
/// A query of posts as a constant: `select!("WHERE p.id = ?")`.
macro_rules! select {
    ($tail:literal) => {
        concat!("SELECT ", $crate::posts::columns!(), " FROM ", $crate::posts::from!(), " ", $tail)
    };
}
pub(crate) use {columns, from};

pub mod acknowledgements;
pub mod audience;
pub mod change;
pub mod counts;
pub mod deletion;
pub mod flagged;
pub mod lists;
pub mod mentioned;
pub mod persistent_notifications;
pub mod recount;
pub mod reminders;
pub mod thread;
pub mod unread;

/// The columns of a post `p` and its thread `t`, for queries that join both: see [`FROM`].
pub const COLUMNS: &str = columns!();
/// What [`COLUMNS`] are read from.
pub const FROM: &str = from!();
/// How many columns [`COLUMNS`] are: what a query selects beside them starts here.
pub const COLUMN_COUNT: usize = 22;

impl FromRow for Post {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            create_at: row.get(1)?,
            update_at: row.get(2)?,
            edit_at: row.get(3)?,
            delete_at: row.get(4)?,
            is_pinned: row.get(5)?,
            user_id: row.get(6)?,
            channel_id: row.get(7)?,
            root_id: row.get(8)?,
            original_id: row.get(9)?,
            message: row.get(10)?,
            kind: row.get(11)?,
            props: PostProps::from_stored(row.get(12)?),
            hashtags: row.get(13)?,
            file_ids: row.get(14)?,
            has_reactions: row.get(15)?,
            priority: PostPriority { level: row.get(16)?, requested_ack: row.get(17)?, persistent_notifications: row.get(18)? },
            has_acknowledgements: row.get(19)?,
            pending_post_id: String::new(),
            reply_count: row.get(20)?,
            last_reply_at: row.get(21)?,
        })
    }
}

const INSERT: &str = "INSERT INTO posts (id, create_at, update_at, edit_at, delete_at, is_pinned, user_id, channel_id, root_id, original_id, \
    message, kind, props, hashtags, file_ids, has_reactions, priority, requested_ack, persistent_notifications, pending_post_id, mentioned) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// A post that mentions nobody as a new row; `DUPLICATE_POST` when the sender has one of the same pending id.
pub fn insert(channel: Granted<ChannelId, Write>, post: &Post) -> Statement {
    insert_mentioning(channel, post, &[])
}

/// The same, with the people whom the post mentions.
pub fn insert_mentioning(channel: Granted<ChannelId, Write>, post: &Post, mentioned: &[UserId]) -> Statement {
    let pending = (!post.pending_post_id.is_empty()).then_some(&post.pending_post_id);
    let values = params![
        post.id,
        post.create_at,
        post.update_at,
        post.edit_at,
        post.delete_at,
        post.is_pinned,
        post.user_id,
        channel,
        post.root_id,
        post.original_id,
        &post.message,
        &post.kind,
        post.props.text(),
        &post.hashtags,
        post.file_ids.clone(),
        post.has_reactions,
        post.priority.level,
        post.priority.requested_ack,
        post.priority.persistent_notifications,
        pending,
        mentioned::encode(mentioned)
    ];
    Statement::new(INSERT, values).on_duplicate(codes::DUPLICATE_POST)
}

/// The post, deleted ones too: see `delete_at`.
pub async fn get(db: &Reader, id: PostId) -> Result<Unchecked<Option<Post>>> {
    find(db, id).await.map(Unchecked::new)
}

/// The same, where the post is in this channel.
pub async fn get_in(db: &Reader, channel: Granted<ChannelId>, id: PostId) -> Result<Option<Post>> {
    Ok(find(db, id).await?.filter(|post| post.channel_id == channel.key()))
}

async fn find(db: &Reader, id: PostId) -> Result<Option<Post>> {
    db.optional(select!("WHERE p.id = ?"), params![id]).await
}

/// A post that can be replied to: neither deleted nor a reply itself.
pub async fn root(db: &Reader, id: PostId) -> Result<Unchecked<Option<Post>>> {
    db.optional(select!("WHERE p.id = ? AND p.delete_at = 0 AND p.root_id IS NULL"), params![id]).await.map(Unchecked::new)
}

/// The post of this channel with this pending id of the sender.
pub async fn by_pending_id(db: &Reader, channel: Granted<ChannelId>, user: UserId, pending_post_id: &str) -> Result<Option<Post>> {
    let found: Option<Post> = db.optional(select!("WHERE p.user_id = ? AND p.pending_post_id = ?"), params![user, pending_post_id]).await?;
    Ok(found.filter(|post| post.channel_id == channel.key()))
}

/// Those of the posts that exist and are not deleted, in no order.
pub async fn by_ids(db: &Reader, ids: &[PostId]) -> Result<Unchecked<Vec<Post>>> {
    find_all(db, ids).await.map(Unchecked::new)
}

/// The same, of those that are in this channel.
pub async fn by_ids_in(db: &Reader, channel: Granted<ChannelId>, ids: &[PostId]) -> Result<Vec<Post>> {
    let mut posts = find_all(db, ids).await?;
    posts.retain(|post| post.channel_id == channel.key());
    Ok(posts)
}

/// Posts as far as they fit into one response, and the first one beyond.
pub(crate) async fn within_page(db: &Reader, sql: impl Into<Sql> + Send, values: Vec<Value>) -> Result<Vec<Post>> {
    db.all_within(sql, values, POSTS_BYTES_MAX, Post::size_bytes).await
}

async fn find_all(db: &Reader, ids: &[PostId]) -> Result<Vec<Post>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE p.id IN {} AND p.delete_at = 0", in_list(ids.len()));
    within_page(db, sql, in_values(ids)).await
}

/// The same, of those that are in channels of this person.
pub async fn by_ids_of_member(db: &Reader, member: Granted<UserId>, ids: &[PostId]) -> Result<Vec<Post>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} JOIN channel_members m ON m.channel_id = p.channel_id AND m.user_id = ? \
         WHERE p.id IN {} AND p.delete_at = 0",
        in_list(ids.len())
    );
    let mut values = params![member];
    values.extend(in_values(ids));
    within_page(db, sql, values).await
}

/// Comes first in the batch of a reply: locks the root against deletion until the commit, and fails if it is deleted.
pub fn lock_root(root: Granted<PostId, Write>, now: Millis) -> Statement {
    let sql = "UPDATE posts SET update_at = ? WHERE id = ? AND delete_at = 0";
    Statement::new(sql, params![now, root]).expect_rows(1).or(codes::BAD_ROOT)
}

/// Marks the post as changed for clients that cache posts.
pub(crate) fn touch(id: PostId, now: Millis) -> Statement {
    Statement::new("UPDATE posts SET update_at = ? WHERE id = ?", params![now, id])
}

/// When the newest change in the channel was, deletions included.
pub async fn last_update_at(db: &Reader, channel: Granted<ChannelId>) -> Result<Millis> {
    let at: Option<Millis> = db.one("SELECT MAX(update_at) FROM posts WHERE channel_id = ?", params![channel]).await?;
    Ok(at.unwrap_or_default())
}
