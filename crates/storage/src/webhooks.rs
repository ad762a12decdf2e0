//! Webhooks, incoming and outgoing.

use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{ChannelId, IncomingWebhookId, OutgoingWebhookId, TeamId, UserId};
use guildhall_model::integration::{IncomingWebhook, OutgoingWebhook};
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Statement, Unchecked, Value, Write, like_escape, params};

entity!(
    IncomingWebhook,
    "incoming_webhooks",
    [
        id,
        create_at,
        update_at,
        delete_at,
        user_id,
        channel_id,
        team_id,
        display_name,
        description,
        username,
        icon_url,
        channel_locked,
        created_by,
        last_error
    ]
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
        created_by,
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

/// Selects the webhooks of a list; the default does not narrow it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    pub channel: Option<ChannelId>,
    pub user: Option<UserId>,
    /// Incoming webhooks only: leaves out those of other owners that this user cannot manage.
    pub manager: Option<Manager<'a>>,
}

/// Somebody who manages webhooks of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manager<'a> {
    pub user: UserId,
    /// Which channels of others the user can read: all, the public ones besides those of which the user is a member, or
    /// only the latter.
    pub readable: ReadableChannels,
    /// Webhooks of owners with one of these system roles are left out.
    pub except_roles: &'a [&'a str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadableChannels {
    All,
    PublicAndOwn,
    Own,
}

impl Manager<'_> {
    fn condition(self) -> (String, Vec<Value>) {
        let mut values = params![self.user];
        let mut readable = "1 = 1".to_owned();
        if self.readable != ReadableChannels::All {
            readable =
                "EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = incoming_webhooks.channel_id AND m.user_id = ?)".to_owned();
            values.extend(params![self.user]);
        }
        if self.readable == ReadableChannels::PublicAndOwn {
            let public = "EXISTS (SELECT 1 FROM channels c WHERE c.id = incoming_webhooks.channel_id AND c.kind = ?)";
            readable = format!("({readable} OR {public})");
            values.extend(params![ChannelKind::Public]);
        }
        let mut others = readable;
        if !self.except_roles.is_empty() {
            let roles = vec!["CONCAT(' ', u.roles, ' ') LIKE ? ESCAPE '!'"; self.except_roles.len()].join(" OR ");
            others.push_str(&format!(" AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = incoming_webhooks.user_id AND ({roles}))"));
            values.extend(self.except_roles.iter().map(|role| Value::from(format!("% {} %", like_escape(role)))));
        }
        (format!(" AND (user_id = ? OR {others})"), values)
    }
}

impl Filter<'_> {
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
        if let Some((condition, more)) = self.manager.map(Manager::condition) {
            sql.push_str(&condition);
            values.extend(more);
        }
        (sql, values)
    }
}

pub async fn incoming(db: &Reader, id: IncomingWebhookId) -> Result<Unchecked<Option<IncomingWebhook>>> {
    db.optional(IncomingWebhook::select("WHERE id = ? AND delete_at = 0"), params![id]).await.map(Unchecked::new)
}

pub async fn list_incoming(db: &Reader, scope: Scope, filter: Filter<'_>, limit: i64, offset: i64) -> Result<Vec<IncomingWebhook>> {
    let (tail, mut values) = filter.tail(scope, "user_id");
    values.extend(params![limit, offset]);
    db.all(IncomingWebhook::select(&format!("{tail} ORDER BY create_at, id LIMIT ? OFFSET ?")), values).await
}

pub async fn count_incoming(db: &Reader, scope: Scope, filter: Filter<'_>) -> Result<i64> {
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

/// Why the webhook was not executed; empty after a successful execution. Writes nothing if that is stored already.
pub fn set_incoming_error(_server: Granted<Server, Write>, id: IncomingWebhookId, error: &str) -> Statement {
    let sql = "UPDATE incoming_webhooks SET last_error = ? WHERE id = ? AND last_error <> ?";
    Statement::new(sql, params![error, id, error])
}

pub async fn outgoing(db: &Reader, id: OutgoingWebhookId) -> Result<Unchecked<Option<OutgoingWebhook>>> {
    db.optional(OutgoingWebhook::select("WHERE id = ? AND delete_at = 0"), params![id]).await.map(Unchecked::new)
}

pub async fn list_outgoing(db: &Reader, scope: Scope, filter: Filter<'_>, limit: i64, offset: i64) -> Result<Vec<OutgoingWebhook>> {
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

/// Stores why the webhook was not called, or the last call failed; an empty text after a success. Does not count as a change by somebody.
pub fn set_outgoing_error(team: Granted<TeamId, Write>, id: OutgoingWebhookId, error: &str, at: Millis) -> Statement {
    let sql = "UPDATE outgoing_webhooks SET last_error = ?, last_error_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![error, at, id, team])
}

pub fn delete_outgoing(team: Granted<TeamId, Write>, id: OutgoingWebhookId, now: Millis) -> Statement {
    let sql = "UPDATE outgoing_webhooks SET delete_at = ?, update_at = ? WHERE id = ? AND team_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, now, id, team]).expect_rows(1).or(codes::OUTGOING_NOT_FOUND)
}
