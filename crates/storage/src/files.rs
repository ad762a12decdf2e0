//! What is known of uploaded files, and uploads in progress. The bytes are in the blob store.

use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelId, FileId, PostId, UserId};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Database, MAX_IN_LIST, Statement, in_list, in_values, params};

entity!(
    FileInfo,
    "files",
    [
        id,
        user_id,
        post_id,
        channel_id,
        create_at,
        update_at,
        delete_at,
        name,
        extension,
        size_bytes,
        mime_type,
        width,
        height,
        has_preview_image,
        mini_preview,
        blob_key,
        thumbnail_key,
        preview_key
    ]
);

/// The file, deleted ones too: look at `delete_at`.
pub async fn get(db: &Database, id: FileId) -> Result<Option<FileInfo>> {
    db.optional(FileInfo::select("WHERE id = ?"), params![id]).await
}

/// The files of posts, in one query for any usual page: ordered by post, then as they were uploaded.
/// Deleted ones are left out.
pub async fn by_posts(db: &Database, posts: &[PostId]) -> Result<Vec<FileInfo>> {
    let mut files = Vec::new();
    for chunk in posts.chunks(MAX_IN_LIST) {
        let tail = format!("WHERE post_id IN {} AND delete_at = 0 ORDER BY post_id, create_at, id", in_list(chunk.len()));
        files.extend(db.all::<FileInfo>(FileInfo::select(&tail), in_values(chunk)).await?);
    }
    Ok(files)
}

/// Those of the files that this person uploaded to this channel and that no post has yet.
pub async fn unattached(db: &Database, ids: &[FileId], user: UserId, channel: ChannelId) -> Result<Vec<FileInfo>> {
    let mut params = in_values(ids);
    let tail = format!("WHERE id IN {} AND user_id = ? AND channel_id = ? AND post_id IS NULL AND delete_at = 0", in_list(ids.len()));
    params.extend(params![user, channel]);
    db.all(FileInfo::select(&tail), params).await
}

/// Gives the files to a post: each must be this person's, of this channel, and no post's yet
/// (else `CONFLICT`). `ids` without doubles.
pub fn attach(ids: &[FileId], post: PostId, user: UserId, channel: ChannelId) -> Statement {
    let mut params = params![post];
    params.extend(in_values(ids));
    let sql = format!(
        "UPDATE files SET post_id = ? WHERE id IN {} AND user_id = ? AND channel_id = ? AND post_id IS NULL AND delete_at = 0",
        in_list(ids.len())
    );
    params.extend(params![user, channel]);
    Statement::new(sql, params).expect_rows(ids.len() as u64)
}

/// The files of a deleted post go with it.
pub fn delete_of_post(post: PostId, now: Millis) -> Statement {
    Statement::new("UPDATE files SET delete_at = ?, update_at = ? WHERE post_id = ? AND delete_at = 0", params![now, now, post])
}
