//! The threads that a person follows: pages and totals.

use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::{COUNTED_POSTS_BYTES_MAX, Post, Thread};
use guildhall_model::{Millis, Result};

use crate::channels::team_key;
use crate::posts::{COLUMN_COUNT, COLUMNS};
use crate::threads::counting_unread;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Sql, Statement, Value, Write, in_list, in_values, params};

/// Selects among the threads that a person follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    pub user: Granted<UserId>,
    pub team: Granted<TeamId>,
    /// Those of direct and group channels as well.
    pub include_personal: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadCursor {
    Newest,
    /// Threads whose last reply is older.
    Before(Millis, PostId),
    /// The ones directly after it.
    After(Millis, PostId),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub threads: i64,
    pub unread_threads: i64,
    pub unread_mentions: i64,
}

/// A thread with the membership of its follower, without participants.
struct FollowedThread(Thread);

impl FromRow for FollowedThread {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let post = Post::from_row(row)?;
        Ok(Self(Thread {
            reply_count: post.reply_count,
            last_reply_at: post.last_reply_at,
            post,
            participants: Vec::new(),
            team_id: Some(row.get(COLUMN_COUNT)?).filter(|team| *team != team_key(None)),
            last_viewed_at: row.get(COLUMN_COUNT + 1)?,
            unread_mentions: row.get(COLUMN_COUNT + 2)?,
            is_following: row.get(COLUMN_COUNT + 3)?,
            unread_replies: row.get(COLUMN_COUNT + 4)?,
        }))
    }
}

const JOINED: &str = "thread_members m JOIN threads t ON t.thread_id = m.thread_id JOIN posts p ON p.id = m.thread_id AND p.delete_at = 0 \
    JOIN channels c ON c.id = t.channel_id JOIN channel_members cm ON cm.channel_id = t.channel_id AND cm.user_id = m.user_id";
const UNREAD_REPLIES: Sql = counting_unread!(
    "r",
    "m.user_id",
    "(SELECT COUNT(*) FROM posts r WHERE r.root_id = m.thread_id AND r.create_at > m.last_viewed_at AND r.delete_at = 0 AND ",
    ")"
);

impl Scope {
    fn condition(&self) -> (String, Vec<Value>) {
        let mut teams = vec![self.team.key()];
        if self.include_personal {
            teams.push(team_key(None));
        }
        let mut values = params![self.user];
        values.extend(in_values(&teams));
        (format!("m.user_id = ? AND m.following = 1 AND c.team_id IN {}", in_list(teams.len())), values)
    }
}

/// A page of them, by their last reply, newest first. Participants are not filled in.
pub async fn page(
    db: &Reader,
    scope: Scope,
    from: ThreadCursor,
    changed_since: Millis,
    unread_only: bool,
    limit: i64,
) -> Result<Vec<Thread>> {
    let (mut condition, mut values) = scope.condition();
    if !changed_since.is_zero() {
        condition.push_str(" AND (p.update_at >= ? OR m.last_update_at >= ?)");
        values.extend(params![changed_since, changed_since]);
    }
    if unread_only {
        condition.push_str(" AND t.last_reply_at > m.last_viewed_at");
    }
    let order = match from {
        ThreadCursor::Newest => "t.last_reply_at DESC, t.thread_id DESC",
        ThreadCursor::Before(at, id) => {
            condition.push_str(" AND (t.last_reply_at < ? OR t.last_reply_at = ? AND t.thread_id < ?)");
            values.extend(params![at, at, id]);
            "t.last_reply_at DESC, t.thread_id DESC"
        }
        ThreadCursor::After(at, id) => {
            condition.push_str(" AND (t.last_reply_at > ? OR t.last_reply_at = ? AND t.thread_id > ?)");
            values.extend(params![at, at, id]);
            "t.last_reply_at, t.thread_id"
        }
    };
    values.push(Value::from(limit));
    let sql = format!(
        "SELECT {COLUMNS}, c.team_id, m.last_viewed_at, m.unread_mentions, m.following, {} \
         FROM {JOINED} WHERE {condition} ORDER BY {order} LIMIT ?",
        UNREAD_REPLIES.render(db.dialect())
    );
    let size = |FollowedThread(thread): &FollowedThread| thread.post.size_bytes();
    let rows = db.all_within(sql, values, COUNTED_POSTS_BYTES_MAX, size).await?;
    let mut threads: Vec<Thread> = rows.into_iter().map(|FollowedThread(thread)| thread).collect();
    if matches!(from, ThreadCursor::After(..)) {
        threads.reverse();
    }
    Ok(threads)
}

