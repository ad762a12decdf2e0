//! Statistics for administrators and for the server itself.

use guildhall_model::id::TeamId;
use guildhall_model::{Millis, Result};

use crate::{Granted, Reader, Server, params, users};

pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Whether there is an account of a person, active or not.
pub async fn has_accounts(db: &Reader, _server: Granted<Server>) -> Result<bool> {
    users::has_people(db).await
}

/// Accounts of people that are active.
pub async fn active_users(db: &Reader, _server: Granted<Server>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM users WHERE is_bot = 0 AND delete_at = 0", params![]).await
}

pub async fn inactive_users(db: &Reader, _server: Granted<Server>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM users WHERE is_bot = 0 AND delete_at > 0", params![]).await
}

/// Members of a team.
pub async fn team_members(db: &Reader, _server: Granted<Server>, team: TeamId) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM team_members WHERE team_id = ? AND delete_at = 0", params![team]).await
}

pub async fn users_active_since(db: &Reader, _server: Granted<Server>, since: Millis) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM statuses WHERE last_activity_at >= ?", params![since]).await
}

pub async fn teams(db: &Reader, _server: Granted<Server>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM teams WHERE delete_at = 0", params![]).await
}

/// Channels in use of a kind (`O`, `P`), of one team or of all.
pub async fn channels(db: &Reader, _server: Granted<Server>, kind: &str, team: Option<TeamId>) -> Result<i64> {
    match team {
        Some(team) => db.one("SELECT COUNT(*) FROM channels WHERE team_id = ? AND kind = ? AND delete_at = 0", params![team, kind]).await,
        None => db.one("SELECT COUNT(*) FROM channels WHERE kind = ? AND delete_at = 0", params![kind]).await,
    }
}

/// Posts of people, by the counters of the channels.
pub async fn posts(db: &Reader, _server: Granted<Server>, team: Option<TeamId>) -> Result<i64> {
    match team {
        Some(team) => db.one("SELECT COALESCE(SUM(total_msg_count), 0) FROM channels WHERE team_id = ?", params![team]).await,
        None => db.one("SELECT COALESCE(SUM(total_msg_count), 0) FROM channels", params![]).await,
    }
}

/// Selects a table whose rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountQuery {
    Sessions,
    IncomingWebhooks,
    OutgoingWebhooks,
    Commands,
    AttachedFiles,
}

pub async fn count(db: &Reader, _server: Granted<Server>, what: CountQuery) -> Result<i64> {
    let sql = match what {
        CountQuery::Sessions => "SELECT COUNT(*) FROM sessions",
        CountQuery::IncomingWebhooks => "SELECT COUNT(*) FROM incoming_webhooks WHERE delete_at = 0",
        CountQuery::OutgoingWebhooks => "SELECT COUNT(*) FROM outgoing_webhooks WHERE delete_at = 0",
        CountQuery::Commands => "SELECT COUNT(*) FROM commands WHERE delete_at = 0",
        CountQuery::AttachedFiles => "SELECT COUNT(*) FROM files WHERE delete_at = 0 AND post_id IS NOT NULL",
    };
    db.one(sql, params![]).await
}

/// What is counted for each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DailyQuery {
    Posts,
    BotPosts,
    /// People who wrote at least one.
    Writers,
}

/// Per day (its first moment, in UTC) since a moment: newest first, days without any left out.
pub async fn daily(
    db: &Reader,
    _server: Granted<Server>,
    what: DailyQuery,
    team: Option<TeamId>,
    since: Millis,
) -> Result<Vec<(Millis, i64)>> {
    let figure = if what == DailyQuery::Writers { "COUNT(DISTINCT p.user_id)" } else { "COUNT(*)" };
    let bots_only = if what == DailyQuery::BotPosts { " AND u.is_bot = 1" } else { "" };
    let day = format!("(p.create_at - p.create_at % {DAY_MS})");
    let mut sql = format!(
        "SELECT {day} AS day_start, {figure} FROM posts p JOIN users u ON u.id = p.user_id JOIN channels c ON c.id = p.channel_id \
         WHERE p.create_at >= ? AND p.original_id IS NULL AND p.delete_at = 0{bots_only}"
    );
    let mut params = params![since];
    if let Some(team) = team {
        sql.push_str(" AND c.team_id = ?");
        params.push(team.into());
    }
    sql.push_str(&format!(" GROUP BY {day} ORDER BY day_start DESC LIMIT 100"));
    db.all(sql, params).await
}
