//! Changes of posts: editing and pinning. Each is guarded by what was read before it.

use guildhall_model::Millis;
use guildhall_model::codes::posts as codes;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::post::Post;

use crate::{Granted, Sql, Statement, Write, in_list, in_values, params};

/// Comes first in the batch that changes a reply: the root of a thread is always locked before its replies.
pub fn lock_thread(reply: &Post, now: Millis) -> Option<Statement> {
    reply.root_id.map(|root| super::touch(root, now))
}

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

/// Deletes files that an edit removed from a post: exactly these, else `CONFLICT`. What they take is given back in the same
/// batch ([`crate::usage::give_back`]).
pub fn delete_files(post: Granted<PostId, Write>, files: &[FileId], now: Millis) -> Option<Statement> {
    if files.is_empty() {
        return None;
    }
    let sql =
        format!("UPDATE files SET delete_at = ?, update_at = ? WHERE post_id = ? AND delete_at = 0 AND id IN {}", in_list(files.len()));
    let mut values = params![now, now, post];
    values.extend(in_values(files));
    Some(Statement::new(sql, values).expect_rows(files.len() as u64))
}
