//! Deleting posts: what they counted for is taken back, and what they contained is erased, in one batch. Tombstones remain
//! for clients that cache posts. The batch counts first and erases afterwards, under the locks of its first statements.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::{Millis, Result};

use super::{change, mentioned, persistent_notifications, recount};
use crate::{Granted, Reader, Server, Statement, Write, files, in_list, in_values, params, usage};

/// Deletes the post, and its replies if it is the root of a thread. `unrecorded` are the people whom a post mentions that
/// was written before these were stored.
pub fn delete(id: Granted<PostId, Write>, post: &Post, unrecorded: Option<&[UserId]>, now: Millis) -> Vec<Statement> {
    let mut statements: Vec<Statement> = change::lock_thread(post, now).into_iter().collect();
    let lock = "UPDATE posts SET update_at = ? WHERE id = ? AND delete_at = 0";
    statements.push(Statement::new(lock, params![now, id]).expect_rows(1).or(codes::NOT_FOUND));
    statements.extend(unrecorded.map(|users| mentioned::set(id, users)));
    statements.extend(recount::uncount(id.key(), post, now));
    statements.extend(usage::give_back_thread(id.key()));
    statements.extend(erase(id, post, now));
    match post.root_id {
        Some(root) => statements.extend(remove_from_thread(root, post)),
        None => statements.extend(delete_thread(id.key(), post, now)),
    }
    let flags = "DELETE FROM preferences WHERE category = 'flagged_post' AND name = ?";
    statements.push(Statement::new(flags, params![id.key().to_string()]));
    statements
}

const ERASE: &str = "UPDATE posts SET delete_at = ?, update_at = ?, is_pinned = 0, message = '', props = '{}', hashtags = '', \
    file_ids = '', has_reactions = 0, has_acknowledgements = 0, mentioned = ? WHERE id = ?";

/// Erases the contents of a post, with its earlier versions, reactions and files.
fn erase(id: Granted<PostId, Write>, post: &Post, now: Millis) -> [Statement; 8] {
    [
        Statement::new(ERASE, params![now, now, mentioned::encode(&[]), id]),
        Statement::new("DELETE FROM posts WHERE original_id = ?", params![id]),
        Statement::new("DELETE FROM reactions WHERE post_id = ?", params![id]),
        Statement::new("DELETE FROM post_acknowledgements WHERE post_id = ?", params![id]),
        Statement::new("DELETE FROM post_reminders WHERE post_id = ?", params![id]),
        persistent_notifications::delete(id),
        change::update_pin_index(id, post, false),
        files::delete_of_post(id, now),
    ]
}

const ERASE_REPLIES: &str = "UPDATE posts SET delete_at = ?, update_at = ?, is_pinned = 0, message = '', props = '{}', hashtags = '', \
    file_ids = '', has_reactions = 0, has_acknowledgements = 0, mentioned = ? WHERE root_id = ? AND delete_at = 0";
const FILES_OF_REPLIES: &str = "UPDATE files SET delete_at = ?, update_at = ? WHERE delete_at = 0 \
    AND post_id IN (SELECT id FROM posts WHERE root_id = ?)";

/// The replies of a deleted root. These are statements of their own after the root was locked: PostgreSQL does not show a
/// statement the replies that were committed while it waited for the lock.
fn delete_thread(root: PostId, post: &Post, now: Millis) -> [Statement; 10] {
    let of_replies = |sql: &'static str, values| Statement::new(sql, values);
    let pins = "DELETE FROM pinned_posts WHERE channel_id = ? AND post_id IN (SELECT id FROM posts WHERE root_id = ?)";
    [
        // Earlier versions have the root of their reply.
        of_replies("DELETE FROM posts WHERE root_id = ? AND original_id IS NOT NULL", params![root]),
        of_replies(FILES_OF_REPLIES, params![now, now, root]),
        of_replies("DELETE FROM reactions WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)", params![root]),
        of_replies("DELETE FROM post_acknowledgements WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)", params![root]),
        of_replies("DELETE FROM post_reminders WHERE post_id IN (SELECT id FROM posts WHERE root_id = ?)", params![root]),
        of_replies(pins, params![post.channel_id, root]),
        of_replies(ERASE_REPLIES, params![now, now, mentioned::encode(&[]), root]),
        Statement::new("DELETE FROM threads WHERE thread_id = ?", params![root]),
        Statement::new("DELETE FROM thread_participants WHERE thread_id = ?", params![root]),
        Statement::new("DELETE FROM thread_members WHERE thread_id = ?", params![root]),
    ]
}

/// Updates the thread's reply count and participants after a reply was deleted.
fn remove_from_thread(root: PostId, reply: &Post) -> [Statement; 3] {
    let thread = "UPDATE threads SET reply_count = CASE WHEN reply_count > 0 THEN reply_count - 1 ELSE 0 END, \
        last_reply_at = COALESCE((SELECT MAX(p.create_at) FROM posts p WHERE p.root_id = ? AND p.delete_at = 0), 0) WHERE thread_id = ?";
    let gone = "DELETE FROM thread_participants WHERE thread_id = ? AND user_id = ? \
        AND NOT EXISTS (SELECT 1 FROM posts p WHERE (p.root_id = ? OR p.id = ?) AND p.user_id = ? AND p.delete_at = 0)";
    let latest = "UPDATE thread_participants SET last_reply_at = COALESCE((SELECT MAX(p.create_at) FROM posts p \
        WHERE (p.root_id = ? OR p.id = ?) AND p.user_id = ? AND p.delete_at = 0), 0) WHERE thread_id = ? AND user_id = ?";
    let user = reply.user_id;
    [
        Statement::new(thread, params![root, root]),
        Statement::new(gone, params![root, user, root, root, user]),
        Statement::new(latest, params![root, root, user, root, user]),
    ]
}

/// One page of all posts in order of their ids, and whether each is a tombstone.
pub async fn page_of_ids(db: &Reader, _server: Granted<Server>, after: PostId, limit: usize) -> Result<Vec<(PostId, bool)>> {
    let sql = "SELECT id, CASE WHEN delete_at > 0 AND original_id IS NULL THEN 1 ELSE 0 END FROM posts WHERE id > ? ORDER BY id LIMIT ?";
    db.all(sql, params![after, limit]).await
}

/// Erases what deleted posts still contain, from before it was erased with the deletion.
pub fn erase_tombstones(_server: Granted<Server, Write>, ids: &[PostId]) -> Vec<Statement> {
    let list = in_list(ids.len());
    let posts = format!(
        "UPDATE posts SET is_pinned = 0, message = '', props = '{{}}', hashtags = '', file_ids = '', has_reactions = 0, has_acknowledgements = 0, mentioned = ? \
         WHERE delete_at > 0 AND id IN {list}"
    );
    let mut values = params![mentioned::encode(&[])];
    values.extend(in_values(ids));
    let others = [
        format!("DELETE FROM posts WHERE delete_at > 0 AND original_id IN {list}"),
        format!("DELETE FROM reactions WHERE post_id IN {list}"),
    ];
    let mut statements = vec![Statement::new(posts, values)];
    statements.extend(others.into_iter().map(|sql| Statement::new(sql, in_values(ids))));
    statements
}
