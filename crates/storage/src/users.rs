//! Accounts; lists by membership, role and name are in `lists`.

mod lists;

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::ports::BlobKey;
use guildhall_model::user::User;
use guildhall_model::{Code, Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Column, DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, Statement, Value, Write, in_list, in_values, params};

pub use lists::{Filter, Order, channel_peers, count, in_group_channels, is_visible_to, list, visible_among};

entity!(
    User,
    "users",
    [
        id,
        create_at,
        update_at,
        delete_at,
        username,
        email,
        email_verified,
        nickname,
        first_name,
        last_name,
        position,
        roles,
        notify_props,
        props,
        timezone,
        locale,
        last_password_update,
        last_picture_update,
        failed_attempts,
        is_bot,
        has_second_factor
    ]
);

/// An account with the hash of its password; empty for accounts without one (bots).
pub struct UserWithPassword {
    pub user: User,
    pub password_hash: String,
}

impl FromRow for UserWithPassword {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user: User::decode(row, 0)?, password_hash: row.get(User::COLUMNS.len())? })
    }
}

fn with_password(tail: &str) -> String {
    format!("SELECT {}, password_hash FROM users {tail}", User::COLUMNS.join(", "))
}

/// The account, deactivated ones too.
pub async fn get(db: &Reader, id: UserId) -> Result<Option<User>> {
    db.optional(User::select("WHERE id = ?"), params![id]).await
}

pub async fn get_with_password(db: &Reader, id: Granted<UserId>) -> Result<Option<UserWithPassword>> {
    db.optional(with_password("WHERE id = ?"), params![id]).await
}

/// By username or address, as typed for the log-in; both are stored in lower case.
pub async fn by_login(db: &Reader, _server: Granted<Server>, login_id: &str) -> Result<Option<UserWithPassword>> {
    let sql = with_password("WHERE username = ? OR email = ? ORDER BY CASE WHEN username = ? THEN 0 ELSE 1 END LIMIT 1");
    db.optional(sql, params![login_id, login_id, login_id]).await
}

pub async fn by_username(db: &Reader, username: &str) -> Result<Option<User>> {
    db.optional(User::select("WHERE username = ?"), params![username]).await
}

pub async fn by_email(db: &Reader, email: &str) -> Result<Option<User>> {
    db.optional(User::select("WHERE email = ?"), params![email]).await
}

/// The accounts of these ids, in no order; absent ones are left out.
pub async fn by_ids(db: &Reader, ids: &[UserId]) -> Result<Vec<User>> {
    find_by(db, "id", ids).await
}

pub async fn by_usernames(db: &Reader, usernames: &[String]) -> Result<Vec<User>> {
    find_by(db, "username", usernames).await
}

async fn find_by<T: Clone + Into<Value>>(db: &Reader, column: &str, values: &[T]) -> Result<Vec<User>> {
    let mut users = Vec::new();
    for some in values.chunks(MAX_IN_LIST) {
        let sql = User::select(&format!("WHERE {column} IN {}", in_list(some.len())));
        users.extend(db.all::<User>(sql, in_values(some.iter().cloned())).await?);
    }
    Ok(users)
}

/// Whether anybody but `except` or a group has this username, and whether anybody but `except` has this address.
pub async fn find_taken(db: &Reader, username: &str, email: &str, except: Option<UserId>) -> Result<(bool, bool)> {
    let sql = "SELECT id, username FROM users WHERE username = ? OR email = ? UNION ALL SELECT id, name FROM user_groups WHERE name = ?";
    let rows: Vec<(UserId, String)> = db.all(sql, params![username, email, username]).await?;
    let others = || rows.iter().filter(|(id, _)| Some(*id) != except);
    let has_name = others().any(|(_, name)| name == username);
    // A row with another username was found by its address; one with both is reported as taken already.
    Ok((has_name, others().any(|(_, name)| name != username)))
}

/// Whether there is any account of a person.
pub async fn has_people(db: &Reader) -> Result<bool> {
    Ok(db.optional::<UserId>("SELECT id FROM users WHERE is_bot = 0 LIMIT 1", params![]).await?.is_some())
}

/// The blob of the custom profile picture.
pub async fn picture_key(db: &Reader, id: UserId) -> Result<Option<BlobKey>> {
    let row: Option<(Option<BlobKeyText>,)> = db.optional("SELECT picture_key FROM users WHERE id = ?", params![id]).await?;
    Ok(row.and_then(|(key,)| key).map(|BlobKeyText(key)| key))
}

struct BlobKeyText(BlobKey);

impl Column for Option<BlobKeyText> {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        let Some(text) = row.opt_str(index)? else { return Ok(None) };
        text.parse().map(|key| Some(BlobKeyText(key))).map_err(|error| DecodeError::new(index, error))
    }
}

/// The owner of a bot; `None` for people.
pub async fn bot_owner(db: &Reader, id: UserId) -> Result<Option<UserId>> {
    db.optional("SELECT owner_id FROM bots WHERE user_id = ?", params![id]).await
}

/// Inserts an account. With an empty hash nobody can log in to it by password. The granted id is for what else is
/// inserted for this person.
pub fn insert(user: &User, password_hash: &str) -> (Statement, Granted<UserId, Write>) {
    let placeholders = vec!["?"; User::COLUMNS.len() + 2].join(", ");
    let sql = format!("INSERT INTO users ({}, password_hash, last_failed_at) VALUES ({placeholders})", User::COLUMNS.join(", "));
    let mut values = user.values();
    values.extend(params![password_hash, 0]);
    (Statement::new(sql, values), Granted::new(user.id))
}

/// Marks the account as the first one of the server; a duplicate means that there is another first account.
pub fn claim_first_account(user: UserId) -> Statement {
    Statement::new("INSERT INTO settings (name, value) VALUES ('first_account', ?)", params![user.to_string()])
}

