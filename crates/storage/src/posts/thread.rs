//! The replies of one thread, a page at a time.

use guildhall_model::id::PostId;
use guildhall_model::post::Post;
use guildhall_model::{Millis, Result};

use super::within_page;
use crate::{Granted, Reader, params};

/// Where a page of replies begins, and in which direction it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyCursor {
    /// Later than this, oldest first.
    After(Millis, PostId),
    /// Earlier than this, newest first.
    Before(Millis, PostId),
    /// Changed since then (deleted ones too), in the order of their changes.
    ChangedSince(Millis, PostId),
}

/// At most `limit` replies.
pub async fn replies(db: &Reader, root: Granted<PostId>, from: ReplyCursor, limit: i64) -> Result<Vec<Post>> {
    let (sql, at, id) = match from {
        ReplyCursor::After(at, id) => (
            select!(
                "WHERE p.root_id = ? AND p.delete_at = 0 AND p.create_at >= ? AND (p.create_at > ? OR p.id > ?) \
                 ORDER BY p.create_at, p.id LIMIT ?"
            ),
            at,
            id,
        ),
        ReplyCursor::Before(at, id) => (
            select!(
                "WHERE p.root_id = ? AND p.delete_at = 0 AND p.create_at <= ? AND (p.create_at < ? OR p.id < ?) \
                 ORDER BY p.create_at DESC, p.id DESC LIMIT ?"
            ),
            at,
            id,
        ),
        ReplyCursor::ChangedSince(at, id) => (
            select!(
                "WHERE p.root_id = ? AND p.original_id IS NULL AND p.update_at >= ? AND (p.update_at > ? OR p.id > ?) \
                 ORDER BY p.update_at, p.id LIMIT ?"
            ),
            at,
            id,
        ),
    };
    within_page(db, sql, params![root, at, at, id, limit]).await
}
