//! The members of teams.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::{TeamId, UserId};
use guildhall_services::channels::SchemeRoles;
use guildhall_services::teams::TeamMembersRequest;
use guildhall_wire::common::{OK, Page, StatusOk, UserRef};
use guildhall_wire::error as wire_error;
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/teams/{team_id}/members", Gate::SessionOrActing, add_team_member)
        .post("/teams/{team_id}/members/batch", Gate::Session, add_team_members)
        .get("/teams/{team_id}/members", Gate::SessionOrLocal, get_team_members)
        .post("/teams/{team_id}/members/ids", Gate::SessionOrLocal, get_team_members_by_ids)
        .get("/teams/{team_id}/members/{user_id}", Gate::SessionOrLocal, get_team_member)
        .delete("/teams/{team_id}/members/{user_id}", Gate::Session, remove_team_member)
        .put("/teams/{team_id}/members/{user_id}/roles", Gate::SessionOrLocal, update_team_member_roles)
        .put("/teams/{team_id}/members/{user_id}/schemeRoles", Gate::SessionOrLocal, update_team_member_scheme_roles)
        .get("/teams/{team_id}/stats", Gate::SessionOrLocal, get_team_stats)
        .get("/users/{user_id}/teams/members", Gate::SessionOrLocal, get_team_members_for_user)
}

async fn add_team_member(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(new): Json<wire::NewTeamMember>,
) -> ApiResult<Created<wire::TeamMember>> {
    if new.team_id != team {
        return Err(context::INVALID_PARAM.with("name", "team_id").into());
    }
    Ok(Created(app.services.teams().add_team_member(&me, team, new.user_id).await?.into()))
}

#[derive(Deserialize)]
struct AddMembersQuery {
    #[serde(default)]
    graceful: bool,
}

async fn add_team_members(
    State(app): State<App>,
    Me(me): Me,
    client: Client,
    Path(team): Path<TeamId>,
    Query(query): Query<AddMembersQuery>,
    Json(new): Json<Vec<wire::NewTeamMember>>,
) -> ApiResult<Response> {
    if new.is_empty() || new.iter().any(|member| member.team_id != team) {
        return Err(context::INVALID_PARAM.with("name", "team_id").into());
    }
    let users: Vec<UserId> = new.iter().map(|member| member.user_id).collect();
    let added = app.services.teams().add_team_members(&me, team, &users).await?;
    if !query.graceful {
        let members = added.into_iter().map(|(_, added)| added.map(wire::TeamMember::from)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Created(members).into_response());
    }
    let request_id = client.request_id.to_string();
    let to_wire = |(user_id, added): (UserId, Result<_, guildhall_model::Error>)| match added {
        Ok(member) => wire::TeamMemberOrError { user_id, member: Some(wire::TeamMember::from(member)), error: None },
        Err(error) => wire::TeamMemberOrError { user_id, member: None, error: Some(wire_error::body(&error, &request_id)) },
    };
    Ok(Created(added.into_iter().map(to_wire).collect::<Vec<_>>()).into_response())
}

#[derive(Deserialize)]
struct MembersQuery {
    #[serde(default)]
    sort: String,
    #[serde(default)]
    exclude_deleted_users: bool,
}

async fn get_team_members(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
    Query(query): Query<MembersQuery>,
) -> ApiResult<Json<Vec<wire::TeamMember>>> {
    let list = TeamMembersRequest {
        active_only: query.exclude_deleted_users,
        by_username: query.sort == "Username",
        limit: page.per_page,
        offset: page.offset(),
    };
    let members = app.services.teams().get_team_members(&me, team, list).await?;
    Ok(Json(members.into_iter().map(Into::into).collect()))
}

async fn get_team_members_by_ids(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(users): Json<Vec<UserId>>,
) -> ApiResult<Json<Vec<wire::TeamMember>>> {
    let members = app.services.teams().get_team_members_by_ids(&me, team, &users).await?;
    Ok(Json(members.into_iter().map(Into::into).collect()))
}

async fn get_team_member(
    State(app): State<App>,
    Me(me): Me,
    Path((team, user)): Path<(TeamId, UserRef)>,
) -> ApiResult<Json<wire::TeamMember>> {
    Ok(Json(app.services.teams().get_team_member(&me, team, user.resolve(me.user_id)).await?.into()))
}

async fn remove_team_member(State(app): State<App>, Me(me): Me, Path((team, user)): Path<(TeamId, UserRef)>) -> ApiResult<Json<StatusOk>> {
    app.services.teams().remove_team_member(&me, team, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}

async fn update_team_member_roles(
    State(app): State<App>,
    Me(me): Me,
    Path((team, user)): Path<(TeamId, UserRef)>,
    Json(body): Json<wire::Roles>,
) -> ApiResult<Json<StatusOk>> {
    app.services.teams().update_team_member_roles(&me, team, user.resolve(me.user_id), &body.roles).await?;
    Ok(Json(OK))
}

async fn update_team_member_scheme_roles(
    State(app): State<App>,
    Me(me): Me,
    Path((team, user)): Path<(TeamId, UserRef)>,
    Json(body): Json<wire::SchemeRoles>,
) -> ApiResult<Json<StatusOk>> {
    let roles = SchemeRoles { guest: body.scheme_guest, user: body.scheme_user, admin: body.scheme_admin };
    app.services.teams().update_team_member_scheme_roles(&me, team, user.resolve(me.user_id), roles).await?;
    Ok(Json(OK))
}

async fn get_team_stats(State(app): State<App>, Me(me): Me, Path(team_id): Path<TeamId>) -> ApiResult<Json<wire::TeamStats>> {
    let stats = app.services.teams().get_team_stats(&me, team_id).await?;
    let (total_member_count, active_member_count) = (stats.total_member_count, stats.active_member_count);
    Ok(Json(wire::TeamStats { team_id, total_member_count, active_member_count }))
}

async fn get_team_members_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
) -> ApiResult<Json<Vec<wire::TeamMember>>> {
    let members = app.services.teams().get_team_members_for_user(&me, user.resolve(me.user_id)).await?;
    Ok(Json(members.into_iter().map(Into::into).collect()))
}
