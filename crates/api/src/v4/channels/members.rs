//! The members of channels.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Actor;
use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::Props;
use guildhall_services::channels::SchemeRoles;
use guildhall_wire::channel as wire;
use guildhall_wire::common::{OK, Page, PageOrAll, StatusOk, UserRef};
use guildhall_wire::team::{self, Roles};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, JsonLines, Me, Path, Query};
use crate::routes::{Gate, Routes};

/// More than anybody is in; the answer has about 600 bytes for each.
const ALL_MEMBERSHIPS_MAX: i64 = 20_000;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels/{channel_id}/members", Gate::SessionOrActing, add_channel_member)
        .get("/channels/{channel_id}/members", Gate::SessionOrLocal, get_channel_members)
        .get("/channels/{channel_id}/members/{user_id}", Gate::SessionOrLocal, get_channel_member)
        .delete("/channels/{channel_id}/members/{user_id}", Gate::Session, remove_user_from_channel)
        .post("/channels/{channel_id}/members/ids", Gate::SessionOrLocal, get_channel_members_by_ids)
        .put("/channels/{channel_id}/members/{user_id}/roles", Gate::SessionOrLocal, update_channel_roles)
        .put("/channels/{channel_id}/members/{user_id}/schemeRoles", Gate::SessionOrLocal, update_channel_member_scheme_roles)
        .put("/channels/{channel_id}/members/{user_id}/notify_props", Gate::SessionOrLocal, update_channel_notify_props)
        .get("/channels/{channel_id}/stats", Gate::SessionOrLocal, get_channel_stats)
        .get("/channels/{channel_id}/timezones", Gate::SessionOrLocal, get_channel_members_timezones)
        .post("/channels/stats/member_count", Gate::SessionOrLocal, get_channels_member_count)
        .get("/users/{user_id}/teams/{team_id}/channels/members", Gate::SessionOrLocal, get_channel_members_for_user)
        .get("/users/{user_id}/channel_members", Gate::SessionOrLocal, get_channel_members_with_team_data_for_user)
}

fn to_wire(members: Vec<ChannelMember>, reader: &Actor) -> Vec<wire::ChannelMember> {
    members.into_iter().map(|member| wire::ChannelMember::for_reader(member, reader.user_id)).collect()
}

/// `user_id` returns one member, `user_ids` a list of members.
async fn add_channel_member(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(new): Json<wire::NewChannelMembers>,
) -> ApiResult<Response> {
    let single = new.user_id.filter(|_| new.user_ids.is_none());
    let users = new.user_ids.or(single.map(|user| vec![user])).filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| context::INVALID_PARAM.with("name", "user_id"))?;
    let added = app.services.channels().add_channel_members(&me, channel, &users).await?;
    let mut members = to_wire(added, &me);
    match (single, members.pop()) {
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
    let members = app.services.channels().get_channel_members(&me, channel, page.per_page, page.offset()).await?;
    Ok(Json(to_wire(members, &me)))
}

async fn get_channel_member(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
) -> ApiResult<Json<wire::ChannelMember>> {
    let member = app.services.channels().get_channel_member(&me, channel, user.resolve(me.user_id)).await?;
    Ok(Json(wire::ChannelMember::for_reader(member, me.user_id)))
}

async fn remove_user_from_channel(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.channels().remove_channel_member(&me, channel, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}

async fn get_channel_members_by_ids(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Json(users): Json<Vec<UserId>>,
) -> ApiResult<Json<Vec<wire::ChannelMember>>> {
    let members = app.services.channels().get_channel_members_by_ids(&me, channel, &users).await?;
    Ok(Json(to_wire(members, &me)))
}

async fn update_channel_roles(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
    Json(body): Json<Roles>,
) -> ApiResult<Json<StatusOk>> {
    app.services.channels().update_channel_roles(&me, channel, user.resolve(me.user_id), &body.roles).await?;
    Ok(Json(OK))
}

async fn update_channel_member_scheme_roles(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
    Json(body): Json<team::SchemeRoles>,
) -> ApiResult<Json<StatusOk>> {
    let roles = SchemeRoles { guest: body.scheme_guest, user: body.scheme_user, admin: body.scheme_admin };
    app.services.channels().update_channel_member_scheme_roles(&me, channel, user.resolve(me.user_id), roles).await?;
    Ok(Json(OK))
}

async fn update_channel_notify_props(
    State(app): State<App>,
    Me(me): Me,
    Path((channel, user)): Path<(ChannelId, UserRef)>,
    Json(changes): Json<Props>,
) -> ApiResult<Json<StatusOk>> {
    app.services.channels().update_channel_notify_props(&me, channel, user.resolve(me.user_id), &changes).await?;
    Ok(Json(OK))
}

#[derive(Deserialize)]
struct StatsQuery {
    #[serde(default)]
    exclude_files_count: bool,
}

async fn get_channel_stats(
    State(app): State<App>,
    Me(me): Me,
    Path(channel): Path<ChannelId>,
    Query(query): Query<StatsQuery>,
) -> ApiResult<Json<wire::ChannelStats>> {
    let stats = app.services.channels().get_channel_stats(&me, channel, !query.exclude_files_count).await?;
    Ok(Json(wire::ChannelStats::of(channel, stats)))
}

async fn get_channel_members_timezones(State(app): State<App>, Me(me): Me, Path(channel): Path<ChannelId>) -> ApiResult<Json<Vec<String>>> {
    Ok(Json(app.services.channels().get_channel_members_timezones(&me, channel).await?))
}

async fn get_channels_member_count(
    State(app): State<App>,
    Me(me): Me,
    Json(channels): Json<Vec<ChannelId>>,
) -> ApiResult<Json<BTreeMap<ChannelId, i64>>> {
    Ok(Json(app.services.channels().get_channels_member_count(&me, channels).await?.into_iter().collect()))
}

async fn get_channel_members_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
) -> ApiResult<Json<Vec<wire::ChannelMember>>> {
    let members = app.services.channels().get_channel_members_for_user(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(to_wire(members, &me)))
}

/// The web app asks for all at once.
async fn get_channel_members_with_team_data_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Query(page): Query<PageOrAll>,
) -> ApiResult<Response> {
    let (limit, offset) = match page {
        PageOrAll::Page(page) => (page.per_page, page.offset()),
        PageOrAll::All => (ALL_MEMBERSHIPS_MAX, 0),
    };
    let members = app.services.channels().get_channel_members_with_team_data(&me, user.resolve(me.user_id), limit, offset).await?;
    let members: Vec<_> = members.into_iter().map(|member| wire::MemberWithTeam::for_reader(member, me.user_id)).collect();
    Ok(match page {
        PageOrAll::Page(_) => Json(members).into_response(),
        PageOrAll::All => JsonLines(members).into_response(),
    })
}
