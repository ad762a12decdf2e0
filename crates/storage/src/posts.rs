//! Posts, with their thread's figures beside them.

use guildhall_model::Result;
use guildhall_model::id::PostId;
use guildhall_model::post::Post;

use crate::{Database, DecodeError, FromRow, Row, params};

/// The columns of a post `p` and its thread `t`, for queries that join both: see [`FROM`].
pub const COLUMNS: &str = "p.id, p.create_at, p.update_at, p.edit_at, p.delete_at, p.is_pinned, p.user_id, p.channel_id, p.root_id, \
    p.original_id, p.message, p.kind, p.props, p.hashtags, p.file_ids, p.has_reactions, p.pending_post_id, \
    COALESCE(t.reply_count, 0), COALESCE(t.last_reply_at, 0)";
/// What [`COLUMNS`] are read from.
pub const FROM: &str = "posts p LEFT JOIN threads t ON t.thread_id = p.id";

impl FromRow for Post {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            create_at: row.get(1)?,
            update_at: row.get(2)?,
            edit_at: row.get(3)?,
            delete_at: row.get(4)?,
            is_pinned: row.get(5)?,
            user_id: row.get(6)?,
            channel_id: row.get(7)?,
            root_id: row.get(8)?,
            original_id: row.get(9)?,
            message: row.get(10)?,
            kind: row.get(11)?,
            props: row.get(12)?,
            hashtags: row.get(13)?,
            file_ids: row.get(14)?,
            has_reactions: row.get(15)?,
            pending_post_id: row.get::<Option<String>>(16)?.unwrap_or_default(),
            reply_count: row.get(17)?,
            last_reply_at: row.get(18)?,
        })
    }
}

/// The post, deleted ones too: look at `delete_at`.
pub async fn get(db: &Database, id: PostId) -> Result<Option<Post>> {
    db.optional(format!("SELECT {COLUMNS} FROM {FROM} WHERE p.id = ?"), params![id]).await
}
