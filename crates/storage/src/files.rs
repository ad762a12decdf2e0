//! Metadata of uploaded files, and uploads in progress. The contents are in the blob store.

use guildhall_model::file::{FileInfo, UploadSession};
use guildhall_model::id::{ChannelId, FileId, PostId, TeamId, UploadId, UserId};
use guildhall_model::post::Post;
use guildhall_model::{Millis, Result};

use crate::channels::team_key;
use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Server, Statement, Unchecked, Write, in_list, in_values, like_escape, params};

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
entity!(UploadSession, "uploads", [id, user_id, channel_id, filename, size_bytes, create_at]);

/// Inserts a file of this channel that is not attached to a post yet.
pub fn insert(channel: Granted<ChannelId, Write>, file: &FileInfo) -> Statement {
    file.insert().bind(3, channel)
}

/// The file, deleted ones too: see `delete_at`.
pub async fn get(db: &Reader, id: FileId) -> Result<Unchecked<Option<FileInfo>>> {
    db.optional(FileInfo::select("WHERE id = ?"), params![id]).await.map(Unchecked::new)
}

/// The files of posts, in one query for any usual page: ordered by post, then as they were uploaded.
/// Deleted ones are left out.
pub async fn by_posts(db: &Reader, posts: &[&Post]) -> Result<Vec<FileInfo>> {
    let mut files = Vec::new();
    for chunk in posts.chunks(MAX_IN_LIST) {
        let tail = format!("WHERE post_id IN {} AND delete_at = 0 ORDER BY post_id, create_at, id", in_list(chunk.len()));
        files.extend(db.all::<FileInfo>(FileInfo::select(&tail), in_values(chunk.iter().map(|post| post.id))).await?);
    }
    Ok(files)
}

/// The files among these that this person uploaded to this channel and that are not attached yet.
pub async fn unattached(db: &Reader, ids: &[FileId], user: UserId, channel: Granted<ChannelId>) -> Result<Vec<FileInfo>> {
    let mut params = in_values(ids);
    let tail = format!(
        "WHERE id IN {} AND user_id = ? AND channel_id = ? AND post_id IS NULL AND bookmark_id IS NULL AND delete_at = 0",
        in_list(ids.len())
    );
    params.extend(params![user, channel]);
    db.all(FileInfo::select(&tail), params).await
}

/// The files among these that this person uploaded, to whatever channel, and that are not attached yet.
pub async fn of_drafts(db: &Reader, ids: &[FileId], user: Granted<UserId>) -> Result<Vec<FileInfo>> {
    let mut files = Vec::new();
    for some in ids.chunks(MAX_IN_LIST) {
        let tail =
            format!("WHERE id IN {} AND user_id = ? AND post_id IS NULL AND bookmark_id IS NULL AND delete_at = 0", in_list(some.len()));
        let mut params = in_values(some);
        params.extend(params![user]);
        files.extend(db.all::<FileInfo>(FileInfo::select(&tail), params).await?);
    }
    Ok(files)
}

/// The sweep leaves these files of the person until a moment, unless they were attached or deleted meanwhile.
pub fn keep(user: Granted<UserId, Write>, ids: &[FileId], until: Millis) -> Statement {
    let mut params = params![until];
    params.extend(in_values(ids));
    let sql = format!(
        "UPDATE files SET kept_until = ? WHERE id IN {} AND user_id = ? AND post_id IS NULL AND bookmark_id IS NULL AND delete_at = 0 AND kept_until < ?",
        in_list(ids.len())
    );
    params.extend(params![user, until]);
    Statement::new(sql, params)
}

/// Attaches the files to a post: each must be of this person and channel, and not attached yet (else `CONFLICT`). `ids`
/// without duplicates.
pub fn attach(ids: &[FileId], post: PostId, user: UserId, channel: Granted<ChannelId, Write>) -> Statement {
    let mut params = params![post];
    params.extend(in_values(ids));
    let sql = format!(
        "UPDATE files SET post_id = ? WHERE id IN {} AND user_id = ? AND channel_id = ? AND post_id IS NULL AND bookmark_id IS NULL AND delete_at = 0",
        in_list(ids.len())
    );
    params.extend(params![user, channel]);
    Statement::new(sql, params).expect_rows(ids.len() as u64)
}

/// Deletes the files of a deleted post.
pub fn delete_of_post(post: Granted<PostId, Write>, now: Millis) -> Statement {
    Statement::new("UPDATE files SET delete_at = ?, update_at = ? WHERE post_id = ? AND delete_at = 0", params![now, now, post])
}

/// Selects among the files of the channels of a person.
#[derive(Debug, Clone, Default)]
pub struct FileFilter {
    /// Direct and group channels are searched with any team.
    pub team_id: Option<Granted<TeamId>>,
    /// Parts of names, in lower case.
    pub words: Vec<String>,
    /// Any of the words is enough.
    pub any_word: bool,
    /// In lower case; any of them.
    pub extensions: Vec<String>,
    /// User names; any of them.
    pub from: Vec<String>,
    /// Channel names; any of them.
    pub channels: Vec<String>,
    pub include_archived: bool,
    pub limit: i64,
    pub offset: i64,
}

