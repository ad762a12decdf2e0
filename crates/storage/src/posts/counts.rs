//! Counters that a new post changes: of its channel, its author, the mentioned members and its thread. The rows of other
//! members are not written.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;

use crate::channels::team_key;
use crate::sql::with_locking_subquery;
use crate::{Granted, Set, Sql, Statement, Write, in_list, in_values, params};

/// The time of a channel's newest post is followed by later posts unless it is further ahead than this.
pub const CLOCK_SKEW_MAX_MS: i64 = 1_000;

/// Members view a channel until this time: it never goes back, where a post is committed later than one with a greater time.
macro_rules! last_post {
    () => {
        "last_post_at = CASE WHEN last_post_at > ? THEN last_post_at ELSE ? END"
    };
}
macro_rules! last_root_post {
    () => {
        "last_root_post_at = CASE WHEN last_root_post_at > ? THEN last_root_post_at ELSE ? END"
    };
}
/// Within an active channel of an active team, and in the order of times.
macro_rules! next_in_channel {
    () => {
        " WHERE id = ? AND delete_at = 0 AND (last_post_at < ? OR last_post_at >= ?) \
         AND (team_id = ? OR EXISTS (SELECT 1 FROM teams t WHERE t.id = channels.team_id AND t.delete_at = 0"
    };
}
const ROOT_IN_CHANNEL: Sql = with_locking_subquery!(
    concat!(
        "UPDATE channels SET ",
        last_post!(),
        ", ",
        last_root_post!(),
        ", total_msg_count = total_msg_count + 1, total_msg_count_root = total_msg_count_root + 1",
        next_in_channel!()
    ),
    "))"
);
const REPLY_IN_CHANNEL: Sql = with_locking_subquery!(
    concat!("UPDATE channels SET ", last_post!(), ", total_msg_count = total_msg_count + 1", next_in_channel!()),
    "))"
);
const NOTICE_IN_CHANNEL: &str = concat!("UPDATE channels SET ", last_post!(), ", ", last_root_post!(), " WHERE id = ?");

/// Counts the post in its channel. Fails with `CONFLICT` where the channel or its team was archived meanwhile, and where a post that
/// is not older was committed meanwhile: what members have read is a matter of time, so the times of posts are in the order of their
/// commits. System messages are not counted, and are also written to archived channels.
pub fn count_in_channel(channel: Granted<ChannelId, Write>, post: &Post) -> Statement {
    let at = post.create_at;
    if post.is_system() {
        return Statement::new(NOTICE_IN_CHANNEL, params![at, at, at, at, channel]);
    }
    let (too_far_ahead, no_team) = (at.plus_ms(CLOCK_SKEW_MAX_MS), team_key(None));
    let statement = match post.root_id {
        Some(_) => Statement::new(REPLY_IN_CHANNEL, params![at, at, channel, at, too_far_ahead, no_team]),
        None => Statement::new(ROOT_IN_CHANNEL, params![at, at, at, at, channel, at, too_far_ahead, no_team]),
    };
    statement.expect_rows(1).or(context::CONFLICT)
}

const VIEWED_BY_AUTHOR: Sql = with_locking_subquery!(
    "UPDATE channel_members SET \
    msg_count = (SELECT total_msg_count FROM channels WHERE id = ?), \
    msg_count_root = (SELECT total_msg_count_root FROM channels WHERE id = ?), \
    mention_count = 0, mention_count_root = 0, urgent_mention_count = 0, last_viewed_at = ?, last_update_at = ? \
    WHERE channel_id = ? AND user_id = ? AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0",
    ")"
);

/// The author of a post has read the channel. Fails the batch unless the author is a member with an active account: a post
/// must not be written after its author was removed.
pub fn mark_viewed_by_author(channel: Granted<ChannelId, Write>, post: &Post) -> Statement {
    let author = post.user_id;
    Statement::new(VIEWED_BY_AUTHOR, params![channel, channel, post.create_at, post.create_at, channel, author, author])
        .expect_rows(1)
        .or(context::PERMISSIONS)
}

const READ_ONE: Sql = with_locking_subquery!(
    "UPDATE channel_members SET msg_count = msg_count + 1 WHERE channel_id = ? AND user_id = ? \
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0",
    ")"
);

/// Counts a member's own reply as read; the rest of the channel may be unread. Fails the batch like
/// [`mark_viewed_by_author`].
pub fn mark_own_reply_read(channel: Granted<ChannelId, Write>, author: UserId) -> Statement {
    Statement::new(READ_ONE, params![channel, author, author]).expect_rows(1).or(context::PERMISSIONS)
}

/// Counts a mention for each of the members whom the post mentions.
pub fn count_mentions(channel: Granted<ChannelId, Write>, mentioned: &[UserId], post: &Post) -> Option<Statement> {
    if mentioned.is_empty() {
        return None;
    }
    let sql = format!(
        "UPDATE channel_members SET mention_count = mention_count + 1, mention_count_root = mention_count_root + ?, \
         urgent_mention_count = urgent_mention_count + ? WHERE channel_id = ? AND user_id IN {}",
        in_list(mentioned.len())
    );
    let mut values = params![i64::from(post.root_id.is_none()), i64::from(post.is_urgent()), channel];
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