/// Changes nothing, and fails the batch unless the account is still active with these roles.
pub fn guard_roles(user: &User) -> Statement {
    let sql = "UPDATE users SET update_at = update_at WHERE id = ? AND roles = ? AND delete_at = 0";
    Statement::new(sql, params![user.id, &user.roles]).expect_rows(1)
}

/// Changes nothing: what the batch does with the account's access waits for what others do with it at the same moment.
pub fn lock(id: Granted<UserId, Write>) -> Statement {
    Statement::new("UPDATE users SET update_at = update_at WHERE id = ?", params![id])
}

/// Changes nothing, and fails the batch with `PERMISSIONS` unless the account is active.
pub fn guard_active(user: UserId) -> Statement {
    let sql = "UPDATE users SET update_at = update_at WHERE id = ? AND delete_at = 0";
    Statement::new(sql, params![user]).expect_rows(1).or(context::PERMISSIONS)
}

/// Changes nothing, and fails the batch unless the account takes a second factor as it did when it was read.
pub fn guard_second_factor(id: Granted<UserId, Write>, has_second_factor: bool) -> Statement {
    let sql = "UPDATE users SET update_at = update_at WHERE id = ? AND has_second_factor = ?";
    Statement::new(sql, params![id, has_second_factor]).expect_rows(1)
}

/// Writes what can be changed about an account, except password, second factors and failed attempts, unless it was changed since
/// `read_at`.
pub fn update(id: Granted<UserId, Write>, user: &User, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE users SET update_at = ?, delete_at = ?, username = ?, email = ?, email_verified = ?, nickname = ?, first_name = ?, \
         last_name = ?, position = ?, roles = ?, notify_props = ?, props = ?, timezone = ?, locale = ?, last_picture_update = ? \
         WHERE id = ? AND update_at = ?",
        params![
            user.update_at,
            user.delete_at,
            &user.username,
            &user.email,
            user.email_verified,
            &user.nickname,
            &user.first_name,
            &user.last_name,
            &user.position,
            &user.roles,
            user.notify_props.clone(),
            user.props.clone(),
            user.timezone.clone(),
            &user.locale,
            user.last_picture_update,
            id,
            read_at
        ],
    )
    .expect_rows(1)
}

/// Part of the person's public links: see [`end_public_links`].
pub async fn link_epoch(db: &Reader, id: UserId) -> Result<Option<i64>> {
    db.optional("SELECT link_epoch FROM users WHERE id = ?", params![id]).await
}

/// Ends all public links that the person has made.
pub fn end_public_links(id: Granted<UserId, Write>) -> Statement {
    Statement::new("UPDATE users SET link_epoch = link_epoch + 1 WHERE id = ?", params![id])
}

/// Sets or removes the picture, beside an [`update`].
pub fn set_picture(id: Granted<UserId, Write>, key: Option<&BlobKey>) -> Statement {
    Statement::new("UPDATE users SET picture_key = ? WHERE id = ?", params![key.map(ToString::to_string), id])
}

/// Sets the password and resets the failed attempts.
pub fn set_password(id: Granted<UserId, Write>, password_hash: &str, now: Millis) -> Statement {
    Statement::new(
        "UPDATE users SET password_hash = ?, last_password_update = ?, failed_attempts = 0, \
         update_at = CASE WHEN update_at < ? THEN ? ELSE update_at + 1 END WHERE id = ?",
        params![password_hash, now, now, now, id],
    )
    .expect_rows(1)
}

/// Writes whether the account has an active second factor, beside an [`update`].
pub fn set_second_factor(id: Granted<UserId, Write>, has_second_factor: bool) -> Statement {
    Statement::new("UPDATE users SET has_second_factor = ? WHERE id = ?", params![has_second_factor, id]).expect_rows(1)
}

/// Stores the same password, hashed with the current parameters.
pub fn rehash(id: Granted<UserId, Write>, old_hash: &str, new_hash: &str) -> Statement {
    Statement::new("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?", params![new_hash, id, old_hash])
}

/// Fails the batch unless the account is active, its password is the one that was verified, and it takes a second factor as
/// it did when that was verified: each may change during a log-in.
pub fn guard_login(id: Granted<UserId, Write>, password_hash: &str, has_second_factor: bool, otherwise: Code) -> Statement {
    let sql = "UPDATE users SET failed_attempts = 0 WHERE id = ? AND password_hash = ? AND has_second_factor = ? AND delete_at = 0";
    Statement::new(sql, params![id, password_hash, has_second_factor]).expect_rows(1).or(otherwise)
}

/// Fails the batch unless the account is active.
pub fn guard_log_in_without_password(id: Granted<UserId, Write>, otherwise: Code) -> Statement {
    let sql = "UPDATE users SET failed_attempts = 0 WHERE id = ? AND delete_at = 0";
    Statement::new(sql, params![id]).expect_rows(1).or(otherwise)
}

/// Marks the address as verified that was proven by a mail; the batch fails if the account has another one meanwhile.
pub fn verify_address(id: Granted<UserId, Write>, email: &str, otherwise: Code) -> Statement {
    let sql = "UPDATE users SET email_verified = 1, update_at = update_at + 1 WHERE id = ? AND email = ?";
    Statement::new(sql, params![id, email]).expect_rows(1).or(otherwise)
}

pub fn count_failure(id: Granted<UserId, Write>, now: Millis) -> Statement {
    Statement::new("UPDATE users SET failed_attempts = failed_attempts + 1, last_failed_at = ? WHERE id = ?", params![now, id])
}

pub fn clear_failures(id: Granted<UserId, Write>) -> Statement {
    Statement::new("UPDATE users SET failed_attempts = 0 WHERE id = ?", params![id])
}
