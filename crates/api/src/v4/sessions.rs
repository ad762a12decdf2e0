//! The operations on sessions: logging out, listing and revoking them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::{Actor, Permission};
use guildhall_wire::common::{self, StatusOk, UserRef};
use guildhall_wire::session::{Device, RevokeSessionRequest, Session};
use http::HeaderMap;

use crate::error::ApiResult;
use crate::extract::{Client, Json, Me, Path};
use crate::routes::{Gate, Routes};
use crate::{App, cookies, gate};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/logout", Gate::Public, logout)
        .get("/users/{user_id}/sessions", Gate::SessionOrLocal, get_sessions)
        .post("/users/{user_id}/sessions/revoke", Gate::SessionOrLocal, revoke_session)
        .post("/users/{user_id}/sessions/revoke/all", Gate::SessionOrLocal, revoke_all_sessions)
        .post("/users/{user_id}/sessions/revoke/others", Gate::Session, revoke_other_sessions)
        .post("/users/sessions/revoke/all", Gate::System(Permission::ManageSystem), revoke_sessions_from_all_users)
        .put("/users/sessions/device", Gate::Session, attach_device_extra_props)
}

async fn logout(State(app): State<App>, me: Option<Me>, client: Client, headers: HeaderMap) -> ApiResult<Response> {
    match (me, gate::auth_token(&headers)) {
        (Some(me), _) => app.services.sessions().log_out(&me).await?,
        (None, Some(token)) => {
            let sessions = app.services.sessions();
            match sessions.authenticate_to_set_up(token.as_str(), client.address).await {
                // Who must set up a second factor can do nothing else: a foreign page that logs them out takes nothing away.
                Ok(found) if found.check_second_factor(app.services.now()).is_err() => {
                    sessions.log_out(&Actor { address: client.address, ..found.actor }).await?;
                }
                // The token is valid but the gate rejected it: a foreign page sent the cookie.
                Ok(_) => return Err(context::SESSION_EXPIRED.into()),
                Err(_) => {}
            }
        }
        (None, None) => {}
    }
    let mut response = Json::<StatusOk>(common::OK).into_response();
    cookies::clear(response.headers_mut(), app.services.settings().site.base_path());
    Ok(response)
}

async fn get_sessions(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<Session>>> {
    let (sessions, members) = app.services.sessions().sessions_of(&me, user.resolve(me.user_id)).await?;
    Ok(Json(sessions.into_iter().map(|session| Session::new(session, &members)).collect()))
}

async fn revoke_session(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<RevokeSessionRequest>,
) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().revoke_session(&me, user.resolve(me.user_id), body.session_id).await?;
    Ok(Json(common::OK))
}

async fn revoke_all_sessions(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().revoke_all_sessions(&me, user.resolve(me.user_id)).await?;
    Ok(Json(common::OK))
}

/// Not of Mattermost.
async fn revoke_other_sessions(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().revoke_other_sessions(&me, user.resolve(me.user_id)).await?;
    Ok(Json(common::OK))
}

async fn revoke_sessions_from_all_users(State(app): State<App>, me: Me) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().revoke_sessions_of_all_users(&me).await?;
    Ok(Json(common::OK))
}

async fn attach_device_extra_props(State(app): State<App>, me: Me, Json(device): Json<Device>) -> ApiResult<Json<StatusOk>> {
    app.services.sessions().attach_device(&me, &device.device_id, &device.props()).await?;
    Ok(Json(common::OK))
}
