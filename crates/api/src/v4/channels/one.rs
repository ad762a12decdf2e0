//! A channel: making it, looking it up, changing it.

use axum::extract::State;
use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_services::channels::NewChannel;
use guildhall_wire::channel as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels", Gate::Session, create_channel)
        .post("/channels/direct", Gate::Session, create_direct_channel)
        .post("/channels/group", Gate::Session, create_group_channel)
        .get("/channels/{channel_id}", Gate::Session, get_channel)
        .get("/teams/{team_id}/channels/name/{channel_name}", Gate::Session, get_channel_by_name)
        .get("/teams/name/{team_name}/channels/name/{channel_name}", Gate::Session, get_channel_by_name_for_team_name)
}

async fn create_channel(State(app): State<App>, Me(me): Me, Json(new): Json<wire::NewChannel>) -> ApiResult<Created<wire::Channel>> {
    let new = NewChannel {
        team_id: new.team_id,
        kind: ChannelKind::from_name(&new.kind).ok_or(codes::KIND_INVALID)?,
        name: new.name,
        display_name: new.display_name,
        header: new.header,
        purpose: new.purpose,
    };
    Ok(Created(app.services.create_channel(&me, new).await?.into()))
}

async fn create_direct_channel(State(app): State<App>, Me(me): Me, Json(users): Json<Vec<UserId>>) -> ApiResult<Created<wire::Channel>> {
    let [one, other] = users[..] else {
        return Err(context::INVALID_PARAM.with("name", "user_ids").into());
    };
    Ok(Created(app.services.create_direct_channel(&me, one, other).await?.into()))
}

async fn create_group_channel(State(app): State<App>, Me(me): Me, Json(users): Json<Vec<UserId>>) -> ApiResult<Created<wire::Channel>> {
    Ok(Created(app.services.create_group_channel(&me, users).await?.into()))
}

async fn get_channel(State(app): State<App>, Me(me): Me, Path(channel): Path<ChannelId>) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.get_channel(&me, channel).await?.into()))
}

#[derive(Deserialize)]
struct Archived {
    #[serde(default)]
    include_deleted: bool,
}

async fn get_channel_by_name(
    State(app): State<App>,
    Me(me): Me,
    Path((team, name)): Path<(TeamId, String)>,
    Query(archived): Query<Archived>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.get_channel_by_name(&me, team, &name, archived.include_deleted).await?.into()))
}

async fn get_channel_by_name_for_team_name(
    State(app): State<App>,
    Me(me): Me,
    Path((team, name)): Path<(String, String)>,
    Query(archived): Query<Archived>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.get_channel_by_name_for_team_name(&me, &team, &name, archived.include_deleted).await?.into()))
}
