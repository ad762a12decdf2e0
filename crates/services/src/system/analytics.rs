//! Analytics: cheap counts for administrators, and the usage counts that every member may read.

use guildhall_model::codes::{context, system as codes};
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Millis, Permission, Result};
use guildhall_storage::analytics::{self, CountQuery, DAY_MS, DailyQuery};
use guildhall_storage::{Granted, Reader, Server, usage};

use crate::boxed;
use crate::system::System;

/// Days that daily counts cover, today included.
const HISTORY_DAYS: i64 = 31;

/// One row of an analytics table: a named count, or the count of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnalyticsValue {
    Named(&'static str, i64),
    Day(Millis, i64),
}

impl System<'_> {
    /// The rows of the analytics table of this name. `connections` is the number of WebSocket connections.
    #[boxed]
    pub async fn analytics(&self, actor: &Actor, name: &str, team: Option<TeamId>, connections: usize) -> Result<Vec<AnalyticsValue>> {
        let grant = self.access.system_permission_to_read(actor, Permission::GetAnalytics)?;
        let (db, server, now) = (self.access.read(&grant), grant.server(), self.clock.now());
        let daily = match name {
            "standard" => return standard_counts(db, server, team, now, connections).await,
            "extra_counts" => return extra_counts(db, server).await,
            "post_counts_day" => DailyQuery::Posts,
            "bot_post_counts_day" => DailyQuery::BotPosts,
            "user_counts_with_posts_day" => DailyQuery::Writers,
            _ => return Err(codes::ANALYTICS_NAME.with("name", "name")),
        };
        let since = Millis(now.0 - now.0 % DAY_MS).minus_ms((HISTORY_DAYS - 1) * DAY_MS);
        let days = analytics::daily(db, server, daily, team, since).await?;
        Ok(days.into_iter().map(|(day, value)| AnalyticsValue::Day(day, value)).collect())
    }

    #[boxed]
    pub async fn posts_usage(&self, actor: &Actor) -> Result<i64> {
        check_sees_server(actor)?;
        let grant = self.access.system("the number of posts reveals no content");
        analytics::posts(self.access.read(&grant), grant.server(), None).await
    }

    #[boxed]
    pub async fn teams_usage(&self, actor: &Actor) -> Result<i64> {
        check_sees_server(actor)?;
        let grant = self.access.system("the number of teams reveals no content");
        analytics::teams(self.access.read(&grant), grant.server()).await
    }

    #[boxed]
    pub async fn storage_usage(&self, actor: &Actor) -> Result<i64> {
        check_sees_server(actor)?;
        let grant = self.access.system("the size of all files reveals no content");
        Ok(usage::of_server(self.access.read(&grant), grant.server()).await?.bytes)
    }
}

/// Guests see their channels, and nothing of the server around them.
fn check_sees_server(actor: &Actor) -> Result<()> {
    if actor.is_guest { Err(context::PERMISSIONS.into()) } else { Ok(()) }
}

async fn standard_counts(
    db: &Reader,
    server: Granted<Server>,
    team: Option<TeamId>,
    now: Millis,
    connections: usize,
) -> Result<Vec<AnalyticsValue>> {
    let users = match team {
        Some(team) => analytics::team_members(db, server, team).await?,
        None => analytics::active_users(db, server).await?,
    };
    Ok(vec![
        AnalyticsValue::Named("channel_open_count", analytics::channels(db, server, "O", team).await?),
        AnalyticsValue::Named("channel_private_count", analytics::channels(db, server, "P", team).await?),
        AnalyticsValue::Named("post_count", analytics::posts(db, server, team).await?),
        AnalyticsValue::Named("unique_user_count", users),
        AnalyticsValue::Named("team_count", analytics::teams(db, server).await?),
        AnalyticsValue::Named("total_websocket_connections", i64::try_from(connections).unwrap_or(i64::MAX)),
        AnalyticsValue::Named("total_master_db_connections", 0),
        AnalyticsValue::Named("total_read_db_connections", 0),
        AnalyticsValue::Named("daily_active_users", analytics::users_active_since(db, server, now.minus_ms(DAY_MS)).await?),
        AnalyticsValue::Named("monthly_active_users", analytics::users_active_since(db, server, now.minus_ms(30 * DAY_MS)).await?),
        AnalyticsValue::Named("inactive_user_count", analytics::inactive_users(db, server).await?),
    ])
}

async fn extra_counts(db: &Reader, server: Granted<Server>) -> Result<Vec<AnalyticsValue>> {
    Ok(vec![
        AnalyticsValue::Named("file_post_count", analytics::count(db, server, CountQuery::AttachedFiles).await?),
        AnalyticsValue::Named("incoming_webhook_count", analytics::count(db, server, CountQuery::IncomingWebhooks).await?),
        AnalyticsValue::Named("outgoing_webhook_count", analytics::count(db, server, CountQuery::OutgoingWebhooks).await?),
        AnalyticsValue::Named("command_count", analytics::count(db, server, CountQuery::Commands).await?),
        AnalyticsValue::Named("session_count", analytics::count(db, server, CountQuery::Sessions).await?),
    ])
}
