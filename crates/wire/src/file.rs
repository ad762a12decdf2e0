//! Files and uploads.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::Millis;
use guildhall_model::file::{FileInfo as Model, UploadSession};
use guildhall_model::id::{ChannelId, FileId, PostId, UploadId, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize)]
pub struct FileInfo {
    pub id: FileId,
    pub user_id: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id: Option<PostId>,
    pub channel_id: ChannelId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub name: String,
    pub extension: String,
    pub size: i64,
    pub mime_type: String,
    pub width: i64,
    pub height: i64,
    pub has_preview_image: bool,
    /// Base64.
    pub mini_preview: Option<String>,
    pub remote_id: &'static str,
    pub archived: bool,
}

impl From<Model> for FileInfo {
    fn from(file: Model) -> Self {
        Self {
            id: file.id,
            user_id: file.user_id,
            post_id: file.post_id,
            channel_id: file.channel_id,
            create_at: file.create_at,
            update_at: file.update_at,
            delete_at: file.delete_at,
            name: file.name,
            extension: file.extension,
            size: file.size_bytes,
            mime_type: file.mime_type,
            width: file.width,
            height: file.height,
            has_preview_image: file.has_preview_image,
            mini_preview: file.mini_preview.map(|bytes| STANDARD.encode(bytes)),
            remote_id: "",
            archived: false,
        }
    }
}

/// The response to `POST /files`.
#[derive(Debug, Serialize)]
pub struct UploadFilesResponse {
    pub file_infos: Vec<FileInfo>,
    /// The ids that the client gave the files, in the order of the files.
    pub client_ids: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
pub struct Upload {
    pub id: UploadId,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub create_at: Millis,
    pub user_id: UserId,
    pub channel_id: ChannelId,
    pub filename: String,
    pub file_size: i64,
    pub file_offset: i64,
    pub remote_id: &'static str,
    pub req_file_id: &'static str,
}

impl Upload {
    pub fn new(session: UploadSession, offset_bytes: i64) -> Self {
        Self {
            id: session.id,
            kind: ATTACHMENT,
            create_at: session.create_at,
            user_id: session.user_id,
            channel_id: session.channel_id,
            filename: session.filename,
            file_size: session.size_bytes,
            file_offset: offset_bytes,
            remote_id: "",
            req_file_id: "",
        }
    }
}

/// The only supported type of upload.
pub const ATTACHMENT: &str = "attachment";

#[derive(Debug, Deserialize)]
pub struct CreateUpload {
    pub channel_id: ChannelId,
    pub filename: String,
    pub file_size: i64,
    #[serde(default, rename = "type")]
    pub kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
pub struct FileSearchRequest {
    pub terms: String,
    pub is_or_search: bool,
    pub include_deleted_channels: bool,
    pub page: i64,
    pub per_page: i64,
}

impl Default for FileSearchRequest {
    fn default() -> Self {
        Self { terms: String::new(), is_or_search: false, include_deleted_channels: false, page: 0, per_page: 60 }
    }
}

/// Maximum length of a search text.
pub const SEARCH_CHARS_MAX: usize = 1024;

#[derive(Debug, Serialize)]
pub struct FileSearchResults {
    pub order: Vec<FileId>,
    pub file_infos: BTreeMap<FileId, FileInfo>,
    pub next_file_info_id: &'static str,
    pub prev_file_info_id: &'static str,
}

impl From<Vec<Model>> for FileSearchResults {
    fn from(files: Vec<Model>) -> Self {
        Self {
            order: files.iter().map(|file| file.id).collect(),
            file_infos: files.into_iter().map(|file| (file.id, file.into())).collect(),
            next_file_info_id: "",
            prev_file_info_id: "",
        }
    }
}

/// The response to `GET /files/{id}/link`.
#[derive(Debug, Serialize)]
pub struct Link {
    pub link: String,
}
