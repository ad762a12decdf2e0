//! Reactions to posts.

use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, Reaction};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Sql, Statement, Write, in_list, in_values, params};

entity!(Reaction, "reactions", [post_id, user_id, emoji_name, create_at, update_at, delete_at, channel_id]);

/// The reactions to posts, in one query for any usual page: by post, oldest first.
pub async fn by_posts(db: &Reader, posts: &[&Post]) -> Result<Vec<Reaction>> {
    let mut found = Vec::new();
    for chunk in posts.chunks(MAX_IN_LIST) {
        let tail = format!("WHERE post_id IN {} ORDER BY post_id, create_at, user_id, emoji_name", in_list(chunk.len()));
        found.extend(db.all::<Reaction>(Reaction::select(&tail), in_values(chunk.iter().map(|post| post.id))).await?);
    }
    Ok(found)
}

/// Adds a reaction; an existing one stays as it is.
pub fn add(post: Granted<PostId, Write>, reaction: &Reaction) -> [Statement; 2] {
    let sql = Sql::InsertIgnore {
        table: "reactions",
        columns: &["post_id", "user_id", "emoji_name", "create_at", "update_at", "delete_at", "channel_id"],
        key: &["post_id", "user_id", "emoji_name"],
    };
    let mark = "UPDATE posts SET has_reactions = 1, update_at = ? WHERE id = ?";
    [Statement::new(sql, reaction.values()).bind(0, post), Statement::new(mark, params![reaction.create_at, post])]
}

pub fn remove(post: Granted<PostId, Write>, user: UserId, emoji_name: &str, now: Millis) -> [Statement; 2] {
    let sql = "DELETE FROM reactions WHERE post_id = ? AND user_id = ? AND emoji_name = ?";
    let mark = "UPDATE posts SET has_reactions = CASE WHEN EXISTS (SELECT 1 FROM reactions r WHERE r.post_id = ?) THEN 1 ELSE 0 END, \
        update_at = ? WHERE id = ?";
    [Statement::new(sql, params![post, user, emoji_name]), Statement::new(mark, params![post, now, post])]
}
