//! Whom each post mentions. It is stored with the post, because it cannot be derived from the text later: names, keywords,
//! members and who is online change. Empty in tombstones, NULL in posts from before these were stored.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::{Millis, Result};

use crate::{Dialect, Granted, Reader, Sql, Statement, Write, in_list, in_values, params};

/// A text with the condition that the post `$post` (an alias) mentions the person `$user` (an expression), of literals.
macro_rules! mentioning {
    ($before:expr, ($post:literal, $user:literal), $after:expr) => {
        $crate::Sql::PerDialect {
            sqlite: concat!($before, "INSTR(", $post, ".mentioned, ", $user, ") > 0", $after),
            postgres: concat!($before, "POSITION(", $user, " IN ", $post, ".mentioned) > 0", $after),
            mysql: concat!($before, "INSTR(", $post, ".mentioned, ", $user, ") > 0", $after),
        }
    };
}
pub(crate) use mentioning;

/// The ids one after the other.
pub(crate) fn encode(users: &[UserId]) -> Vec<u8> {
    users.iter().flat_map(|user| *user.bytes()).collect()
}

fn decode(bytes: &[u8]) -> Vec<UserId> {
    bytes.chunks_exact(size_of::<UserId>()).filter_map(|id| id.try_into().ok()).map(UserId::from_bytes).collect()
}

/// The people whom the post mentions; `None` where they are not stored.
pub async fn of_post(db: &Reader, post: Granted<PostId>) -> Result<Option<Vec<UserId>>> {
    let stored: Option<Option<Vec<u8>>> = db.optional("SELECT mentioned FROM posts WHERE id = ?", params![post]).await?;
    Ok(stored.flatten().map(|bytes| decode(&bytes)))
}

/// Those of the posts that mention the person.
pub async fn mentioning_person(db: &Reader, user: Granted<UserId>, posts: &[PostId]) -> Result<Vec<PostId>> {
    let contains = match db.dialect() {
        Dialect::Sqlite | Dialect::Mysql => "INSTR(mentioned, ?) > 0",
        Dialect::Postgres => "POSITION(? IN mentioned) > 0",
    };
    let mut values = params![user];
    values.extend(in_values(posts));
    db.all(format!("SELECT id FROM posts WHERE {contains} AND id IN {}", in_list(posts.len())), values).await
}

/// Stores the people whom the post mentions.
pub fn set(post: Granted<PostId, Write>, users: &[UserId]) -> Statement {
    Statement::new("UPDATE posts SET mentioned = ? WHERE id = ? AND delete_at = 0", params![encode(users), post])
}

const IN_CHANNEL: Sql = mentioning!(
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN p.root_id IS NULL THEN 1 ELSE 0 END), 0) FROM posts p \
     WHERE p.channel_id = ? AND p.create_at > ? AND p.delete_at = 0 AND ",
    ("p", "?"),
    ""
);

/// How many posts after `seen_until` mention the person: (all, first posts of threads).
pub async fn count_in_channel(db: &Reader, channel: Granted<ChannelId>, user: UserId, seen_until: Millis) -> Result<(i64, i64)> {
    db.one(IN_CHANNEL, params![channel, seen_until, user]).await
}

const URGENT_IN_CHANNEL: Sql = mentioning!(
    "SELECT COUNT(*) FROM posts p WHERE p.channel_id = ? AND p.create_at > ? AND p.delete_at = 0 AND p.priority = 'urgent' AND ",
    ("p", "?"),
    ""
);

/// How many urgent posts after `seen_until` mention the person.
pub async fn count_urgent_in_channel(db: &Reader, channel: Granted<ChannelId>, user: UserId, seen_until: Millis) -> Result<i64> {
    db.one(URGENT_IN_CHANNEL, params![channel, seen_until, user]).await
}

const IN_THREAD: Sql =
    mentioning!("SELECT COUNT(*) FROM posts p WHERE p.root_id = ? AND p.create_at > ? AND p.delete_at = 0 AND ", ("p", "?"), "");

/// How many replies after `seen_until` mention the person.
pub async fn count_in_thread(db: &Reader, thread: Granted<PostId>, user: UserId, seen_until: Millis) -> Result<i64> {
    db.one(IN_THREAD, params![thread, seen_until, user]).await
}

/// Other people's posts after `seen_until` for which nothing is stored, the oldest first.
pub async fn unrecorded_in_channel(
    db: &Reader,
    channel: Granted<ChannelId>,
    me: UserId,
    seen_until: Millis,
    limit: i64,
) -> Result<Vec<Post>> {
    let sql = select!(
        "WHERE p.channel_id = ? AND p.create_at > ? AND p.delete_at = 0 AND p.mentioned IS NULL AND p.user_id <> ? \
         AND p.kind NOT LIKE 'system!_%' ESCAPE '!' ORDER BY p.create_at LIMIT ?"
    );
    db.all(sql, params![channel, seen_until, me, limit]).await
}

/// Other people's replies after `seen_until` for which nothing is stored, the oldest first.
pub async fn unrecorded_in_thread(db: &Reader, thread: Granted<PostId>, me: UserId, seen_until: Millis, limit: i64) -> Result<Vec<Post>> {
    let sql = select!(
        "WHERE p.root_id = ? AND p.create_at > ? AND p.delete_at = 0 AND p.mentioned IS NULL AND p.user_id <> ? \
         ORDER BY p.create_at LIMIT ?"
    );
    db.all(sql, params![thread, seen_until, me, limit]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_were_written() {
        let users = [UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16])];
        assert_eq!(decode(&encode(&users)), users);
        assert!(decode(&encode(&[])).is_empty());
    }
}