/// A thread with the membership of a person, followed or not.
pub async fn get(db: &Reader, user: Granted<UserId>, thread: Granted<PostId>) -> Result<Option<Thread>> {
    let sql = format!(
        "SELECT {COLUMNS}, c.team_id, m.last_viewed_at, m.unread_mentions, m.following, {} \
         FROM thread_members m JOIN posts p ON p.id = m.thread_id AND p.delete_at = 0 LEFT JOIN threads t ON t.thread_id = p.id \
         JOIN channels c ON c.id = p.channel_id WHERE m.user_id = ? AND m.thread_id = ?",
        UNREAD_REPLIES.render(db.dialect())
    );
    Ok(db.optional::<FollowedThread>(sql, params![user, thread]).await?.map(|FollowedThread(thread)| thread))
}

/// When a thread of which the person is a member was last replied to.
pub async fn last_reply_at(db: &Reader, user: Granted<UserId>, thread: PostId) -> Result<Option<Millis>> {
    let sql = "SELECT COALESCE(t.last_reply_at, 0) FROM thread_members m JOIN posts p ON p.id = m.thread_id AND p.delete_at = 0 \
        LEFT JOIN threads t ON t.thread_id = p.id WHERE m.user_id = ? AND m.thread_id = ?";
    db.optional(sql, params![user, thread]).await
}

pub async fn totals(db: &Reader, scope: Scope) -> Result<Totals> {
    let (condition, values) = scope.condition();
    let sql = format!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN t.last_reply_at > m.last_viewed_at THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(m.unread_mentions), 0) FROM {JOINED} WHERE {condition}"
    );
    let (threads, unread_threads, unread_mentions) = db.one(sql, values).await?;
    Ok(Totals { threads, unread_threads, unread_mentions })
}

/// The channels where threads mention the person, and how often.
pub async fn mentions_by_channel(db: &Reader, scope: Scope) -> Result<Vec<(ChannelId, i64)>> {
    let (condition, values) = scope.condition();
    let sql = format!(
        "SELECT t.channel_id, SUM(m.unread_mentions) FROM {JOINED} WHERE {condition} AND m.unread_mentions > 0 GROUP BY t.channel_id"
    );
    db.all(sql, values).await
}

const LOCK: &str = "UPDATE thread_members SET last_update_at = ? WHERE user_id = ? AND following = 1 AND thread_id IN ";
const READ: &str = "UPDATE thread_members SET unread_mentions = 0, last_viewed_at = COALESCE((SELECT c.last_post_at FROM threads t \
    JOIN channels c ON c.id = t.channel_id WHERE t.thread_id = thread_members.thread_id), last_viewed_at) \
    WHERE user_id = ? AND following = 1 AND thread_id IN ";

/// Marks the followed threads as read until the newest post of their channel: a reply that is committed next is not read. The rows
/// are locked by a statement of their own, so that the other one sees each reply that was counted in them.
fn read(user: Granted<UserId, Write>, threads: &str, values: Vec<Value>, now: Millis) -> [Statement; 2] {
    let (mut of_lock, mut of_read) = (params![now, user], params![user]);
    of_lock.extend(values.clone());
    of_read.extend(values);
    [Statement::new(format!("{LOCK}{threads}"), of_lock), Statement::new(format!("{READ}{threads}"), of_read)]
}

/// Marks all followed threads of the scope as read.
pub fn read_all(user: Granted<UserId, Write>, scope: Scope, now: Millis) -> [Statement; 2] {
    let mut teams = vec![scope.team.key()];
    if scope.include_personal {
        teams.push(team_key(None));
    }
    let threads =
        format!("(SELECT t.thread_id FROM threads t JOIN channels c ON c.id = t.channel_id WHERE c.team_id IN {})", in_list(teams.len()));
    read(user, &threads, in_values(&teams).into_iter().collect(), now)
}

/// Marks all followed threads of these channels as read.
pub fn read_in_channels(user: Granted<UserId, Write>, channels: &[ChannelId], now: Millis) -> [Statement; 2] {
    let threads = format!("(SELECT t.thread_id FROM threads t WHERE t.channel_id IN {})", in_list(channels.len()));
    read(user, &threads, in_values(channels).into_iter().collect(), now)
}

/// How many replies after `seen_until` count as unread for the person.
pub async fn replies_after(db: &Reader, thread: Granted<PostId>, me: UserId, seen_until: Millis) -> Result<i64> {
    const SQL: Sql =
        counting_unread!("p", "?", "SELECT COUNT(*) FROM posts p WHERE p.root_id = ? AND p.create_at > ? AND p.delete_at = 0 AND ", "");
    db.one(SQL, params![thread, seen_until, me, me]).await
}
