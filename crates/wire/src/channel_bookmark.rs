//! Bookmarks of channels.

use guildhall_model::Millis;
use guildhall_model::channel_bookmark::BookmarkView;
use guildhall_model::id::{ChannelBookmarkId, ChannelId, FileId, UserId};
use serde::{Deserialize, Serialize};

use crate::common::empty_is_none;
use crate::file::FileInfo;

#[derive(Debug, Clone, Serialize)]
pub struct ChannelBookmark {
    id: ChannelBookmarkId,
    create_at: Millis,
    update_at: Millis,
    delete_at: Millis,
    channel_id: ChannelId,
    owner_id: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<FileId>,
    display_name: String,
    sort_order: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    link_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    image_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    emoji: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_id: Option<ChannelBookmarkId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<ChannelBookmarkId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileInfo>,
}

impl From<&BookmarkView> for ChannelBookmark {
    fn from(BookmarkView { bookmark, file }: &BookmarkView) -> Self {
        Self {
            id: bookmark.id,
            create_at: bookmark.create_at,
            update_at: bookmark.update_at,
            delete_at: bookmark.delete_at,
            channel_id: bookmark.channel_id,
            owner_id: bookmark.owner_id,
            file_id: bookmark.file_id,
            display_name: bookmark.display_name.clone(),
            sort_order: bookmark.sort_order,
            link_url: bookmark.link_url.clone(),
            image_url: bookmark.image_url.clone(),
            emoji: bookmark.emoji.clone(),
            kind: bookmark.kind.name(),
            original_id: bookmark.original_id,
            parent_id: bookmark.parent_id,
            file: file.clone().map(FileInfo::from),
        }
    }
}

/// Of an answer, and in its event.
#[derive(Debug, Clone, Serialize)]
pub struct UpdatedBookmark {
    pub updated: ChannelBookmark,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<ChannelBookmark>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewBookmark {
    #[serde(rename = "type")]
    pub kind: String,
    pub display_name: String,
    pub link_url: String,
    pub image_url: String,
    pub emoji: String,
    #[serde(deserialize_with = "empty_is_none")]
    pub file_id: Option<FileId>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BookmarkPatch {
    pub display_name: Option<String>,
    pub sort_order: Option<i64>,
    pub link_url: Option<String>,
    pub image_url: Option<String>,
    pub emoji: Option<String>,
    #[serde(deserialize_with = "empty_is_none")]
    pub file_id: Option<FileId>,
}
