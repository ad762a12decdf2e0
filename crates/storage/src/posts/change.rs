//! Changes of posts: editing, pinning, deleting. Each is guarded by what was read before it.

use guildhall_model::Millis;
use guildhall_model::codes::posts as codes;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::post::Post;

use crate::{Granted, Sql, Statement, Write, in_list, in_values, params};

const EDIT: &str = "UPDATE posts SET update_at = ?, edit_at = ?, is_pinned = ?, message = ?, props = ?, hashtags = ?, file_ids = ? \
    WHERE id = ? AND update_at = ? AND delete_at = 0";

/// Writes the edited post, unless it was changed since `read_at`.
pub fn edit(id: Granted<PostId, Write>, post: &Post, read_at: Millis) -> Statement {
    let values = params![
        post.update_at,
        post.edit_at,
        post.is_pinned,
        &post.message,
        post.props.text(),
        &post.hashtags,
        post.file_ids.clone(),
        id,
        read_at
    ];
    Statement::new(EDIT, values).expect_rows(1)
}

/// Stores the text before an edit, as a deleted post with an `original_id`.
pub fn insert_revision(post: Granted<PostId, Write>, before: &Post, id: PostId, now: Millis) -> Statement {
    let earlier = Post {
        id,
        original_id: Some(post.key()),
        delete_at: now,
        update_at: now,
        pending_post_id: String::new(),
        is_pinned: false,
        ..before.clone()
    };
    super::insert(Granted::new(before.channel_id), &earlier)
}

/// Pins or unpins the post.
pub fn pin(id: Granted<PostId, Write>, post: &Post, is_pinned: bool, now: Millis) -> [Statement; 2] {
    let sql = "UPDATE posts SET is_pinned = ?, update_at = ? WHERE id = ? AND delete_at = 0";
    let mark = Statement::new(sql, params![is_pinned, now, id]).expect_rows(1).or(codes::NOT_FOUND);
    [mark, update_pin_index(id, post, is_pinned)]
}

/// Adds the post to the index of the channel's pinned posts, or removes it.
pub fn update_pin_index(id: Granted<PostId, Write>, post: &Post, is_pinned: bool) -> Statement {
    let key = params![post.channel_id, id];
    if is_pinned {
        const KEY: &[&str] = &["channel_id", "post_id"];
        Statement::new(Sql::InsertIgnore { table: "pinned_posts", columns: KEY, key: KEY }, key)
    } else {
        Statement::new("DELETE FROM pinned_posts WHERE channel_id = ? AND post_id = ?", key)
    }
}

/// Deletes the post, and its replies if it is the root of a thread.
pub fn delete(id: Granted<PostId, Write>, post: &Post, now: Millis) -> Vec<Statement> {
    let one = "UPDATE posts SET delete_at = ?, update_at = ? WHERE id = ? AND delete_at = 0";
    // The root of a thread is always locked first, as in the batch of a reply.
    let mut statements: Vec<Statement> = post.root_id.map(|root| super::touch(root, now)).into_iter().collect();
    statements.push(Statement::new(one, params![now, now, id]).expect_rows(1).or(codes::NOT_FOUND));
    match post.root_id {
        Some(root) => statements.extend(remove_from_thread(root, post, now)),
        None => statements.extend(delete_thread(id.key(), now)),
    }
    let flags = "DELETE FROM preferences WHERE category = 'flagged_post' AND name = ?";
    statements.push(Statement::new(flags, params![id.key().to_string()]));
    statements
}

/// A statement of its own after the deletion of the root: PostgreSQL does not show a statement the replies that were
/// committed while it waited for the lock of the root.
fn delete_thread(root: PostId, now: Millis) -> [Statement; 4] {
    let replies = "UPDATE posts SET delete_at = ?, update_at = ? WHERE root_id = ? AND delete_at = 0";
    [
        Statement::new(replies, params![now, now, root]),
        Statement::new("DELETE FROM threads WHERE thread_id = ?", params![root]),
        Statement::new("DELETE FROM thread_participants WHERE thread_id = ?", params![root]),
        Statement::new("DELETE FROM thread_members WHERE thread_id = ?", params![root]),
    ]
}

/// Updates the thread's reply count, participants and unread mentions after a reply was deleted.
fn remove_from_thread(root: PostId, reply: &Post, now: Millis) -> [Statement; 3] {
    let counts = "UPDATE threads SET reply_count = CASE WHEN reply_count > 0 THEN reply_count - 1 ELSE 0 END, \
        last_reply_at = COALESCE((SELECT MAX(p.create_at) FROM posts p WHERE p.root_id = ? AND p.delete_at = 0), 0) WHERE thread_id = ?";
    let participant = "DELETE FROM thread_participants WHERE thread_id = ? AND user_id = ? \
        AND NOT EXISTS (SELECT 1 FROM posts p WHERE (p.root_id = ? OR p.id = ?) AND p.user_id = ? AND p.delete_at = 0)";
    [
        Statement::new(counts, params![root, root]),
        Statement::new(participant, params![root, reply.user_id, root, root, reply.user_id]),
        cap_mentions(root, now),
    ]
}

/// After a reply was deleted, no follower may have more unread mentions in the thread than unread replies.
fn cap_mentions(thread: PostId, now: Millis) -> Statement {
    let unread = "(SELECT COUNT(*) FROM posts p WHERE p.root_id = thread_members.thread_id AND p.delete_at = 0 \
        AND p.create_at > thread_members.last_viewed_at AND p.user_id <> thread_members.user_id)";
    let sql = format!(
        "UPDATE thread_members SET unread_mentions = {unread}, last_update_at = ? WHERE thread_id = ? AND unread_mentions > {unread}"
    );
    Statement::new(sql, params![now, thread])
}

/// Deletes files that an edit removed from a post.
pub fn delete_files(post: Granted<PostId, Write>, files: &[FileId], now: Millis) -> Option<Statement> {
    if files.is_empty() {
        return None;
    }
    let sql =
        format!("UPDATE files SET delete_at = ?, update_at = ? WHERE post_id = ? AND delete_at = 0 AND id IN {}", in_list(files.len()));
    let mut values = params![now, now, post];
    values.extend(in_values(files));
    Some(Statement::new(sql, values))
}

/// Deletes the files of the replies of a deleted thread.
pub fn delete_files_of_replies(root: Granted<PostId, Write>, now: Millis) -> Statement {
    let sql = "UPDATE files SET delete_at = ?, update_at = ? WHERE delete_at = 0 AND post_id IN (SELECT id FROM posts WHERE root_id = ?)";
    Statement::new(sql, params![now, now, root])
}
