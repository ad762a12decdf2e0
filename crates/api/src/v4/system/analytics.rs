//! Statistics and usage.

use axum::extract::State;
use guildhall_model::id::TeamId;
use guildhall_services::system::AnalyticsValue;
use guildhall_wire::analytics::{AnalyticsRow, PostsUsage, StorageUsage, TeamsUsage};
use guildhall_wire::common::empty_is_none;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Query};

#[derive(Deserialize)]
pub(super) struct AnalyticsQuery {
    #[serde(default = "default_name")]
    name: String,
    #[serde(default, deserialize_with = "empty_is_none")]
    team_id: Option<TeamId>,
}

fn default_name() -> String {
    "standard".to_owned()
}

pub(super) async fn get_analytics_old(
    State(app): State<App>,
    me: Me,
    Query(query): Query<AnalyticsQuery>,
) -> ApiResult<Json<Vec<AnalyticsRow>>> {
    let statistics = app.services.system().analytics(&me, &query.name, query.team_id, app.hub.connection_count()).await?;
    let row = |statistic| match statistic {
        AnalyticsValue::Named(name, value) => AnalyticsRow { name: name.to_owned(), value },
        AnalyticsValue::Day(day, value) => AnalyticsRow::for_day(day, value),
    };
    Ok(Json(statistics.into_iter().map(row).collect()))
}

pub(super) async fn get_posts_usage(State(app): State<App>, me: Me) -> ApiResult<Json<PostsUsage>> {
    Ok(Json(PostsUsage { count: app.services.system().posts_usage(&me).await? }))
}

pub(super) async fn get_storage_usage(State(app): State<App>, me: Me) -> ApiResult<Json<StorageUsage>> {
    Ok(Json(StorageUsage { bytes: app.services.system().storage_usage(&me).await? }))
}

pub(super) async fn get_teams_usage(State(app): State<App>, me: Me) -> ApiResult<Json<TeamsUsage>> {
    Ok(Json(TeamsUsage { active: app.services.system().teams_usage(&me).await?, cloud_archived: 0 }))
}
