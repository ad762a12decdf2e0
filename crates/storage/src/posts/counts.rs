//! Counters that a new post changes: of its channel, its author, the mentioned members and its thread. The rows of other
//! members are not written.

use guildhall_model::Millis;
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;

use crate::{Granted, Set, Sql, Statement, Write, in_list, in_values, params};

const ROOT_IN_CHANNEL: &str = "UPDATE channels SET last_post_at = ?, last_root_post_at = ?, total_msg_count = total_msg_count + 1, \
    total_msg_count_root = total_msg_count_root + 1 WHERE id = ? AND delete_at = 0 \
    AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.id = channels.team_id AND t.delete_at > 0)";
const REPLY_IN_CHANNEL: &str = "UPDATE channels SET last_post_at = ?, total_msg_count = total_msg_count + 1 WHERE id = ? AND delete_at = 0 \
    AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.id = channels.team_id AND t.delete_at > 0)";
const NOTICE_IN_CHANNEL: &str = "UPDATE channels SET last_post_at = ?, last_root_post_at = ? WHERE id = ?";

/// Counts the post in its channel, unless the channel or its team was archived meanwhile. System messages are not counted, and are
/// also written to archived channels.
pub fn count_in_channel(channel: Granted<ChannelId, Write>, post: &Post) -> Statement {
    let at = post.create_at;
    if post.is_system() {
        return Statement::new(NOTICE_IN_CHANNEL, params![at, at, channel]);
    }
    let statement = match post.root_id {
        Some(_) => Statement::new(REPLY_IN_CHANNEL, params![at, channel]),
        None => Statement::new(ROOT_IN_CHANNEL, params![at, at, channel]),
    };
    statement.expect_rows(1).or(codes::CHANNEL_ARCHIVED)
}

const VIEWED_BY_AUTHOR: &str = "UPDATE channel_members SET \
    msg_count = (SELECT total_msg_count FROM channels WHERE id = ?), \
    msg_count_root = (SELECT total_msg_count_root FROM channels WHERE id = ?), \
    mention_count = 0, mention_count_root = 0, urgent_mention_count = 0, last_viewed_at = ?, last_update_at = ? \
    WHERE channel_id = ? AND user_id = ? AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0)";

/// The author of a post has read the channel. Fails the batch unless the author is a member with an active account: a post
/// must not be written after its author was removed.
pub fn mark_viewed_by_author(channel: Granted<ChannelId, Write>, post: &Post) -> Statement {
    let author = post.user_id;
    Statement::new(VIEWED_BY_AUTHOR, params![channel, channel, post.create_at, post.create_at, channel, author, author])
        .expect_rows(1)
        .or(context::PERMISSIONS)
}

const READ_ONE: &str = "UPDATE channel_members SET msg_count = msg_count + 1 WHERE channel_id = ? AND user_id = ? \
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0)";

/// Counts a member's own reply as read; the rest of the channel may be unread. Fails the batch like
/// [`mark_viewed_by_author`].
pub fn mark_own_reply_read(channel: Granted<ChannelId, Write>, author: UserId) -> Statement {
    Statement::new(READ_ONE, params![channel, author, author]).expect_rows(1).or(context::PERMISSIONS)
}

/// Changes the mention counts of members by `change`, which is -1 when the post is deleted.
pub fn change_mentions(channel: Granted<ChannelId, Write>, mentioned: &[UserId], is_root: bool, change: i64) -> Option<Statement> {
    if mentioned.is_empty() {
        return None;
    }
    let sql = format!(
        "UPDATE channel_members SET mention_count = CASE WHEN mention_count + ? < 0 THEN 0 ELSE mention_count + ? END, \
         mention_count_root = CASE WHEN mention_count_root + ? < 0 THEN 0 ELSE mention_count_root + ? END \
         WHERE channel_id = ? AND user_id IN {}",
        in_list(mentioned.len())
    );
    let root_change = if is_root { change } else { 0 };
    let mut values = params![change, change, root_change, root_change, channel];
    values.extend(in_values(mentioned));
    Some(Statement::new(sql, values))
}

const THREAD: Sql = Sql::Upsert {
    table: "threads",
    columns: &["thread_id", "channel_id", "reply_count", "last_reply_at"],
    key: &["thread_id"],
    update: &[Set::Sum("reply_count"), Set::Max("last_reply_at")],
};
const PARTICIPANT: Sql = Sql::Upsert {
    table: "thread_participants",
    columns: &["thread_id", "user_id", "last_reply_at"],
    key: &["thread_id", "user_id"],
    update: &[Set::Max("last_reply_at")],
};

/// Counts a reply in its thread, and its author as participant.
pub fn count_in_thread(root: Granted<PostId, Write>, reply: &Post) -> [Statement; 2] {
    [Statement::new(THREAD, params![root, reply.channel_id, 1, reply.create_at]), add_participant(root, reply.user_id, reply.create_at)]
}

/// Records a participant of the thread.
pub fn add_participant(root: Granted<PostId, Write>, user: UserId, at: Millis) -> Statement {
    Statement::new(PARTICIPANT, params![root, user, at])
}
