//! Pages of a channel's posts, newest first.

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::Post;
use guildhall_model::{Millis, Result};

use super::within_page;
use crate::{Granted, Reader, params};

/// Selects the posts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostFilter {
    /// With replies.
    All,
    /// Only the first posts of threads.
    Roots,
}

/// The channel's posts, newest first.
pub async fn page(db: &Reader, channel: Granted<ChannelId>, filter: PostFilter, offset: i64, limit: i64) -> Result<Vec<Post>> {
    let sql = match filter {
        PostFilter::All => select!("WHERE p.channel_id = ? AND p.delete_at = 0 ORDER BY p.create_at DESC, p.id DESC LIMIT ? OFFSET ?"),
        PostFilter::Roots => {
            select!(
                "WHERE p.channel_id = ? AND p.delete_at = 0 AND p.root_id IS NULL ORDER BY p.create_at DESC, p.id DESC LIMIT ? OFFSET ?"
            )
        }
    };
    within_page(db, sql, params![channel, limit, offset]).await
}

/// At most `limit` posts older than this one, newest first.
pub async fn before(db: &Reader, channel: Granted<ChannelId>, filter: PostFilter, at: (Millis, PostId), limit: i64) -> Result<Vec<Post>> {
    let sql = match filter {
        PostFilter::All => select!(
            "WHERE p.channel_id = ? AND p.delete_at = 0 AND p.create_at <= ? AND (p.create_at < ? OR p.id < ?) \
             ORDER BY p.create_at DESC, p.id DESC LIMIT ?"
        ),
        PostFilter::Roots => select!(
            "WHERE p.channel_id = ? AND p.delete_at = 0 AND p.root_id IS NULL AND p.create_at <= ? AND (p.create_at < ? OR p.id < ?) \
             ORDER BY p.create_at DESC, p.id DESC LIMIT ?"
        ),
    };
    within_page(db, sql, params![channel, at.0, at.0, at.1, limit]).await
}

/// At most `limit` posts newer than this one, newest first: the ones directly after it.
pub async fn after(db: &Reader, channel: Granted<ChannelId>, filter: PostFilter, at: (Millis, PostId), limit: i64) -> Result<Vec<Post>> {
    let sql = match filter {
        PostFilter::All => select!(
            "WHERE p.channel_id = ? AND p.delete_at = 0 AND p.create_at >= ? AND (p.create_at > ? OR p.id > ?) \
             ORDER BY p.create_at, p.id LIMIT ?"
        ),
        PostFilter::Roots => select!(
            "WHERE p.channel_id = ? AND p.delete_at = 0 AND p.root_id IS NULL AND p.create_at >= ? AND (p.create_at > ? OR p.id > ?) \
             ORDER BY p.create_at, p.id LIMIT ?"
        ),
    };
    let mut posts = within_page(db, sql, params![channel, at.0, at.0, at.1, limit]).await?;
    posts.reverse();
    Ok(posts)
}

/// What changed since then, newest first, deleted posts included: for clients that cache posts.
pub async fn changed_since(db: &Reader, channel: Granted<ChannelId>, filter: PostFilter, since: Millis, limit: i64) -> Result<Vec<Post>> {
    let sql = match filter {
        PostFilter::All => {
            select!("WHERE p.channel_id = ? AND p.update_at > ? AND p.original_id IS NULL ORDER BY p.update_at DESC LIMIT ?")
        }
        PostFilter::Roots => select!(
            "WHERE p.channel_id = ? AND p.update_at > ? AND p.original_id IS NULL AND p.root_id IS NULL ORDER BY p.update_at DESC LIMIT ?"
        ),
    };
    let mut posts = within_page(db, sql, params![channel, since, limit]).await?;
    posts.sort_by_key(|post| std::cmp::Reverse((post.create_at, post.id)));
    Ok(posts)
}

/// The channel's pinned posts, newest first.
pub async fn pinned(db: &Reader, channel: Granted<ChannelId>, limit: i64) -> Result<Vec<Post>> {
    let sql = select!(
        "JOIN pinned_posts x ON x.post_id = p.id WHERE x.channel_id = ? AND p.is_pinned = 1 AND p.delete_at = 0 \
         ORDER BY p.create_at DESC, p.id DESC LIMIT ?"
    );
    within_page(db, sql, params![channel, limit]).await
}

/// A revision of a post.
pub async fn revision(db: &Reader, id: Granted<PostId>, version: PostId) -> Result<Option<Post>> {
    db.optional(select!("WHERE p.id = ? AND p.original_id = ?"), params![version, id]).await
}

/// The revisions of a post, newest first.
pub async fn edit_history(db: &Reader, id: Granted<PostId>, limit: i64) -> Result<Vec<Post>> {
    let sql = select!("WHERE p.original_id = ? ORDER BY p.edit_at DESC, p.update_at DESC, p.id DESC LIMIT ?");
    within_page(db, sql, params![id, limit]).await
}
