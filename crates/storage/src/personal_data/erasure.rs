//! Erasing a person: what is deleted of each table, and what takes the place of their names. What is left refers to an account without a name.

use guildhall_model::codes::context;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelId, FileId, PostId, SecurityAlertId, TeamId, UserId};
use guildhall_model::post::Post;
use guildhall_model::user::User;
use guildhall_model::{Millis, Result};

use super::files::Bound;
use super::tables::{Erased, TABLES};
use crate::entity::Entity;
use crate::posts::{self, within_page};
use crate::{Granted, Reader, Server, Statement, Value, Write, in_list, in_values, like_escape, params};

fn bind(user: Granted<UserId, Write>, bound: &[Bound]) -> Vec<Value> {
    let value = |bound: &Bound| match bound {
        Bound::Id => Value::from(user),
        Bound::IdInText => Value::Text(format!("%{}%", user.key())),
    };
    bound.iter().map(value).collect()
}

/// What is deleted and overwritten as the table of tables says, with the table. The same again changes nothing.
pub fn erase_rows(user: Granted<UserId, Write>) -> Vec<(&'static str, Statement)> {
    let statement = |(table, _, erased): &(&'static str, _, Erased)| match erased {
        Erased::Deleted(condition, bound) => {
            Some((*table, Statement::new(format!("DELETE FROM {table} WHERE {condition}"), bind(user, bound))))
        }
        Erased::Overwritten(set, condition) => {
            Some((*table, Statement::new(format!("UPDATE {table} SET {set} WHERE {condition}"), bind(user, &[Bound::Id]))))
        }
        Erased::Apart(_) | Erased::Kept(_) | Erased::Nothing => None,
    };
    TABLES.iter().filter_map(statement).collect()
}

/// Accounts and groups have one set of names.
pub async fn is_name_of_group(db: &Reader, _server: Granted<Server>, name: &str) -> Result<bool> {
    db.one::<i64>("SELECT COUNT(*) FROM user_groups WHERE name = ?", params![name]).await.map(|count| count > 0)
}

/// Replaces all that the account says of somebody, unless it was changed since it was read. `user` is what it becomes.
pub fn erase_account(id: Granted<UserId, Write>, user: &User, read_at: Millis) -> Statement {
    let sql = "UPDATE users SET update_at = ?, username = ?, email = ?, email_verified = 0, password_hash = '', nickname = '', first_name = '', \
        last_name = '', position = '', roles = ?, notify_props = '{}', props = '{}', timezone = '{}', locale = ?, last_password_update = 0, \
        last_picture_update = 0, picture_key = NULL, failed_attempts = 0, last_failed_at = 0, has_second_factor = 0, \
        link_epoch = link_epoch + 1 WHERE id = ? AND update_at = ?";
    let values = params![user.update_at, &user.username, &user.email, &user.roles, &user.locale, id, read_at];
    Statement::new(sql, values).expect_rows(1).or(context::CONFLICT)
}

/// Teams have the address of whoever has made them.
pub fn erase_team_addresses(_server: Granted<Server, Write>, email: &str) -> Statement {
    Statement::new("UPDATE teams SET email = '' WHERE email = ?", params![email])
}

/// The teams with outgoing webhooks of the person, which are cached.
pub async fn teams_with_webhooks(db: &Reader, user: Granted<UserId>) -> Result<Vec<TeamId>> {
    db.all("SELECT DISTINCT team_id FROM outgoing_webhooks WHERE creator_id = ?", params![user]).await
}

/// Group channels whose name has the text.
pub async fn group_channels_named(db: &Reader, _server: Granted<Server>, text: &str) -> Result<Vec<(ChannelId, String)>> {
    let sql = "SELECT id, display_name FROM channels WHERE kind = 'G' AND display_name LIKE ? ESCAPE '!'";
    db.all(sql, params![format!("%{}%", like_escape(text))]).await
}

pub fn rename_group_channel(_server: Granted<Server, Write>, id: ChannelId, from: &str, to: &str, now: Millis) -> Statement {
    let sql = "UPDATE channels SET display_name = ?, update_at = ? WHERE id = ? AND display_name = ?";
    Statement::new(sql, params![to, now, id, from])
}

/// Security alerts about the person, or whose text has the name or the address.
pub async fn alerts(db: &Reader, user: Granted<UserId>, name: &str, email: &str) -> Result<Vec<(SecurityAlertId, String, String)>> {
    let sql = "SELECT id, subject, summary FROM security_alerts WHERE user_id = ? OR summary LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!' \
        OR summary LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!'";
    let [name, email] = [name, email].map(|text| format!("%{}%", like_escape(text)));
    db.all(sql, params![user, &name, &name, &email, &email]).await
}

pub fn rewrite_alert(_server: Granted<Server, Write>, id: SecurityAlertId, subject: &str, summary: &str) -> Statement {
    Statement::new("UPDATE security_alerts SET subject = ?, summary = ? WHERE id = ?", params![subject, summary, id])
}

/// A page of all posts in order of their ids, and whether each is a message of the server with the name in it.
pub async fn page_of_system_posts(
    db: &Reader,
    _server: Granted<Server>,
    after: PostId,
    name: &str,
    limit: usize,
) -> Result<Vec<(PostId, bool)>> {
    let sql = "SELECT id, CASE WHEN kind LIKE 'system!_%' ESCAPE '!' AND (message LIKE ? ESCAPE '!' OR props LIKE ? ESCAPE '!') THEN 1 ELSE 0 END \
        FROM posts WHERE id > ? ORDER BY id LIMIT ?";
    let like = format!("%{}%", like_escape(name));
    db.all(sql, params![&like, &like, after, limit]).await
}

