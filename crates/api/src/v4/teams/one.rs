//! A team: making it, looking it up, changing it.

use axum::extract::State;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::TeamId;
use guildhall_model::team::TeamKind;
use guildhall_services::teams::NewTeam;
use guildhall_wire::team as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/teams", Gate::Session, create_team)
        .get("/teams/{team_id}", Gate::Session, get_team)
        .get("/teams/name/{name}", Gate::Session, get_team_by_name)
        .get("/teams/name/{name}/exists", Gate::Session, team_exists)
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
    Ok(Created(app.services.create_team(&me, new).await?.into()))
}

async fn get_team(State(app): State<App>, Me(me): Me, Path(team): Path<TeamId>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.get_team(&me, team).await?.into()))
}

async fn get_team_by_name(State(app): State<App>, Me(me): Me, Path(name): Path<String>) -> ApiResult<Json<wire::Team>> {
    Ok(Json(app.services.get_team_by_name(&me, &name).await?.into()))
}

async fn team_exists(State(app): State<App>, Me(me): Me, Path(name): Path<String>) -> ApiResult<Json<wire::TeamExists>> {
    Ok(Json(wire::TeamExists { exists: app.services.team_exists(&me, &name).await? }))
}
