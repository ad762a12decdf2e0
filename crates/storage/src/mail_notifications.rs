//! Messages that wait to be sent by mail: first one row for each message, then one for each person who gets it.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::user::{Props, User};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Sql, Statement, Write, in_list, in_values, params};

/// A message for which it is not worked out yet who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostNotification {
    pub post_id: PostId,
    pub channel_id: ChannelId,
    pub create_at: Millis,
    /// The last of the recipients, in the order of their ids, who were dealt with.
    pub expanded_until: Option<UserId>,
}

entity!(PostNotification, "post_notifications", [post_id, channel_id, create_at, expanded_until]);

/// A message that waits for its mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailNotification {
    pub user_id: UserId,
    pub post_id: PostId,
    /// The mail is sent then, with all others of the person.
    pub due_at: Millis,
}

entity!(MailNotification, "mail_notifications", [user_id, post_id, due_at]);

/// A member of a channel who may get a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub user: User,
    /// Their notification settings of the channel.
    pub channel_notify_props: Props,
}

impl FromRow for Recipient {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user: User::decode(row, 0)?, channel_notify_props: row.get(User::COLUMNS.len())? })
    }
}

/// For the batch of the message.
pub fn insert_post(row: &PostNotification) -> Statement {
    row.insert()
}

/// The oldest messages for which the recipients are not worked out.
pub async fn posts(db: &Reader, _server: Granted<Server>, limit: i64) -> Result<Vec<PostNotification>> {
    db.all(PostNotification::select("ORDER BY create_at, post_id LIMIT ?"), params![limit]).await
}

/// Fails the batch if another worker was faster.
pub fn set_expanded(_server: Granted<Server, Write>, row: &PostNotification, until: UserId) -> Statement {
    Statement::new("UPDATE post_notifications SET expanded_until = ? WHERE post_id = ?", params![until, row.post_id]).expect_rows(1)
}

/// Fails the batch if another worker was faster.
pub fn delete_post(_server: Granted<Server, Write>, post: PostId) -> Statement {
    Statement::new("DELETE FROM post_notifications WHERE post_id = ?", params![post]).expect_rows(1)
}

/// The active members among these people, without bots.
pub async fn recipients(db: &Reader, channel: Granted<ChannelId>, people: &[UserId]) -> Result<Vec<Recipient>> {
    let sql = format!(
        "SELECT {}, m.notify_props FROM channel_members m JOIN users u ON u.id = m.user_id \
         WHERE m.channel_id = ? AND u.delete_at = 0 AND u.is_bot = 0 AND m.user_id IN {}",
        User::columns_of("u"),
        in_list(people.len())
    );
    let mut values = params![channel];
    values.extend(in_values(people));
    db.all(sql, values).await
}

/// How many messages wait for each of these people, where any do.
pub async fn counts(db: &Reader, _server: Granted<Server>, people: &[UserId]) -> Result<Vec<(UserId, i64)>> {
    let sql = format!("SELECT user_id, COUNT(*) FROM mail_notifications WHERE user_id IN {} GROUP BY user_id", in_list(people.len()));
    db.all(sql, in_values(people)).await
}

/// Does nothing where the row is there.
pub fn insert(_server: Granted<Server, Write>, row: &MailNotification) -> Statement {
    let sql = Sql::InsertIgnore { table: MailNotification::TABLE, columns: MailNotification::COLUMNS, key: &["user_id", "post_id"] };
    Statement::new(sql, row.values())
}

/// The people whose mail is due, in no order.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<UserId>> {
    let sql = "SELECT user_id FROM mail_notifications WHERE due_at <= ? GROUP BY user_id ORDER BY MIN(due_at), user_id LIMIT ?";
    db.all(sql, params![now, limit]).await
}

/// The messages that wait for the person, the oldest first: ids of messages are in the order of time.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<PostId>> {
    db.all("SELECT post_id FROM mail_notifications WHERE user_id = ? ORDER BY post_id", params![user]).await
}

/// Deletes these messages of the person. Fails the batch if any was deleted meanwhile.
pub fn delete(user: Granted<UserId, Write>, posts: &[PostId]) -> Statement {
    let sql = format!("DELETE FROM mail_notifications WHERE user_id = ? AND post_id IN {}", in_list(posts.len()));
    let mut values = params![user];
    values.extend(in_values(posts));
    Statement::new(sql, values).expect_rows(posts.len() as u64)
}

/// Deletes all messages of the person.
pub fn delete_of_user(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM mail_notifications WHERE user_id = ?", params![user])
}

/// The person's mail waits until then.
pub fn postpone(user: Granted<UserId, Write>, until: Millis) -> Statement {
    Statement::new("UPDATE mail_notifications SET due_at = ? WHERE user_id = ? AND due_at < ?", params![until, user, until])
}

/// Whether recipients are to be worked out, or a mail is due.
pub async fn has_work(db: &Reader, _server: Granted<Server>, now: Millis) -> Result<bool> {
    let sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM post_notifications) \
               OR EXISTS (SELECT 1 FROM mail_notifications WHERE due_at <= ?) THEN 1 ELSE 0 END";
    Ok(db.one::<i64>(sql, params![now]).await? == 1)
}

/// How many messages wait: those whose recipients are not worked out, and those of people.
pub async fn waiting(db: &Reader, _server: Granted<Server>) -> Result<(i64, i64)> {
    db.one("SELECT (SELECT COUNT(*) FROM post_notifications), (SELECT COUNT(*) FROM mail_notifications)", Vec::new()).await
}
