//! Bookmarks of channels, and the files that they have.

use guildhall_model::Millis;
use guildhall_model::Result;
use guildhall_model::channel_bookmark::{BookmarkKind, ChannelBookmark, ROWS_MAX};
use guildhall_model::codes::channel_bookmarks as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelBookmarkId, ChannelId, FileId, UserId};

use crate::entity::{Entity, entity};
use crate::{Column, DecodeError, Granted, Reader, Row, Statement, Value, Write, params};

impl Column for BookmarkKind {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        let name = row.str(index)?;
        Self::from_name(name).ok_or_else(|| DecodeError::new(index, format!("unknown kind of bookmark {name:?}")))
    }
}

impl From<BookmarkKind> for Value {
    fn from(kind: BookmarkKind) -> Self {
        Self::Text(kind.name().to_owned())
    }
}

entity!(
    ChannelBookmark,
    "channel_bookmarks",
    [
        id,
        channel_id,
        owner_id,
        create_at,
        update_at,
        delete_at,
        kind,
        display_name,
        sort_order,
        link_url,
        image_url,
        emoji,
        file_id,
        original_id,
        parent_id
    ]
);

/// Those of the channel in their order. With `since`, only those that were changed or deleted from then on.
pub async fn of_channel(db: &Reader, channel: Granted<ChannelId>, since: Millis) -> Result<Vec<ChannelBookmark>> {
    let condition = if since.is_zero() { "delete_at = 0 AND update_at >= ?" } else { "update_at >= ?" };
    let tail = format!("WHERE channel_id = ? AND {condition} ORDER BY sort_order, create_at, id LIMIT ?");
    db.all(ChannelBookmark::select(&tail), params![channel, since, ROWS_MAX]).await
}

/// One that was not deleted.
pub async fn get(db: &Reader, channel: Granted<ChannelId>, id: ChannelBookmarkId) -> Result<Option<ChannelBookmark>> {
    db.optional(ChannelBookmark::select("WHERE id = ? AND channel_id = ? AND delete_at = 0"), params![id, channel]).await
}

/// The files of the channel's bookmarks.
pub async fn files(db: &Reader, channel: Granted<ChannelId>) -> Result<Vec<FileInfo>> {
    let tail = "WHERE bookmark_id IN (SELECT id FROM channel_bookmarks WHERE channel_id = ? AND delete_at = 0) AND delete_at = 0";
    db.all(FileInfo::select(tail), params![channel]).await
}

/// Whether a bookmark has the file.
pub async fn has_file(db: &Reader, file: FileId) -> Result<bool> {
    let count: i64 = db.one("SELECT COUNT(*) FROM files WHERE id = ? AND bookmark_id IS NOT NULL", params![file]).await?;
    Ok(count > 0)
}

pub fn insert(channel: Granted<ChannelId, Write>, bookmark: &ChannelBookmark) -> Statement {
    bookmark.insert().bind_column(ChannelBookmark::COLUMNS, "channel_id", channel)
}

/// Writes what can be changed, unless it was changed since `read_at` (`CONFLICT`).
pub fn update(channel: Granted<ChannelId, Write>, bookmark: &ChannelBookmark, read_at: Millis) -> Statement {
    let sql = "UPDATE channel_bookmarks SET update_at = ?, display_name = ?, sort_order = ?, link_url = ?, image_url = ?, emoji = ?, \
               file_id = ? WHERE id = ? AND channel_id = ? AND delete_at = 0 AND update_at = ?";
    let mut values = params![bookmark.update_at, &bookmark.display_name, bookmark.sort_order];
    values.extend(params![&bookmark.link_url, &bookmark.image_url, &bookmark.emoji, bookmark.file_id]);
    values.extend(params![bookmark.id, channel, read_at]);
    Statement::new(sql, values).expect_rows(1)
}

/// The row stays until it is forgotten. `CONFLICT` if it was changed since `read_at`.
pub fn delete(channel: Granted<ChannelId, Write>, id: ChannelBookmarkId, now: Millis, read_at: Millis) -> Statement {
    let sql =
        "UPDATE channel_bookmarks SET delete_at = ?, update_at = ? WHERE id = ? AND channel_id = ? AND delete_at = 0 AND update_at = ?";
    Statement::new(sql, params![now, now, id, channel, read_at]).expect_rows(1)
}

/// Those that were deleted before a moment.
pub fn forget(channel: Granted<ChannelId, Write>, before: Millis) -> Statement {
    Statement::new("DELETE FROM channel_bookmarks WHERE channel_id = ? AND delete_at > 0 AND delete_at < ?", params![channel, before])
}

/// Gives the file to the bookmark: it must be of this person and channel, and of no message or bookmark yet.
pub fn attach_file(channel: Granted<ChannelId, Write>, file: FileId, user: UserId, bookmark: ChannelBookmarkId) -> Statement {
    let sql = "UPDATE files SET bookmark_id = ? WHERE id = ? AND user_id = ? AND channel_id = ? AND post_id IS NULL AND bookmark_id IS NULL \
               AND delete_at = 0";
    Statement::new(sql, params![bookmark, file, user, channel]).expect_rows(1).or(codes::FILE_INVALID)
}

/// The file goes along to the bookmark that replaces another one.
pub fn pass_file(channel: Granted<ChannelId, Write>, from: ChannelBookmarkId, to: ChannelBookmarkId) -> Statement {
    let sql = "UPDATE files SET bookmark_id = ? WHERE bookmark_id = ? AND channel_id = ? AND delete_at = 0";
    Statement::new(sql, params![to, from, channel])
}

pub fn delete_file(channel: Granted<ChannelId, Write>, bookmark: ChannelBookmarkId, now: Millis) -> Statement {
    let sql = "UPDATE files SET delete_at = ?, update_at = ? WHERE bookmark_id = ? AND channel_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, bookmark, channel])
}
