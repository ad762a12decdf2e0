//! Invitation links.

use axum::extract::State;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::InviteId;
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/teams/invite/{invite_id}", Gate::Public, get_team_invite_info).post(
        "/teams/members/invite",
        Gate::Session,
        add_team_member_from_invite,
    )
}

async fn get_team_invite_info(State(app): State<App>, Path(invite): Path<InviteId>) -> ApiResult<Json<wire::TeamInviteInfo>> {
    Ok(Json(app.services.teams().get_team_invite_info(invite).await?.into()))
}

#[derive(Deserialize)]
struct InvitationQuery {
    #[serde(default, deserialize_with = "guildhall_wire::common::empty_is_none")]
    invite_id: Option<InviteId>,
}

async fn add_team_member_from_invite(
    State(app): State<App>,
    Me(me): Me,
    Query(query): Query<InvitationQuery>,
) -> ApiResult<Created<wire::TeamMember>> {
    let invite = query.invite_id.ok_or(codes::INVITE_MISSING)?;
    Ok(Created(app.services.teams().add_team_member_from_invite(&me, invite).await?.into()))
}
