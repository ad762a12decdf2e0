//! Bots: the record beside the account. Username and display name are the account's.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::UserId;
use guildhall_model::user::{Bot, User};
use guildhall_model::{Millis, Result};

use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, Statement, Value, Write, in_list, in_values, params};

const SELECT: &str = "SELECT b.user_id, u.username, u.first_name, b.description, b.owner_id, b.create_at, b.update_at, b.delete_at \
    FROM bots b JOIN users u ON u.id = b.user_id";

impl FromRow for Bot {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_id: row.get(0)?,
            username: row.get(1)?,
            display_name: row.get(2)?,
            description: row.get(3)?,
            owner_id: row.get(4)?,
            create_at: row.get(5)?,
            update_at: row.get(6)?,
            delete_at: row.get(7)?,
        })
    }
}

/// The bot, disabled ones too.
pub async fn get(db: &Reader, id: UserId) -> Result<Option<Bot>> {
    db.optional(format!("{SELECT} WHERE b.user_id = ?"), params![id]).await
}

/// Selects the bots of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub owner: Option<UserId>,
    pub include_disabled: bool,
    /// Only those whose owner's account is deactivated.
    pub only_orphaned: bool,
}

pub async fn list(db: &Reader, filter: Filter, limit: i64, offset: i64) -> Result<Vec<Bot>> {
    let mut sql = SELECT.to_owned();
    let mut values = Vec::new();
    if filter.only_orphaned {
        sql.push_str(" JOIN users o ON o.id = b.owner_id AND o.delete_at > 0");
    }
    sql.push_str(" WHERE 1 = 1");
    if !filter.include_disabled {
        sql.push_str(" AND b.delete_at = 0");
    }
    if let Some(owner) = filter.owner {
        sql.push_str(" AND b.owner_id = ?");
        values.extend(params![owner]);
    }
    sql.push_str(" ORDER BY b.create_at, u.username LIMIT ? OFFSET ?");
    values.extend(params![limit, offset]);
    db.all(sql, values).await
}

/// The accounts of the bots that a person owns.
pub async fn accounts_of_owner(db: &Reader, owner: Granted<UserId>, limit: i64) -> Result<Vec<User>> {
    let sql = format!("SELECT {} FROM bots b JOIN users u ON u.id = b.user_id WHERE b.owner_id = ? LIMIT ?", User::columns_of("u"));
    db.all(sql, params![owner, limit]).await
}

/// Disables the bots and deletes their sessions and access tokens.
pub fn end_access(_server: Granted<Server, Write>, bots: &[UserId], now: Millis) -> Vec<Statement> {
    let of_some = |some: &[UserId]| {
        let list = in_list(some.len());
        let ids = in_values(some.iter().copied());
        let with_ids = |mut values: Vec<Value>| {
            values.extend(ids.iter().cloned());
            values
        };
        [
            Statement::new(format!("DELETE FROM sessions WHERE user_id IN {list}"), with_ids(Vec::new())),
            Statement::new(format!("DELETE FROM access_tokens WHERE user_id IN {list}"), with_ids(Vec::new())),
            Statement::new(
                format!(
                    "UPDATE users SET delete_at = ?, update_at = CASE WHEN update_at < ? THEN ? ELSE update_at + 1 END \
                     WHERE delete_at = 0 AND id IN {list}"
                ),
                with_ids(params![now, now, now]),
            ),
            Statement::new(
                format!("UPDATE bots SET delete_at = ?, update_at = ? WHERE delete_at = 0 AND user_id IN {list}"),
                with_ids(params![now, now]),
            ),
        ]
    };
    bots.chunks(MAX_IN_LIST).flat_map(of_some).collect()
}

pub fn insert(bot: &Bot) -> Statement {
    Statement::new(
        "INSERT INTO bots (user_id, description, owner_id, create_at, update_at, delete_at) VALUES (?, ?, ?, ?, ?, ?)",
        params![bot.user_id, &bot.description, bot.owner_id, bot.create_at, bot.update_at, bot.delete_at],
    )
}

/// Writes what can be changed, unless it was changed since `read_at`. Names are written with the account.
pub fn update(id: Granted<UserId, Write>, bot: &Bot, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE bots SET description = ?, owner_id = ?, update_at = ?, delete_at = ? WHERE user_id = ? AND update_at = ?",
        params![&bot.description, bot.owner_id, bot.update_at, bot.delete_at, id, read_at],
    )
    .expect_rows(1)
}

pub fn delete(id: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM bots WHERE user_id = ?", params![id]).expect_rows(1).or(codes::BOT_NOT_FOUND)
}

/// Turns the account of a person into one of a bot or back; fails if it is one already.
pub fn set_is_bot(id: Granted<UserId, Write>, is_bot: bool, now: Millis) -> Statement {
    Statement::new(
        "UPDATE users SET is_bot = ?, update_at = CASE WHEN update_at < ? THEN ? ELSE update_at + 1 END WHERE id = ? AND is_bot <> ?",
        params![is_bot, now, now, id, is_bot],
    )
    .expect_rows(1)
}
