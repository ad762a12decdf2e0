//! Unread posts of a member, and marking posts as unread again.

use guildhall_model::channel::ChannelMember;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;
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

/// Other people's posts after `seen_until`, oldest first: the ones in which mentions are counted.
pub async fn of_others_after(db: &Reader, channel: Granted<ChannelId>, me: UserId, seen_until: Millis, limit: i64) -> Result<Vec<Post>> {
    let sql = select!(
        "WHERE p.channel_id = ? AND p.create_at > ? AND p.delete_at = 0 AND p.user_id <> ? \
         AND p.kind NOT LIKE 'system!_%' ESCAPE '!' ORDER BY p.create_at LIMIT ?"
    );
    db.all(sql, params![channel, seen_until, me, limit]).await
}

/// Writes the read state of the member, which may go back in time.
pub fn set_read_state(user: Granted<UserId, Write>, member: &ChannelMember) -> Statement {
    let sql = "UPDATE channel_members SET last_viewed_at = ?, msg_count = ?, msg_count_root = ?, mention_count = ?, mention_count_root = ?, \
        urgent_mention_count = ?, last_update_at = ? WHERE channel_id = ? AND user_id = ?";
    let values = params![
        member.last_viewed_at,
        member.msg_count,
        member.msg_count_root,
        member.mention_count,
        member.mention_count_root,
        member.urgent_mention_count,
        member.last_update_at,
        member.channel_id,
        user
    ];
    Statement::new(sql, values).expect_rows(1)
}
