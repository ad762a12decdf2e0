//! Creating, reading, updating and archiving teams.

use axum::extract::State;
use guildhall_model::codes::{context, teams as codes};
use guildhall_model::id::TeamId;
use guildhall_model::team::TeamKind;
use guildhall_services::teams::{NewTeam, TeamPatch};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/teams", Gate::SessionOrActing, create_team)
        .get("/teams/{team_id}", Gate::SessionOrLocal, get_team)
        .put("/teams/{team_id}", Gate::SessionOrLocal, update_team)
        .delete("/teams/{team_id}", Gate::SessionOrLocal, soft_delete_team)
        .put("/teams/{team_id}/patch", Gate::SessionOrLocal, patch_team)
        .put("/teams/{team_id}/privacy", Gate::SessionOrLocal, update_team_privacy)
        .post("/teams/{team_id}/restore", Gate::SessionOrLocal, restore_team)
        .post("/teams/{team_id}/regenerate_invite_id", Gate::SessionOrLocal, regenerate_team_invite_id)
        .get("/teams/name/{name}", Gate::SessionOrLocal, get_team_by_name)
        .get("/teams/name/{name}/exists", Gate::SessionOrLocal, team_exists)
}

async fn create_team(State(app): State<App>, Me(me): Me, Json(new): Json<wire::NewTeam>) -> ApiResult<Created<wire::Team>> {
    let kind = TeamKind::from_name(&new.kind).ok_or(codes::KIND_INVALID)?;
    let new = NewTeam {
        name: new.name,
        display_name: new.display_name,
        kind,
        description: new.description,
        company_name: new.company_name,
        allowed_domains: new.allowed_domains,
        allow_open_invite: new.allow_open_invite,
    };
    Ok(Created(app.services.teams().create_team(&me, new).await?.into()))
}

async fn get_team(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.teams().get_team(&me, team).await?.into()))
}

async fn get_team_by_name(State(app): State<App>, Me(me): Me, Path(name): Path<String>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.teams().get_team_by_name(&me, &name).await?.into()))
}

async fn team_exists(State(app): State<App>, Me(me): Me, Path(name): Path<String>) -> ApiResult<Json<wire::TeamExists>> {
    Ok(Json(wire::TeamExists { exists: app.services.teams().team_exists(&me, &name).await? }))
}

fn to_patch(changes: wire::TeamPatch) -> TeamPatch {
    TeamPatch {
        display_name: changes.display_name,
        description: changes.description,
        company_name: changes.company_name,
        allowed_domains: changes.allowed_domains,
        allow_open_invite: changes.allow_open_invite,
    }
}

/// The body has all fields; its id has to be the one of the path.
async fn update_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(changes): Json<wire::TeamPatch>,
) -> ApiResult<Json<wire::Team>> {
    if changes.id != Some(team.to_string()) {
        return Err(context::INVALID_PARAM.with("name", "id").into());
    }
    Ok(Json(app.services.teams().patch_team(&me, team, to_patch(changes)).await?.into()))
}

async fn patch_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(changes): Json<wire::TeamPatch>,
) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.teams().patch_team(&me, team, to_patch(changes)).await?.into()))
}

async fn update_team_privacy(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(body): Json<wire::Privacy>,
) -> ApiResult<Json<wire::Team>> {
    let kind = TeamKind::from_name(&body.privacy).ok_or_else(|| context::INVALID_PARAM.with("name", "privacy"))?;
    Ok(Json(app.services.teams().update_team_privacy(&me, team, kind).await?.into()))
}

#[derive(Deserialize)]
struct DeleteQuery {
    #[serde(default)]
    permanent: bool,
}

async fn soft_delete_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(query): Query<DeleteQuery>,
) -> ApiResult<Json<StatusOk>> {
    if query.permanent {
        return Err(codes::PERMANENT_DISABLED.into());
    }
    app.services.teams().archive_team(&me, team).await?;
    Ok(Json(OK))
}

async fn restore_team(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.teams().restore_team(&me, team).await?.into()))
}

async fn regenerate_team_invite_id(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.teams().regenerate_team_invite_id(&me, team).await?.into()))
}
