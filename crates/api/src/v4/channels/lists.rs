//! Lists of channels.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::channel::{Channel, WithTeam};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::time::Millis;
use guildhall_services::channels::{ArchivedFilter, ChannelFilter};
use guildhall_wire::channel as wire;
use guildhall_wire::common::{Page, UserRef};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::etag::{IfNoneMatch, respond_with_content_etag};
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/channels", Gate::SessionOrLocal, get_all_channels)
        .get("/users/{user_id}/channels", Gate::SessionOrLocal, get_channels_for_user)
        .get("/users/{user_id}/teams/{team_id}/channels", Gate::SessionOrLocal, get_channels_for_team_for_user)
        .get("/teams/{team_id}/channels", Gate::SessionOrLocal, get_public_channels_for_team)
        .post("/teams/{team_id}/channels/ids", Gate::SessionOrLocal, get_public_channels_by_ids_for_team)
        .get("/teams/{team_id}/channels/private", Gate::SessionOrLocal, get_private_channels_for_team)
        .get("/teams/{team_id}/channels/deleted", Gate::SessionOrLocal, get_deleted_channels_for_team)
}

pub(super) fn to_wire_list(channels: Vec<Channel>) -> Json<Vec<wire::Channel>> {
    Json(channels.into_iter().map(Into::into).collect())
}

/// With the total count where one is given.
pub(super) fn to_wire_list_with_teams(channels: Vec<WithTeam<Channel>>, total_count: Option<i64>) -> Response {
    let channels = channels.into_iter().map(wire::ChannelWithTeam::from).collect();
    match total_count {
        Some(total_count) => Json(wire::ChannelsWithCount { channels, total_count }).into_response(),
        None => Json(channels).into_response(),
    }
}

#[derive(Deserialize)]
struct ChannelsQuery {
    #[serde(default)]
    include_total_count: bool,
    #[serde(default)]
    include_deleted: bool,
    #[serde(default)]
    exclude_default_channels: bool,
}

async fn get_all_channels(
    State(app): State<App>,
    Me(me): Me,
    Query(page): Query<Page>,
    Query(query): Query<ChannelsQuery>,
) -> ApiResult<Response> {
    let archived = (!query.include_deleted).then_some(false);
    let filter = ChannelFilter { archived, without_defaults: query.exclude_default_channels, ..ChannelFilter::default() };
    let (channels, total) = app.services.channels().get_all_channels(&me, filter, page.per_page, page.offset()).await?;
    Ok(to_wire_list_with_teams(channels, query.include_total_count.then_some(total)))
}

#[derive(Deserialize)]
struct UserChannelsQuery {
    #[serde(default)]
    include_deleted: bool,
    #[serde(default)]
    last_delete_at: i64,
}

impl UserChannelsQuery {
    fn archived(&self) -> ArchivedFilter {
        if self.include_deleted { ArchivedFilter::Since(Millis(self.last_delete_at)) } else { ArchivedFilter::Exclude }
    }
}

async fn get_channels_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Query(query): Query<UserChannelsQuery>,
    if_none_match: IfNoneMatch,
) -> ApiResult<Response> {
    let channels = app.services.channels().get_channels_for_user(&me, user.resolve(me.user_id), None, query.archived()).await?;
    Ok(respond_with_content_etag(&if_none_match, &to_wire_list(channels).0))
}

async fn get_channels_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
    Query(query): Query<UserChannelsQuery>,
    if_none_match: IfNoneMatch,
) -> ApiResult<Response> {
    let channels = app.services.channels().get_channels_for_user(&me, user.resolve(me.user_id), Some(team), query.archived()).await?;
    Ok(respond_with_content_etag(&if_none_match, &to_wire_list(channels).0))
}

async fn get_public_channels_for_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().get_public_channels_for_team(&me, team, page.per_page, page.offset()).await?))
}

async fn get_public_channels_by_ids_for_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(ids): Json<Vec<ChannelId>>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().get_public_channels_by_ids_for_team(&me, team, ids).await?))
}

async fn get_private_channels_for_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().get_private_channels_for_team(&me, team, page.per_page, page.offset()).await?))
}

async fn get_deleted_channels_for_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().get_deleted_channels_for_team(&me, team, page.per_page, page.offset()).await?))
}