pub fn rewrite_system_post(_server: Granted<Server, Write>, post: &Post, read_at: Millis) -> Statement {
    let sql = "UPDATE posts SET message = ?, props = ?, update_at = ? WHERE id = ? AND update_at = ?";
    Statement::new(sql, params![&post.message, post.props.text(), post.update_at, post.id, read_at]).expect_rows(1).or(context::CONFLICT)
}

/// Earlier versions of the person's messages, which only they could read.
pub async fn earlier_versions(db: &Reader, user: Granted<UserId>, limit: usize) -> Result<Vec<PostId>> {
    db.all("SELECT id FROM posts WHERE user_id = ? AND original_id IS NOT NULL ORDER BY create_at, id LIMIT ?", params![user, limit]).await
}

pub fn delete_earlier_versions(user: Granted<UserId, Write>, ids: &[PostId]) -> Statement {
    let sql = format!("DELETE FROM posts WHERE user_id = ? AND original_id IS NOT NULL AND id IN {}", in_list(ids.len()));
    let mut values = params![user];
    values.extend(in_values(ids));
    Statement::new(sql, values)
}

/// The person's messages after one of them, in the order of their times; without those of the server and deleted ones.
pub async fn messages(db: &Reader, user: Granted<UserId>, after: Option<&Post>, limit: usize) -> Result<Vec<Post>> {
    let (time, last) = after.map_or((Millis::ZERO, PostId::from_bytes([0; 16])), |post| (post.create_at, post.id));
    let sql = "p.user_id = ? AND p.delete_at = 0 AND p.kind NOT LIKE 'system!_%' ESCAPE '!' AND p.create_at >= ? AND (p.create_at > ? OR p.id > ?) \
        ORDER BY p.create_at, p.id LIMIT ?";
    within_page(db, select(sql), params![user, time, time, last, limit]).await
}

fn select(tail: &str) -> String {
    format!("SELECT {} FROM {} WHERE {tail}", posts::COLUMNS, posts::FROM)
}

/// These posts, as they are.
pub async fn posts_of(db: &Reader, _server: Granted<Server>, ids: &[PostId]) -> Result<Vec<Post>> {
    within_page(db, select(&format!("p.id IN {}", in_list(ids.len()))), in_values(ids)).await
}

/// Replaces what a message says. Whom it mentions stays, because it was counted, and a recount gives the same.
pub fn erase_message(user: Granted<UserId, Write>, blank: &Post) -> Statement {
    let sql = "UPDATE posts SET message = ?, props = '{}', hashtags = '', file_ids = '', update_at = ? WHERE id = ? AND user_id = ? AND delete_at = 0";
    Statement::new(sql, params![&blank.message, blank.update_at, blank.id, user])
}

/// Messages with a reaction of the person, after one of them, in the order of their ids.
pub async fn reactions(db: &Reader, user: Granted<UserId>, after: Option<PostId>, limit: usize) -> Result<Vec<PostId>> {
    let after = after.unwrap_or(PostId::from_bytes([0; 16]));
    let sql = "SELECT DISTINCT post_id FROM reactions WHERE user_id = ? AND post_id > ? ORDER BY post_id LIMIT ?";
    db.all(sql, params![user, after, limit]).await
}

pub fn delete_reactions(user: Granted<UserId, Write>, post: PostId, now: Millis) -> [Statement; 2] {
    let mark = "UPDATE posts SET update_at = ?, has_reactions = CASE WHEN EXISTS (SELECT 1 FROM reactions r WHERE r.post_id = ? AND r.user_id <> ?) \
        THEN 1 ELSE 0 END WHERE id = ? AND delete_at = 0";
    [
        Statement::new(mark, params![now, post, user, post]),
        Statement::new("DELETE FROM reactions WHERE post_id = ? AND user_id = ?", params![post, user]),
    ]
}

/// Files of the person that were not deleted, the oldest first.
pub async fn files(db: &Reader, user: Granted<UserId>, is_unattached_only: bool, limit: usize) -> Result<Vec<FileInfo>> {
    let unattached = if is_unattached_only { "AND post_id IS NULL AND bookmark_id IS NULL" } else { "" };
    let tail = format!("WHERE user_id = ? AND delete_at = 0 {unattached} ORDER BY create_at, id LIMIT ?");
    db.all(FileInfo::select(&tail), params![user, limit]).await
}

/// Deletes a file, unless that was done: then the batch fails, because what it takes was given back.
pub fn delete_file(user: Granted<UserId, Write>, id: FileId, now: Millis) -> Statement {
    let sql = "UPDATE files SET delete_at = ?, update_at = ? WHERE id = ? AND user_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, id, user]).expect_rows(1)
}

/// The bookmark that has the file, if there is one.
pub fn delete_bookmark_of(_user: Granted<UserId, Write>, file: FileId, now: Millis) -> Statement {
    let sql = "UPDATE channel_bookmarks SET delete_at = ?, update_at = ? WHERE delete_at = 0 AND id = (SELECT bookmark_id FROM files WHERE id = ?)";
    Statement::new(sql, params![now, now, file])
}

/// The rows of deleted files stay until the sweep has deleted their contents.
pub fn erase_names_of_deleted_files(user: Granted<UserId, Write>) -> Statement {
    Statement::new("UPDATE files SET name = '', mini_preview = NULL WHERE user_id = ? AND delete_at > 0", params![user])
}
