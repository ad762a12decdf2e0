//! Counters of posts that are deleted, edited, viewed or marked as unread: what a recount of the living posts would give.
//! Deletions and edits change the counters relatively, under the locks of the rows, as new posts do.

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;

use super::mentioned::mentioning;
use crate::{Granted, Sql, Statement, Write, in_list, in_values, params};

/// The posts that count: `p` is neither deleted, nor an earlier version, nor the server's.
macro_rules! counted {
    () => {
        "p.delete_at = 0 AND p.original_id IS NULL AND p.kind NOT LIKE 'system!_%' ESCAPE '!'"
    };
}
/// Whether the member has read the post `p`: what they viewed, and their own posts, unless they marked the channel as unread
/// after these or posted them through an integration.
macro_rules! read {
    () => {
        "(p.create_at <= channel_members.last_viewed_at OR p.user_id = channel_members.user_id \
         AND p.create_at > channel_members.marked_unread_at AND p.props NOT LIKE '%\"from_webhook\":%')"
    };
}
macro_rules! replies {
    () => {
        concat!("SELECT COUNT(*) FROM posts p WHERE p.root_id = ? AND ", counted!())
    };
}
macro_rules! read_replies {
    () => {
        concat!(replies!(), " AND ", read!())
    };
}

/// Takes back what the post counted for, and its replies if it is the root of a thread. Before they are deleted: the post,
/// or the root of the thread, must be locked.
pub(super) fn uncount(id: PostId, post: &Post, now: Millis) -> Vec<Statement> {
    let mut statements = Vec::new();
    let is_counted = !post.is_system();
    statements.extend(is_counted.then(|| uncount_in_channel(post)));
    statements.push(lock_members(post.channel_id));
    statements.extend(is_counted.then(|| uncount_read(post)));
    statements.push(uncount_mentions(id, post));
    match post.root_id {
        Some(root) => statements.extend([lock_followers(root), uncount_thread_mentions(root, id, post, now)]),
        None => statements.extend(uncount_replies(id, post.channel_id)),
    }
    statements.push(cap_read(post.channel_id));
    statements
}

/// Waits for those who view the channel or mark it as unread at this moment: an UPDATE whose condition their row does not meet yet
/// would skip it. SQLite has one writer, and executes nothing that returns rows in a batch.
fn lock_members(channel: ChannelId) -> Statement {
    const SQL: Sql = Sql::PerDialect {
        sqlite: "UPDATE channel_members SET msg_count = msg_count WHERE channel_id = ? AND 1 = 0",
        postgres: "SELECT 1 FROM channel_members WHERE channel_id = ? FOR NO KEY UPDATE",
        mysql: "SELECT 1 FROM channel_members WHERE channel_id = ? FOR UPDATE",
    };
    Statement::new(SQL, params![channel])
}

/// The same for the followers of a thread.
fn lock_followers(thread: PostId) -> Statement {
    const SQL: Sql = Sql::PerDialect {
        sqlite: "UPDATE thread_members SET following = following WHERE thread_id = ? AND 1 = 0",
        postgres: "SELECT 1 FROM thread_members WHERE thread_id = ? FOR NO KEY UPDATE",
        mysql: "SELECT 1 FROM thread_members WHERE thread_id = ? FOR UPDATE",
    };
    Statement::new(SQL, params![thread])
}

fn uncount_in_channel(post: &Post) -> Statement {
    const SQL: &str = "UPDATE channels SET total_msg_count = CASE WHEN total_msg_count > 1 THEN total_msg_count - 1 ELSE 0 END, \
        total_msg_count_root = CASE WHEN total_msg_count_root > ? THEN total_msg_count_root - ? ELSE 0 END WHERE id = ?";
    let root = i64::from(post.root_id.is_none());
    Statement::new(SQL, params![root, root, post.channel_id])
}

/// Members who have read the post have read one less; for others there is one less to read.
fn uncount_read(post: &Post) -> Statement {
    const SQL: &str = "UPDATE channel_members SET msg_count = CASE WHEN msg_count > 1 THEN msg_count - 1 ELSE 0 END, \
        msg_count_root = CASE WHEN msg_count_root > ? THEN msg_count_root - ? ELSE 0 END \
        WHERE channel_id = ? AND (last_viewed_at >= ? OR ? = 1 AND user_id = ? AND marked_unread_at < ?)";
    let root = i64::from(post.root_id.is_none());
    let (at, is_own) = (post.create_at, !post.props.is_from_webhook());
    Statement::new(SQL, params![root, root, post.channel_id, at, is_own, post.user_id, at])
}

/// Members whom the post mentions and who have not read it.
fn uncount_mentions(id: PostId, post: &Post) -> Statement {
    const SQL: Sql = mentioning!(
        "UPDATE channel_members SET mention_count = mention_count - 1, \
         mention_count_root = CASE WHEN mention_count_root > ? THEN mention_count_root - ? ELSE 0 END, \
         urgent_mention_count = CASE WHEN urgent_mention_count > ? THEN urgent_mention_count - ? ELSE 0 END \
         WHERE channel_id = ? AND mention_count > 0 AND last_viewed_at < ? AND EXISTS (SELECT 1 FROM posts p WHERE p.id = ? AND ",
        ("p", "channel_members.user_id"),
        ")"
    );
    let root = i64::from(post.root_id.is_none());
    let urgent = i64::from(post.is_urgent());
    Statement::new(SQL, params![root, root, urgent, urgent, post.channel_id, post.create_at, id])
}

