//! Webhooks, incoming and outgoing.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{ChannelId, IncomingWebhookId, OutgoingWebhookId, TeamId, UserId};
use guildhall_model::integration::{IncomingWebhook, OutgoingWebhook};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Unchecked, Value, Write, params};

entity!(
    IncomingWebhook,
    "incoming_webhooks",
    [id, create_at, update_at, delete_at, user_id, channel_id, team_id, display_name, description, username, icon_url, channel_locked]
);

entity!(
    OutgoingWebhook,
    "outgoing_webhooks",
    [
        id,
        token,
        create_at,
        update_at,
        delete_at,
        creator_id,
        channel_id,
        team_id,
        trigger_words,
        trigger_when,
        callback_urls,
        display_name,
        description,
        content_type,
        username,
        icon_url,
        last_error,
        last_error_at
    ]
);

/// The webhooks among which a list selects.
#[derive(Clone, Copy)]
pub enum Scope {
    Team(Granted<TeamId>),
    Server(Granted<Server>),
}

/// Selects the webhooks of a list; `None` does not narrow it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub channel: Option<ChannelId>,
    pub user: Option<UserId>,
}

impl Filter {
    fn tail(self, scope: Scope, user_column: &str) -> (String, Vec<Value>) {
        let mut sql = "WHERE delete_at = 0".to_owned();
        let mut values = Vec::new();
        let team = match scope {
            Scope::Team(team) => Some(Value::from(team)),
            Scope::Server(_) => None,
        };
        let conditions = [("team_id", team), ("channel_id", self.channel.map(Value::from)), (user_column, self.user.map(Value::from))];
        for (column, value) in conditions {
            if let Some(value) = value {
                sql.push_str(&format!(" AND {column} = ?"));
                values.push(value);
            }
        }
        (sql, values)
    }
}

pub async fn incoming(db: &Reader, id: IncomingWebhookId) -> Result<Unchecked<Option<IncomingWebhook>>> {
    db.optional(IncomingWebhook::select("WHERE id = ? AND delete_at = 0"), params![id]).await.map(Unchecked::new)
}

pub async fn list_incoming(db: &Reader, scope: Scope, filter: Filter, limit: i64, offset: i64) -> Result<Vec<IncomingWebhook>> {
    let (tail, mut values) = filter.tail(scope, "user_id");
    values.extend(params![limit, offset]);
    db.all(IncomingWebhook::select(&format!("{tail} ORDER BY create_at, id LIMIT ? OFFSET ?")), values).await
}

pub async fn count_incoming(db: &Reader, scope: Scope, filter: Filter) -> Result<i64> {
    let (tail, values) = filter.tail(scope, "user_id");
    db.one(format!("SELECT COUNT(*) FROM incoming_webhooks {tail}"), values).await
}

pub fn insert_incoming(team: Granted<TeamId, Write>, hook: &IncomingWebhook) -> Statement {
    hook.insert().bind_column(IncomingWebhook::COLUMNS, "team_id", team)
}

/// Writes what can be changed, unless it was changed since `read_at`.
pub fn update_incoming(team: Granted<TeamId, Write>, hook: &IncomingWebhook, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE incoming_webhooks SET update_at = ?, channel_id = ?, display_name = ?, description = ?, username = ?, icon_url = ?, \
         channel_locked = ? WHERE id = ? AND team_id = ? AND update_at = ? AND delete_at = 0",
        params![
            hook.update_at,
            hook.channel_id,
            &hook.display_name,
            &hook.description,
            &hook.username,
            &hook.icon_url,
            hook.channel_locked,
            hook.id,
            team,
            read_at
        ],
    )
    .expect_rows(1)
}

pub fn delete_incoming(team: Granted<TeamId, Write>, id: IncomingWebhookId, now: Millis) -> Statement {
    let sql = "UPDATE incoming_webhooks SET delete_at = ?, update_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, id, team]).expect_rows(1).or(codes::INCOMING_NOT_FOUND)
}

pub async fn outgoing(db: &Reader, id: OutgoingWebhookId) -> Result<Unchecked<Option<OutgoingWebhook>>> {
    db.optional(OutgoingWebhook::select("WHERE id = ? AND delete_at = 0"), params![id]).await.map(Unchecked::new)
}

pub async fn list_outgoing(db: &Reader, scope: Scope, filter: Filter, limit: i64, offset: i64) -> Result<Vec<OutgoingWebhook>> {
    let (tail, mut values) = filter.tail(scope, "creator_id");
    values.extend(params![limit, offset]);
    db.all(OutgoingWebhook::select(&format!("{tail} ORDER BY create_at, id LIMIT ? OFFSET ?")), values).await
}

pub fn insert_outgoing(team: Granted<TeamId, Write>, hook: &OutgoingWebhook) -> Statement {
    hook.insert().bind_column(OutgoingWebhook::COLUMNS, "team_id", team)
}

/// Writes what can be changed, including the token, unless it was changed since `read_at`.
pub fn update_outgoing(team: Granted<TeamId, Write>, hook: &OutgoingWebhook, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE outgoing_webhooks SET token = ?, update_at = ?, channel_id = ?, trigger_words = ?, trigger_when = ?, callback_urls = ?, \
         display_name = ?, description = ?, content_type = ?, username = ?, icon_url = ? WHERE id = ? AND team_id = ? AND update_at = ? AND delete_at = 0",
        params![
            &hook.token,
            hook.update_at,
            hook.channel_id,
            hook.trigger_words.clone(),
            hook.trigger_when,
            hook.callback_urls.clone(),
            &hook.display_name,
            &hook.description,
            &hook.content_type,
            &hook.username,
            &hook.icon_url,
            hook.id,
            team,
            read_at
        ],
    )
    .expect_rows(1)
}

/// Stores why the last call failed; an empty text after a success. Does not count as a change by somebody.
pub fn set_outgoing_error(team: Granted<TeamId, Write>, id: OutgoingWebhookId, error: &str, at: Millis) -> Statement {
    let sql = "UPDATE outgoing_webhooks SET last_error = ?, last_error_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![error, at, id, team])
}

pub fn delete_outgoing(team: Granted<TeamId, Write>, id: OutgoingWebhookId, now: Millis) -> Statement {
    let sql = "UPDATE outgoing_webhooks SET delete_at = ?, update_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, id, team]).expect_rows(1).or(codes::OUTGOING_NOT_FOUND)
}
