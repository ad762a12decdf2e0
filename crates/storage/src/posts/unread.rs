//! Unread posts of a member, and marking posts as unread again.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Statement, Write, params};

/// The oldest post after `seen_until`, where there is one.
pub async fn first_after(
    db: &Reader,
    channel: Granted<ChannelId>,
    seen_until: Millis,
    roots_only: bool,
) -> Result<Option<(PostId, Millis)>> {
    let sql = if roots_only {
        "SELECT id, create_at FROM posts WHERE channel_id = ? AND create_at > ? AND delete_at = 0 AND root_id IS NULL ORDER BY create_at, id LIMIT 1"
    } else {
        "SELECT id, create_at FROM posts WHERE channel_id = ? AND create_at > ? AND delete_at = 0 ORDER BY create_at, id LIMIT 1"
    };
    db.optional(sql, params![channel, seen_until]).await
}

/// How many counted posts there are after `seen_until`: (all, first posts of threads).
pub async fn count_after(db: &Reader, channel: Granted<ChannelId>, seen_until: Millis) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN root_id IS NULL THEN 1 ELSE 0 END), 0) FROM posts \
        WHERE channel_id = ? AND create_at > ? AND delete_at = 0 AND original_id IS NULL AND kind NOT LIKE 'system!_%' ESCAPE '!'";
    db.one(sql, params![channel, seen_until]).await
}

/// Sets until when the member has viewed the channel, which may go back in time, and that they marked it as unread after the
/// newest post: their own posts until then are unread as well. The counters follow by [`super::recount`].
pub fn set_read_state(user: Granted<UserId, Write>, channel: ChannelId, seen_until: Millis, now: Millis) -> Statement {
    let sql = "UPDATE channel_members SET last_viewed_at = ?, marked_unread_at = (SELECT c.last_post_at FROM channels c WHERE c.id = ?), \
        last_update_at = ? WHERE channel_id = ? AND user_id = ?";
    Statement::new(sql, params![seen_until, channel, now, channel, user]).expect_rows(1)
}
