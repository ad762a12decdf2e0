//! Who is in a channel.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_wire::channel as wire;
use guildhall_wire::common::{OK, Page, StatusOk, UserRef};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels/{channel_id}/members", Gate::Session, add_channel_member)
        .get("/channels/{channel_id}/members", Gate::Session, get_channel_members)
        .get("/channels/{channel_id}/members/{user_id}", Gate::Session, get_channel_member)
        .delete("/channels/{channel_id}/members/{user_id}", Gate::Session, remove_user_from_channel)
}

/// One person answers one member, a list of people a list.
async fn add_channel_member(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(new): Json<wire::NewChannelMembers>,
) -> ApiResult<Response> {
    let one = new.user_id.filter(|_| new.user_ids.is_none());
    let users = new.user_ids.or(one.map(|user| vec![user])).filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| context::INVALID_PARAM.with("name", "user_id"))?;
    let added = app.services.add_channel_members(&me, channel, &users).await?;
    let mut members: Vec<wire::ChannelMember> = added.into_iter().map(Into::into).collect();
    match (one, members.pop()) {
        (Some(_), Some(member)) => Ok(Created(member).into_response()),
        (_, last) => Ok(Created(members.into_iter().chain(last).collect::<Vec<_>>()).into_response()),
    }
}

async fn get_channel_members(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<wire::ChannelMember>>> {
    let members = app.services.get_channel_members(&me, channel, page.per_page, page.offset()).await?;
    Ok(Json(members.into_iter().map(Into::into).collect()))
}

async fn get_channel_member(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
) -> ApiResult<Json<wire::ChannelMember>> {
    Ok(Json(app.services.get_channel_member(&me, channel, user.resolve(me.user_id)).await?.into()))
}

async fn remove_user_from_channel(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.remove_channel_member(&me, channel, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}
