//! The stored presence of people.

use guildhall_model::id::UserId;
use guildhall_model::user::Status;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Reader, Row, Server, Set, Sql, Statement, Write, in_list, in_values, params};

const COLUMNS: &str = "user_id, presence, manual, last_activity_at, dnd_end_time";

impl FromRow for Status {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_id: row.get(0)?,
            presence: row.get(1)?,
            manual: row.get(2)?,
            last_activity_at: row.get(3)?,
            dnd_end_time: row.get(4)?,
            active_channel: None,
        })
    }
}

pub async fn get(db: &Reader, user: UserId) -> Result<Option<Status>> {
    db.optional(format!("SELECT {COLUMNS} FROM statuses WHERE user_id = ?"), params![user]).await
}

pub async fn by_ids(db: &Reader, users: &[UserId]) -> Result<Vec<Status>> {
    let mut statuses = Vec::new();
    for some in users.chunks(MAX_IN_LIST) {
        let sql = format!("SELECT {COLUMNS} FROM statuses WHERE user_id IN {}", in_list(some.len()));
        statuses.extend(db.all::<Status>(sql, in_values(some.iter().copied())).await?);
    }
    Ok(statuses)
}

/// Do-not-disturb statuses that expired by `now`.
pub async fn dnd_ended(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<Status>> {
    let sql = format!("SELECT {COLUMNS} FROM statuses WHERE presence = 'dnd' AND dnd_end_time > 0 AND dnd_end_time <= ? LIMIT ?");
    db.all(sql, params![now, limit]).await
}

pub fn save(user: Granted<UserId, Write>, status: &Status) -> Statement {
    let sql = Sql::Upsert {
        table: "statuses",
        columns: &["user_id", "presence", "manual", "last_activity_at", "dnd_end_time"],
        key: &["user_id"],
        update: &[Set::New("presence"), Set::New("manual"), Set::New("last_activity_at"), Set::New("dnd_end_time")],
    };
    Statement::new(sql, params![user, status.presence, status.manual, status.last_activity_at, status.dnd_end_time])
}

/// Sets presence that was derived from connections to offline: after a start there are none.
pub fn reset(_server: Granted<Server, Write>) -> Statement {
    Statement::new("UPDATE statuses SET presence = 'offline' WHERE manual = 0 AND presence <> 'offline'", params![])
}
