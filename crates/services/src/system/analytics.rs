//! The server's figures: cheap counts, for administrators; two of them for everybody.

use guildhall_model::codes::system as codes;
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Millis, Permission, Result};
use guildhall_storage::analytics::{self, CountQuery, DAY_MS, DailyQuery};
use guildhall_storage::{Granted, Reader, Server};

use crate::boxed;
use crate::system::System;

/// How far the daily figures go back.
const DAYS: i64 = 31;
/// How long a figure that is dear to count is good.
const FRESH_MS: i64 = 10 * 60 * 1000;

/// A named figure; names of daily ones are dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    Named(&'static str, i64),
    Day(Millis, i64),
}

impl System<'_> {
    /// The rows of one of Mattermost's tables of figures. `connections` is how many clients are connected.
    #[boxed]
    pub async fn analytics(&self, actor: &Actor, name: &str, team: Option<TeamId>, connections: usize) -> Result<Vec<Figure>> {
        let grant = self.access.system_permission_to_read(actor, Permission::GetAnalytics)?;
        let (db, server, now) = (self.access.read(&grant), grant.server(), self.clock.now());
        let daily = match name {
            "standard" => return standard(db, server, team, now, connections).await,
            "extra_counts" => return extra(db, server).await,
            "post_counts_day" => DailyQuery::Posts,
            "bot_post_counts_day" => DailyQuery::BotPosts,
            "user_counts_with_posts_day" => DailyQuery::Writers,
            _ => return Err(codes::ANALYTICS_NAME.with("name", "name")),
        };
        let since = Millis(now.0 - now.0 % DAY_MS).minus_ms((DAYS - 1) * DAY_MS);
        let days = analytics::daily(db, server, daily, team, since).await?;
        Ok(days.into_iter().map(|(day, value)| Figure::Day(day, value)).collect())
    }

    #[boxed]
    pub async fn posts_usage(&self) -> Result<i64> {
        let grant = self.access.system("how many messages there are tells nothing of any");
        analytics::posts(self.access.read(&grant), grant.server(), None).await
    }

    #[boxed]
    pub async fn teams_usage(&self) -> Result<i64> {
        let grant = self.access.system("how many teams there are tells nothing of any");
        analytics::teams(self.access.read(&grant), grant.server()).await
    }

    #[boxed]
    pub async fn storage_usage(&self) -> Result<i64> {
        let now = self.clock.now();
        if let Some((at, bytes)) = *self.state().file_bytes.lock()
            && now.minus_ms(FRESH_MS) < at
        {
            return Ok(bytes);
        }
        let grant = self.access.system("how much files take tells nothing of any");
        let bytes = analytics::file_bytes(self.access.read(&grant), grant.server()).await?;
        *self.state().file_bytes.lock() = Some((now, bytes));
        Ok(bytes)
    }
}

async fn standard(db: &Reader, server: Granted<Server>, team: Option<TeamId>, now: Millis, connections: usize) -> Result<Vec<Figure>> {
    let users = match team {
        Some(team) => analytics::team_members(db, server, team).await?,
        None => analytics::active_users(db, server).await?,
    };
    Ok(vec![
        Figure::Named("channel_open_count", analytics::channels(db, server, "O", team).await?),
        Figure::Named("channel_private_count", analytics::channels(db, server, "P", team).await?),
        Figure::Named("post_count", analytics::posts(db, server, team).await?),
        Figure::Named("unique_user_count", users),
        Figure::Named("team_count", analytics::teams(db, server).await?),
        Figure::Named("total_websocket_connections", i64::try_from(connections).unwrap_or(i64::MAX)),
        Figure::Named("total_master_db_connections", 0),
        Figure::Named("total_read_db_connections", 0),
        Figure::Named("daily_active_users", analytics::users_active_since(db, server, now.minus_ms(DAY_MS)).await?),
        Figure::Named("monthly_active_users", analytics::users_active_since(db, server, now.minus_ms(30 * DAY_MS)).await?),
        Figure::Named("inactive_user_count", analytics::inactive_users(db, server).await?),
    ])
}

async fn extra(db: &Reader, server: Granted<Server>) -> Result<Vec<Figure>> {
    Ok(vec![
        Figure::Named("file_post_count", analytics::count(db, server, CountQuery::AttachedFiles).await?),
        Figure::Named("incoming_webhook_count", analytics::count(db, server, CountQuery::IncomingWebhooks).await?),
        Figure::Named("outgoing_webhook_count", analytics::count(db, server, CountQuery::OutgoingWebhooks).await?),
        Figure::Named("command_count", analytics::count(db, server, CountQuery::Commands).await?),
        Figure::Named("session_count", analytics::count(db, server, CountQuery::Sessions).await?),
    ])
}