fn uncount_thread_mentions(root: PostId, id: PostId, reply: &Post, now: Millis) -> Statement {
    const SQL: Sql = mentioning!(
        "UPDATE thread_members SET unread_mentions = unread_mentions - 1, last_update_at = ? \
         WHERE thread_id = ? AND unread_mentions > 0 AND last_viewed_at < ? AND EXISTS (SELECT 1 FROM posts p WHERE p.id = ? AND ",
        ("p", "thread_members.user_id"),
        ")"
    );
    Statement::new(SQL, params![now, root, reply.create_at, id])
}

/// The replies of a root that is deleted: each member has read some of them.
fn uncount_replies(root: PostId, channel: ChannelId) -> [Statement; 3] {
    const IN_CHANNEL: &str = concat!(
        "UPDATE channels SET total_msg_count = CASE WHEN total_msg_count > (",
        replies!(),
        ") THEN total_msg_count - (",
        replies!(),
        ") ELSE 0 END WHERE id = ?"
    );
    const READ: &str = concat!(
        "UPDATE channel_members SET msg_count = CASE WHEN msg_count > (",
        read_replies!(),
        ") THEN msg_count - (",
        read_replies!(),
        ") ELSE 0 END WHERE channel_id = ? AND (last_viewed_at >= (SELECT MIN(p.create_at) FROM posts p WHERE p.root_id = ? AND ",
        counted!(),
        ") OR user_id IN (SELECT p.user_id FROM posts p WHERE p.root_id = ? AND ",
        counted!(),
        "))"
    );
    macro_rules! unread_mentions {
        () => {
            "SELECT COUNT(*) FROM posts p WHERE p.root_id = ? AND p.delete_at = 0 AND p.create_at > channel_members.last_viewed_at AND "
        };
    }
    const MENTIONS: Sql = mentioning!(
        concat!("UPDATE channel_members SET mention_count = mention_count - (", unread_mentions!()),
        ("p", "channel_members.user_id"),
        ") WHERE channel_id = ? AND mention_count > 0 \
         AND last_viewed_at < (SELECT MAX(p.create_at) FROM posts p WHERE p.root_id = ? AND p.delete_at = 0)"
    );
    [
        Statement::new(IN_CHANNEL, params![root, root, channel]),
        Statement::new(READ, params![root, root, channel, root, root]),
        Statement::new(MENTIONS, params![root, channel, root]),
    ]
}

/// Nobody has read more than there is, where a post was committed later than one with a greater time.
fn cap_read(channel: ChannelId) -> Statement {
    const SQL: &str = "UPDATE channel_members SET \
        msg_count = CASE WHEN msg_count > (SELECT c.total_msg_count FROM channels c WHERE c.id = ?) \
        THEN (SELECT c.total_msg_count FROM channels c WHERE c.id = ?) ELSE msg_count END, \
        msg_count_root = CASE WHEN msg_count_root > (SELECT c.total_msg_count_root FROM channels c WHERE c.id = ?) \
        THEN (SELECT c.total_msg_count_root FROM channels c WHERE c.id = ?) ELSE msg_count_root END, \
        mention_count = CASE WHEN mention_count > 0 THEN mention_count ELSE 0 END \
        WHERE channel_id = ? AND (mention_count < 0 OR msg_count > (SELECT c.total_msg_count FROM channels c WHERE c.id = ?) \
        OR msg_count_root > (SELECT c.total_msg_count_root FROM channels c WHERE c.id = ?))";
    Statement::new(SQL, params![channel, channel, channel, channel, channel, channel, channel])
}

/// Counts a mention that an edit added or removed, for those who have not read the post. Whether they have is no condition of the
/// rows, so that the statement waits for those who mark the channel as unread at this moment.
pub fn change_unread_mentions(channel: Granted<ChannelId, Write>, post: &Post, users: &[UserId], change: i64) -> Option<Statement> {
    if users.is_empty() {
        return None;
    }
    let sql = format!(
        "UPDATE channel_members SET \
         mention_count = CASE WHEN last_viewed_at >= ? THEN mention_count WHEN mention_count + ? < 0 THEN 0 ELSE mention_count + ? END, \
         mention_count_root = CASE WHEN last_viewed_at >= ? THEN mention_count_root \
         WHEN mention_count_root + ? < 0 THEN 0 ELSE mention_count_root + ? END, \
         urgent_mention_count = CASE WHEN last_viewed_at >= ? THEN urgent_mention_count \
         WHEN urgent_mention_count + ? < 0 THEN 0 ELSE urgent_mention_count + ? END \
         WHERE channel_id = ? AND user_id IN {}",
        in_list(users.len())
    );
    let root_change = if post.root_id.is_none() { change } else { 0 };
    let urgent_change = if post.is_urgent() { change } else { 0 };
    let at = post.create_at;
    let mut values = params![at, change, change, at, root_change, root_change, at, urgent_change, urgent_change, channel];
    values.extend(in_values(users));
    Some(Statement::new(sql, values))
}

