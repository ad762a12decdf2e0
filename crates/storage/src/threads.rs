//! Threads, their participants and followers.

pub mod lists;

use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, ThreadMember};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Set, Sql, Statement, Write, in_list, in_values, params};

/// A text with the condition that the reply `$post` counts as unread for the person: it is another one's, or of an own
/// integration and mentions the person. Nobody mentions themselves otherwise.
macro_rules! counting_unread {
    ($post:literal, $user:literal, $before:expr, $after:expr) => {
        $crate::posts::mentioned::mentioning!(
            concat!($before, "(", $post, ".user_id <> ", $user, " OR "),
            ($post, $user),
            concat!(")", $after)
        )
    };
}
pub(crate) use counting_unread;

entity!(ThreadMember, "thread_members", [thread_id, user_id, following, last_viewed_at, unread_mentions, last_update_at]);

/// The time of the newest post in the channel of a thread.
macro_rules! newest {
    () => {
        "COALESCE((SELECT c.last_post_at FROM posts p JOIN channels c ON c.id = p.channel_id WHERE p.id = ?), 0)"
    };
}

const COLUMNS: &[&str] = &["thread_id", "user_id", "following", "last_viewed_at", "unread_mentions", "last_update_at"];
const KEY: &[&str] = &["thread_id", "user_id"];

/// Makes a person follow the thread, with everything until `now` read.
pub fn follow_and_read(thread: Granted<PostId, Write>, user: UserId, now: Millis) -> Statement {
    let sql = Sql::Upsert {
        table: "thread_members",
        columns: COLUMNS,
        key: KEY,
        update: &[Set::New("following"), Set::Max("last_viewed_at"), Set::New("unread_mentions"), Set::Max("last_update_at")],
    };
    Statement::new(sql, params![thread, user, true, now, 0, now])
}

/// Makes a person follow the thread, unless they unfollowed it before.
pub fn follow_if_new(thread: Granted<PostId, Write>, user: UserId, seen_until: Millis, now: Millis) -> Statement {
    let sql = Sql::InsertIgnore { table: "thread_members", columns: COLUMNS, key: KEY };
    Statement::new(sql, params![thread, user, true, seen_until, 0, now])
}

/// Makes a person follow the thread, with one more unread mention.
pub fn follow_mentioned(thread: Granted<PostId, Write>, user: UserId, seen_until: Millis, now: Millis) -> Statement {
    let sql = Sql::Upsert {
        table: "thread_members",
        columns: COLUMNS,
        key: KEY,
        update: &[Set::New("following"), Set::Sum("unread_mentions"), Set::Max("last_update_at")],
    };
    Statement::new(sql, params![thread, user, true, seen_until, 1, now])
}

/// Makes a person follow the thread whom an edit mentions; the read state is kept.
pub fn follow(thread: Granted<PostId, Write>, user: UserId, seen_until: Millis, now: Millis) -> Statement {
    let sql =
        Sql::Upsert { table: "thread_members", columns: COLUMNS, key: KEY, update: &[Set::New("following"), Set::Max("last_update_at")] };
    Statement::new(sql, params![thread, user, true, seen_until, 0, now])
}

/// The people who follow or followed a thread and are members of its channel: (user, last viewed, unread mentions, unread
/// replies, following).
pub async fn members(db: &Reader, thread: Granted<PostId>) -> Result<Vec<(UserId, Millis, i64, i64, bool)>> {
    const SQL: Sql = counting_unread!(
        "p",
        "m.user_id",
        "SELECT m.user_id, m.last_viewed_at, m.unread_mentions, \
        (SELECT COUNT(*) FROM posts p WHERE p.root_id = m.thread_id AND p.create_at > m.last_viewed_at AND p.delete_at = 0 AND ",
        "), m.following \
        FROM thread_members m JOIN threads t ON t.thread_id = m.thread_id \
        JOIN channel_members c ON c.channel_id = t.channel_id AND c.user_id = m.user_id \
        WHERE m.thread_id = ?"
    );
    db.all(SQL, params![thread]).await
}

/// How many replies there are of each author.
pub async fn replies_by_author(db: &Reader, thread: Granted<PostId>) -> Result<Vec<(UserId, i64)>> {
    let sql = "SELECT user_id, COUNT(*) FROM posts WHERE root_id = ? AND delete_at = 0 GROUP BY user_id";
    db.all(sql, params![thread]).await
}

/// The participants of threads: the author of the root, then others by their last reply: (thread, user).
pub async fn participants(db: &Reader, threads: &[&Post]) -> Result<Vec<(PostId, UserId)>> {
    if threads.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT thread_id, user_id FROM thread_participants WHERE thread_id IN {} ORDER BY thread_id, last_reply_at, user_id",
        in_list(threads.len())
    );
    db.all(sql, in_values(threads.iter().map(|root| root.id))).await
}

/// The threads among these that the person follows.
pub async fn followed(db: &Reader, user: Granted<UserId>, threads: &[PostId]) -> Result<Vec<PostId>> {
    if threads.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        format!("SELECT thread_id FROM thread_members WHERE user_id = ? AND following = 1 AND thread_id IN {}", in_list(threads.len()));
    let mut values = params![user];
    values.extend(in_values(threads));
    db.all(sql, values).await
}

/// The person's membership of the thread, also after they unfollowed it.
pub async fn member(db: &Reader, thread: Granted<PostId>, user: UserId) -> Result<Option<ThreadMember>> {
    db.optional(ThreadMember::select("WHERE thread_id = ? AND user_id = ?"), params![thread, user]).await
}

/// The person's memberships of these threads, also after they unfollowed them.
pub async fn memberships(db: &Reader, user: Granted<UserId>, threads: &[PostId]) -> Result<Vec<ThreadMember>> {
    let mut values = params![user];
    values.extend(in_values(threads));
    db.all(ThreadMember::select(&format!("WHERE user_id = ? AND thread_id IN {}", in_list(threads.len()))), values).await
}

/// The followers of a thread, in the order of their ids.
pub async fn followers(db: &Reader, thread: Granted<PostId>) -> Result<Vec<UserId>> {
    db.all("SELECT user_id FROM thread_members WHERE thread_id = ? AND following = 1 ORDER BY user_id", params![thread]).await
}

/// Makes a person follow or unfollow the thread. The read state is kept; who has never followed it has read it until `seen_until`,
/// which no post may be that is not committed yet.
pub fn set_following(thread: Granted<PostId>, user: Granted<UserId, Write>, following: bool, seen_until: Millis, now: Millis) -> Statement {
    let sql =
        Sql::Upsert { table: "thread_members", columns: COLUMNS, key: KEY, update: &[Set::New("following"), Set::Max("last_update_at")] };
    Statement::new(sql, params![thread, user, following, seen_until, 0, now])
}

const SET_READ: &str = concat!(
    "UPDATE thread_members SET last_viewed_at = CASE WHEN ? < ",
    newest!(),
    " THEN ? ELSE ",
    newest!(),
    " END, last_update_at = ? WHERE thread_id = ? AND user_id = ?"
);

/// Sets until when the thread was read, at most until the newest post: clients say the present time, and a reply that is
/// committed next is not read. The mentions follow by [`crate::posts::recount`].
pub fn set_read_state(thread: Granted<PostId>, user: Granted<UserId, Write>, seen_until: Millis, now: Millis) -> Statement {
    Statement::new(SET_READ, params![seen_until, thread, seen_until, thread, now, thread, user])
}
