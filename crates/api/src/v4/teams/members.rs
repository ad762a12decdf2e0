//! Who is in a team.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::{TeamId, UserId};
use guildhall_wire::error as wire_error;
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/teams/{team_id}/members", Gate::Session, add_team_member).post(
        "/teams/{team_id}/members/batch",
        Gate::Session,
        add_team_members,
    )
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
    Ok(Created(app.services.add_team_member(&me, team, new.user_id).await?.into()))
}

#[derive(Deserialize)]
struct Adding {
    #[serde(default)]
    graceful: bool,
}

async fn add_team_members(
    State(app): State<App>,
    Me(me): Me,
    client: Client,
    Path(team): Path<TeamId>,
    Query(adding): Query<Adding>,
    Json(new): Json<Vec<wire::NewTeamMember>>,
) -> ApiResult<Response> {
    if new.is_empty() || new.iter().any(|member| member.team_id != team) {
        return Err(context::INVALID_PARAM.with("name", "team_id").into());
    }
    let users: Vec<UserId> = new.iter().map(|member| member.user_id).collect();
    let added = app.services.add_team_members(&me, team, &users).await?;
    if !adding.graceful {
        let members = added.into_iter().map(|(_, added)| added.map(wire::TeamMember::from)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Created(members).into_response());
    }
    let request_id = client.request_id.to_string();
    let outcome = |(user_id, added): (UserId, Result<_, guildhall_model::Error>)| match added {
        Ok(member) => wire::TeamMemberOrError { user_id, member: Some(wire::TeamMember::from(member)), error: None },
        Err(error) => wire::TeamMemberOrError { user_id, member: None, error: Some(wire_error::body(&error, &request_id)) },
    };
    Ok(Created(added.into_iter().map(outcome).collect::<Vec<_>>()).into_response())
}
