//! The people that a new post may mention: its author, and those whose username or keyword is among its words.

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::user::Props;

use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Statement, Value, Write, in_list, in_values, params};

/// What decides whether a post mentions a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    pub user_id: UserId,
    pub username: String,
    pub first_name: String,
    pub notify_props: Props,
    /// Their notification settings of the channel; `None` for people who are not in it.
    pub channel_notify_props: Option<Props>,
}

impl FromRow for Addressee {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let in_channel = row.opt_str(4)?.is_some();
        Ok(Self {
            user_id: row.get(0)?,
            username: row.get(1)?,
            first_name: row.get(2)?,
            notify_props: row.get(3)?,
            channel_notify_props: if in_channel { Some(row.get(4)?) } else { None },
        })
    }
}

const SELECT: &str = "SELECT u.id, u.username, u.first_name, u.notify_props, m.notify_props FROM users u";
const MEMBER: &str = "LEFT JOIN channel_members m ON m.channel_id = ? AND m.user_id = u.id";

/// The author and everybody whose username is one of `usernames` (in lower case) or who has a keyword that is looked up by
/// one of `keywords`.
/// One query for any ordinary message.
pub async fn find_addressees(
    db: &Reader,
    channel: Granted<ChannelId>,
    author: UserId,
    usernames: &[String],
    keywords: &[String],
) -> Result<Vec<Addressee>> {
    if usernames.is_empty() && keywords.is_empty() {
        return db.all(format!("{SELECT} {MEMBER} WHERE u.id = ?"), params![channel, author]).await;
    }
    let mut found: Vec<Addressee> = Vec::new();
    let pieces = usernames.len().div_ceil(MAX_IN_LIST).max(keywords.len().div_ceil(MAX_IN_LIST));
    for piece in 0..pieces {
        let usernames = usernames.chunks(MAX_IN_LIST).nth(piece).unwrap_or_default();
        let keywords = keywords.chunks(MAX_IN_LIST).nth(piece).unwrap_or_default();
        let sql = format!(
            "{SELECT} JOIN (SELECT id FROM users WHERE id = ? \
             UNION SELECT id FROM users WHERE username IN {} AND delete_at = 0 \
             UNION SELECT user_id FROM mention_keywords WHERE keyword IN {}) a ON a.id = u.id {MEMBER}",
            in_list(usernames.len()),
            in_list(keywords.len())
        );
        let mut values = params![author];
        values.extend(in_values(usernames));
        values.extend(in_values(keywords));
        values.push(Value::from(channel));
        for addressee in db.all::<Addressee>(sql, values).await? {
            if !found.iter().any(|known| known.user_id == addressee.user_id) {
                found.push(addressee);
            }
        }
    }
    Ok(found)
}

/// At most `limit` active members of the channel.
pub async fn members(db: &Reader, channel: Granted<ChannelId>, limit: i64) -> Result<Vec<Addressee>> {
    let sql = "SELECT u.id, u.username, u.first_name, u.notify_props, m.notify_props FROM channel_members m \
        JOIN users u ON u.id = m.user_id WHERE m.channel_id = ? AND u.delete_at = 0 LIMIT ?";
    db.all(sql, params![channel, limit]).await
}

/// The same of these people.
pub async fn members_among(db: &Reader, channel: Granted<ChannelId>, people: &[UserId], limit: i64) -> Result<Vec<Addressee>> {
    let mut found: Vec<Addressee> = Vec::new();
    for some in people.chunks(MAX_IN_LIST) {
        let missing = limit - found.len() as i64;
        if missing <= 0 {
            break;
        }
        let sql = format!(
            "SELECT u.id, u.username, u.first_name, u.notify_props, m.notify_props FROM channel_members m \
             JOIN users u ON u.id = m.user_id WHERE m.channel_id = ? AND u.delete_at = 0 AND m.user_id IN {} LIMIT ?",
            in_list(some.len())
        );
        let mut values = params![channel];
        values.extend(in_values(some));
        values.push(Value::from(missing));
        found.extend(db.all::<Addressee>(sql, values).await?);
    }
    Ok(found)
}

/// Stores what the mention keywords of a person are looked up by, a word each. Belongs into the batch of every change of a
/// person's first name or notification settings.
pub fn set_keywords(user: Granted<UserId, Write>, keywords: &[String]) -> Vec<Statement> {
    let mut statements = vec![Statement::new("DELETE FROM mention_keywords WHERE user_id = ?", params![user])];
    let insert = |keyword: &String| Statement::new("INSERT INTO mention_keywords (keyword, user_id) VALUES (?, ?)", params![keyword, user]);
    statements.extend(keywords.iter().map(insert));
    statements
}