/// The same in the thread of a reply.
pub fn change_unread_thread_mentions(reply: &Post, users: &[UserId], change: i64) -> Option<Statement> {
    let root = reply.root_id.filter(|_| !users.is_empty())?;
    let sql = format!(
        "UPDATE thread_members SET unread_mentions = CASE WHEN last_viewed_at >= ? THEN unread_mentions \
         WHEN unread_mentions + ? < 0 THEN 0 ELSE unread_mentions + ? END, \
         last_update_at = ? WHERE thread_id = ? AND user_id IN {}",
        in_list(users.len())
    );
    let mut values = params![reply.create_at, change, change, reply.update_at, root];
    values.extend(in_values(users));
    Some(Statement::new(sql, values))
}

macro_rules! unread {
    ($what:literal) => {
        concat!(
            "(SELECT COUNT(",
            $what,
            ") FROM posts p WHERE p.channel_id = channel_members.channel_id AND p.create_at > channel_members.last_viewed_at AND ",
            counted!(),
            " AND NOT ",
            read!(),
            ")"
        )
    };
}

/// Recounts what a person has read of these channels, from their `last_viewed_at` on. A statement of its own after the
/// one that changes that time: it sees what was committed while that one waited for the row.
pub fn recount_read(user: Granted<UserId, Write>, channels: &[ChannelId]) -> Statement {
    let mut values = params![user];
    values.extend(in_values(channels));
    Statement::new(format!("{RECOUNT_READ} WHERE user_id = ? AND channel_id IN {}", in_list(channels.len())), values)
}

/// The same for a new member, after the channel was locked (by a notice): its counters may have changed since they were read.
pub fn recount_read_of_new_member(channel: Granted<ChannelId, Write>, user: UserId) -> Statement {
    Statement::new(format!("{RECOUNT_READ} WHERE user_id = ? AND channel_id = ?"), params![user, channel])
}

/// `COUNT(p.root_id)` counts replies.
const RECOUNT_READ: &str = concat!(
    "UPDATE channel_members SET \
     msg_count = (SELECT c.total_msg_count FROM channels c WHERE c.id = channel_members.channel_id) - ",
    unread!("*"),
    ", msg_count_root = (SELECT c.total_msg_count_root FROM channels c WHERE c.id = channel_members.channel_id) - ",
    unread!("*"),
    " + ",
    unread!("p.root_id")
);

macro_rules! mentions_after_view {
    () => {
        "(SELECT COUNT(*) FROM posts p WHERE p.channel_id = channel_members.channel_id \
         AND p.create_at > channel_members.last_viewed_at AND p.delete_at = 0 AND "
    };
}

/// Recounts the mentions of a person in a channel, and adds those of posts for which none are stored: (all, in first posts).
pub fn recount_mentions(user: Granted<UserId, Write>, channel: ChannelId, unrecorded: (i64, i64)) -> [Statement; 3] {
    const ALL: Sql = mentioning!(
        concat!("UPDATE channel_members SET mention_count = ? + ", mentions_after_view!()),
        ("p", "channel_members.user_id"),
        ") WHERE user_id = ? AND channel_id = ?"
    );
    const ROOTS: Sql = mentioning!(
        concat!("UPDATE channel_members SET mention_count_root = ? + ", mentions_after_view!(), "p.root_id IS NULL AND "),
        ("p", "channel_members.user_id"),
        ") WHERE user_id = ? AND channel_id = ?"
    );
    const URGENT: Sql = mentioning!(
        concat!("UPDATE channel_members SET urgent_mention_count = ", mentions_after_view!(), "p.priority = 'urgent' AND "),
        ("p", "channel_members.user_id"),
        ") WHERE user_id = ? AND channel_id = ?"
    );
    [
        Statement::new(ALL, params![unrecorded.0, user, channel]),
        Statement::new(ROOTS, params![unrecorded.1, user, channel]),
        // Nothing was urgent before mentions were stored.
        Statement::new(URGENT, params![user, channel]),
    ]
}

/// Recounts the mentions of a person in a thread, and adds those of replies for which none are stored.
pub fn recount_thread_mentions(user: Granted<UserId, Write>, thread: PostId, unrecorded: i64) -> Statement {
    const SQL: Sql = mentioning!(
        "UPDATE thread_members SET unread_mentions = ? + (SELECT COUNT(*) FROM posts p WHERE p.root_id = thread_members.thread_id \
         AND p.create_at > thread_members.last_viewed_at AND p.delete_at = 0 AND ",
        ("p", "thread_members.user_id"),
        ") WHERE user_id = ? AND thread_id = ?"
    );
    Statement::new(SQL, params![unrecorded, user, thread])
}
