//! Creating, reading, updating and archiving channels.

use axum::extract::State;
use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_services::channels::{ChannelPatch, NewChannel};
use guildhall_wire::channel as wire;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::team::{Privacy, Team};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels", Gate::SessionOrActing, create_channel)
        .post("/channels/direct", Gate::Session, create_direct_channel)
        .post("/channels/group", Gate::Session, create_group_channel)
        .get("/channels/{channel_id}", Gate::SessionOrLocal, get_channel)
        .put("/channels/{channel_id}", Gate::Session, update_channel)
        .delete("/channels/{channel_id}", Gate::SessionOrActing, delete_channel)
        .put("/channels/{channel_id}/patch", Gate::SessionOrActing, patch_channel)
        .put("/channels/{channel_id}/privacy", Gate::SessionOrActing, update_channel_privacy)
        .post("/channels/{channel_id}/restore", Gate::SessionOrActing, restore_channel)
        .post("/channels/{channel_id}/move", Gate::Session, move_channel)
        .post("/channels/{channel_id}/convert_to_channel", Gate::Session, convert_group_message_to_private_channel)
        .get("/channels/{channel_id}/common_teams", Gate::Session, get_group_message_members_common_teams)
        .get("/teams/{team_id}/channels/name/{channel_name}", Gate::SessionOrLocal, get_channel_by_name)
        .get("/teams/name/{team_name}/channels/name/{channel_name}", Gate::SessionOrLocal, get_channel_by_name_for_team_name)
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
    Ok(Created(app.services.channels().create_channel(&me, new).await?.into()))
}

async fn create_direct_channel(State(app): State<App>, Me(me): Me, Json(users): Json<Vec<UserId>>) -> ApiResult<Created<wire::Channel>> {
    let [user, other] = users[..] else {
        return Err(context::INVALID_PARAM.with("name", "user_ids").into());
    };
    Ok(Created(app.services.channels().create_direct_channel(&me, user, other).await?.into()))
}

async fn create_group_channel(State(app): State<App>, Me(me): Me, Json(users): Json<Vec<UserId>>) -> ApiResult<Created<wire::Channel>> {
    Ok(Created(app.services.channels().create_group_channel(&me, users).await?.into()))
}

async fn get_channel(State(app): State<App>, Me(me): Me, Path(channel): Path<ChannelId>) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().get_channel(&me, channel).await?.into()))
}

#[derive(Deserialize)]
struct ByNameQuery {
    #[serde(default)]
    include_deleted: bool,
}

async fn get_channel_by_name(
    State(app): State<App>,
    Me(me): Me,
    Path((team, name)): Path<(TeamId, String)>,
    Query(query): Query<ByNameQuery>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().get_channel_by_name(&me, team, &name, query.include_deleted).await?.into()))
}

async fn get_channel_by_name_for_team_name(
    State(app): State<App>,
    Me(me): Me,
    Path((team, name)): Path<(String, String)>,
    Query(query): Query<ByNameQuery>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().get_channel_by_name_for_team_name(&me, &team, &name, query.include_deleted).await?.into()))
}

fn to_patch(changes: wire::ChannelPatch) -> ChannelPatch {
    ChannelPatch { name: changes.name, display_name: changes.display_name, header: changes.header, purpose: changes.purpose }
}

/// The body has all fields: missing texts become empty, missing names are kept.
async fn update_channel(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(mut changes): Json<wire::ChannelPatch>,
) -> ApiResult<Json<wire::Channel>> {
    if changes.id != Some(channel.to_string()) {
        return Err(context::INVALID_PARAM.with("name", "id").into());
    }
    if let Some(kind) = changes.kind.take().filter(|kind| !kind.is_empty())
        && kind != app.services.channels().get_channel(&me, channel).await?.kind.name()
    {
        return Err(codes::KIND_CHANGE.into());
    }
    changes.name = changes.name.filter(|name| !name.is_empty());
    changes.display_name = changes.display_name.filter(|name| !name.is_empty());
    changes.header = Some(changes.header.unwrap_or_default());
    changes.purpose = Some(changes.purpose.unwrap_or_default());
    Ok(Json(app.services.channels().patch_channel(&me, channel, to_patch(changes)).await?.into()))
}

async fn patch_channel(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(changes): Json<wire::ChannelPatch>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().patch_channel(&me, channel, to_patch(changes)).await?.into()))
}

async fn update_channel_privacy(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<Privacy>,
) -> ApiResult<Json<wire::Channel>> {
    let kind = ChannelKind::from_name(&body.privacy).ok_or_else(|| context::INVALID_PARAM.with("name", "privacy"))?;
    Ok(Json(app.services.channels().update_channel_privacy(&me, channel, kind).await?.into()))
}

async fn delete_channel(State(app): State<App>, Me(me): Me, Path(channel): Path<ChannelId>) -> ApiResult<Json<StatusOk>> {
    app.services.channels().archive_channel(&me, channel).await?;
    Ok(Json(OK))
}

async fn restore_channel(State(app): State<App>, Me(me): Me, Path(channel): Path<ChannelId>) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().restore_channel(&me, channel).await?.into()))
}

async fn move_channel(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<wire::MoveChannelRequest>,
) -> ApiResult<Json<wire::Channel>> {
    Ok(Json(app.services.channels().move_channel(&me, channel, body.team_id, body.force).await?.into()))
}

async fn get_group_message_members_common_teams(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
) -> ApiResult<Json<Vec<Team>>> {
    let teams = app.services.channels().get_common_teams(&me, channel).await?;
    Ok(Json(teams.into_iter().map(Team::public).collect()))
}

async fn convert_group_message_to_private_channel(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<wire::ConvertToChannelRequest>,
) -> ApiResult<Json<wire::Channel>> {
    let converted = app.services.channels().convert_group_to_channel(&me, channel, body.team_id, body.name, body.display_name).await?;
    Ok(Json(converted.into()))
}
