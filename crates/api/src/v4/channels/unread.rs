//! Unread counts, and marking channels as read.

use axum::extract::State;
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_wire::channel as wire;
use guildhall_wire::common::UserRef;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels/members/{user_id}/view", Gate::Session, view_channel)
        .post("/channels/members/{user_id}/mark_read", Gate::Session, read_multiple_channels)
        .put("/channels/members/{user_id}/direct/read", Gate::Session, mark_all_messages_as_read)
        .put("/users/{user_id}/teams/{team_id}/read", Gate::Session, mark_all_in_team_as_read)
        .get("/users/{user_id}/channels/{channel_id}/unread", Gate::Session, get_channel_unread)
}

async fn view_channel(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Json(view): Json<wire::ViewChannelRequest>,
) -> ApiResult<Json<wire::ViewChannelResponse>> {
    let mut channels: Vec<ChannelId> = [view.channel_id, view.prev_channel_id].into_iter().flatten().collect();
    channels.dedup();
    let collapsed_threads = view.collapsed_threads_supported;
    Ok(Json(wire::ViewChannelResponse::new(
        app.services.channels().view_channels(&me, user.resolve(me.user_id), &channels, collapsed_threads).await?,
    )))
}

async fn read_multiple_channels(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Json(channels): Json<Vec<ChannelId>>,
) -> ApiResult<Json<wire::ViewChannelResponse>> {
    Ok(Json(wire::ViewChannelResponse::new(app.services.channels().view_channels(&me, user.resolve(me.user_id), &channels, true).await?)))
}

async fn mark_all_messages_as_read(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
) -> ApiResult<Json<wire::ViewChannelResponse>> {
    Ok(Json(wire::ViewChannelResponse::new(app.services.channels().view_direct_channels(&me, user.resolve(me.user_id)).await?)))
}

async fn mark_all_in_team_as_read(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
) -> ApiResult<Json<wire::ViewChannelResponse>> {
    Ok(Json(wire::ViewChannelResponse::new(app.services.channels().view_team_channels(&me, user.resolve(me.user_id), team).await?)))
}

async fn get_channel_unread(
    State(app): State<App>,
    Me(me): Me,
    Path((user, channel)): Path<(UserRef, ChannelId)>,
) -> ApiResult<Json<wire::ChannelUnread>> {
    let user = user.resolve(me.user_id);
    let (team, unread) = app.services.channels().get_channel_unread(&me, user, channel).await?;
    Ok(Json(wire::ChannelUnread::of(team, channel, user, unread)))
}
