//! Files: what is known of an uploaded one, and uploads in progress.

use crate::id::{ChannelId, FileId, PostId, UploadId, UserId};
use crate::time::Millis;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    pub id: FileId,
    pub user_id: UserId,
    /// `None` until it is attached to a post.
    pub post_id: Option<PostId>,
    pub channel_id: ChannelId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub name: String,
    /// Without the dot, lower case.
    pub extension: String,
    pub size_bytes: i64,
    pub mime_type: String,
    pub width: i64,
    pub height: i64,
    pub has_preview_image: bool,
    /// A JPEG of at most 16 by 16 pixels.
    pub mini_preview: Option<Vec<u8>>,
    /// Where the bytes are in the blob store.
    pub blob_key: String,
    pub thumbnail_key: Option<String>,
    pub preview_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSession {
    pub id: UploadId,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub filename: String,
    pub size_bytes: i64,
    pub offset_bytes: i64,
    pub create_at: Millis,
}