/// Attached files of channels that `searcher` is a member of, newest first.
pub async fn search(db: &Reader, searcher: Granted<UserId>, search: &FileFilter) -> Result<Vec<FileInfo>> {
    let mut sql = format!(
        "SELECT {} FROM files f JOIN channel_members m ON m.channel_id = f.channel_id AND m.user_id = ? \
         JOIN channels c ON c.id = f.channel_id JOIN posts p ON p.id = f.post_id JOIN users u ON u.id = f.user_id \
         WHERE f.delete_at = 0 AND p.delete_at = 0",
        FileInfo::columns_of("f")
    );
    let mut params = params![searcher];
    if !search.include_archived {
        sql.push_str(" AND c.delete_at = 0");
    }
    if let Some(team) = search.team_id {
        sql.push_str(" AND c.team_id IN (?, ?)");
        params.extend(params![team, team_key(None)]);
    }
    for (column, names) in [("f.extension", &search.extensions), ("u.username", &search.from), ("c.name", &search.channels)] {
        if !names.is_empty() {
            sql.push_str(&format!(" AND {column} IN {}", in_list(names.len())));
            params.extend(in_values(names.iter()));
        }
    }
    if !search.words.is_empty() {
        let joint = if search.any_word { " OR " } else { " AND " };
        let likes = vec!["LOWER(f.name) LIKE ? ESCAPE '!'"; search.words.len()].join(joint);
        sql.push_str(&format!(" AND ({likes})"));
        params.extend(search.words.iter().map(|word| format!("%{}%", like_escape(word)).into()));
    }
    sql.push_str(" ORDER BY f.create_at DESC, f.id DESC LIMIT ? OFFSET ?");
    params.extend(params![search.limit, search.offset]);
    db.all(sql, params).await
}

/// An upload in progress; `None` where it has ended.
pub async fn upload(db: &Reader, user: Granted<UserId>, id: UploadId) -> Result<Option<UploadSession>> {
    db.optional(UploadSession::select("WHERE id = ? AND user_id = ? AND create_at > 0"), params![id, user]).await
}

pub async fn uploads_of(db: &Reader, user: Granted<UserId>, limit: usize) -> Result<Vec<UploadSession>> {
    db.all(UploadSession::select("WHERE user_id = ? AND create_at > 0 ORDER BY create_at DESC, id LIMIT ?"), params![user, limit]).await
}

/// Inserts an upload to this channel.
pub fn insert_upload(channel: Granted<ChannelId, Write>, session: &UploadSession) -> Statement {
    session.insert().bind(2, channel)
}

/// Deletes an upload of which a file was made; `CONFLICT` if it has ended meanwhile.
pub fn complete_upload(user: Granted<UserId, Write>, id: UploadId) -> Statement {
    Statement::new("DELETE FROM uploads WHERE id = ? AND user_id = ? AND create_at > 0", params![id, user]).expect_rows(1)
}

/// Deletes an upload; `CONFLICT` if it is deleted already.
pub fn delete_upload(user: Granted<UserId, Write>, id: UploadId) -> Statement {
    Statement::new("DELETE FROM uploads WHERE id = ? AND user_id = ?", params![id, user]).expect_rows(1)
}

/// Ends the uploads of a person: they cannot be continued, and the next sweep deletes them.
pub fn end_uploads(user: Granted<UserId, Write>) -> Statement {
    Statement::new("UPDATE uploads SET create_at = 0 WHERE user_id = ?", params![user])
}

/// The same for the uploads to a channel.
pub fn end_uploads_to_channel(channel: Granted<ChannelId, Write>, user: UserId) -> Statement {
    Statement::new("UPDATE uploads SET create_at = 0 WHERE user_id = ? AND channel_id = ?", params![user, channel])
}

/// The same for the uploads to the channels of a team.
pub fn end_uploads_to_team(team: Granted<TeamId, Write>, user: UserId) -> Statement {
    let sql = "UPDATE uploads SET create_at = 0 WHERE user_id = ? AND channel_id IN (SELECT id FROM channels WHERE team_id = ?)";
    Statement::new(sql, params![user, team])
}

pub async fn stale_uploads(db: &Reader, _server: Granted<Server>, before: Millis, limit: usize) -> Result<Vec<UploadSession>> {
    db.all(UploadSession::select("WHERE create_at < ? ORDER BY create_at LIMIT ?"), params![before, limit]).await
}

/// Files that were never attached, uploaded before a moment, and that no draft or scheduled post keeps now.
pub async fn stale_unattached(db: &Reader, _server: Granted<Server>, before: Millis, now: Millis, limit: usize) -> Result<Vec<FileInfo>> {
    let tail = "WHERE post_id IS NULL AND bookmark_id IS NULL AND create_at < ? AND kept_until < ? ORDER BY create_at LIMIT ?";
    db.all(FileInfo::select(tail), params![before, now, limit]).await
}

/// Files deleted before a moment.
pub async fn long_deleted(db: &Reader, _server: Granted<Server>, before: Millis, limit: usize) -> Result<Vec<FileInfo>> {
    db.all(FileInfo::select("WHERE delete_at > 0 AND delete_at < ? ORDER BY delete_at LIMIT ?"), params![before, limit]).await
}

/// Deletes the row of a file that is still unattached or deleted, as it was read. What an unattached one takes is given back
/// in the same batch ([`crate::usage::give_back`]); of a deleted one it was given back before.
pub fn purge(_server: Granted<Server, Write>, file: &FileInfo, now: Millis) -> Statement {
    if file.delete_at.is_zero() {
        let sql = "DELETE FROM files WHERE id = ? AND post_id IS NULL AND bookmark_id IS NULL AND delete_at = 0 AND kept_until < ?";
        return Statement::new(sql, params![file.id, now]).expect_rows(1);
    }
    Statement::new("DELETE FROM files WHERE id = ? AND delete_at > 0", params![file.id]).expect_rows(1)
}
