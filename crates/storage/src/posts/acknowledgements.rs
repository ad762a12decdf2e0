//! Who has acknowledged which posts.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, PostAcknowledgement};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Statement, Write, in_list, in_values, params};

entity!(PostAcknowledgement, "post_acknowledgements", [post_id, user_id, channel_id, acknowledged_at]);

/// The acknowledgements of one response: what 10,000 people take there is about a megabyte. The rest is not shown.
pub const ROWS_MAX: usize = 10_000;

/// The acknowledgements of posts, the oldest first, and no more than [`ROWS_MAX`].
pub async fn by_posts(db: &Reader, posts: &[&Post]) -> Result<Vec<PostAcknowledgement>> {
    let mut found = Vec::new();
    for chunk in posts.chunks(MAX_IN_LIST) {
        let tail = format!("WHERE post_id IN {} ORDER BY acknowledged_at, user_id, post_id LIMIT ?", in_list(chunk.len()));
        let mut values = in_values(chunk.iter().map(|post| post.id));
        values.push((ROWS_MAX - found.len()).into());
        found.extend(db.all::<PostAcknowledgement>(PostAcknowledgement::select(&tail), values).await?);
    }
    Ok(found)
}

/// The person's own.
pub async fn get(db: &Reader, post: Granted<PostId>, user: UserId) -> Result<Option<PostAcknowledgement>> {
    db.optional(PostAcknowledgement::select("WHERE post_id = ? AND user_id = ?"), params![post, user]).await
}

/// Adds an acknowledgement; `CONFLICT` where there is one. Fails where the post was deleted meanwhile.
pub fn add(post: Granted<PostId, Write>, acknowledgement: &PostAcknowledgement) -> [Statement; 2] {
    let mark = "UPDATE posts SET has_acknowledgements = 1, update_at = ? WHERE id = ? AND delete_at = 0";
    [
        Statement::new(mark, params![acknowledgement.acknowledged_at, post]).expect_rows(1).or(codes::NOT_FOUND),
        acknowledgement.insert().bind(0, post),
    ]
}

pub fn remove(post: Granted<PostId, Write>, user: UserId, now: Millis) -> [Statement; 2] {
    let sql = "DELETE FROM post_acknowledgements WHERE post_id = ? AND user_id = ?";
    let mark = "UPDATE posts SET has_acknowledgements = \
        CASE WHEN EXISTS (SELECT 1 FROM post_acknowledgements a WHERE a.post_id = ?) THEN 1 ELSE 0 END, \
        update_at = ? WHERE id = ? AND delete_at = 0";
    [Statement::new(sql, params![post, user]), Statement::new(mark, params![post, now, post])]
}
