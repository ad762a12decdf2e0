//! The operations on sessions: logging in and out, listing and revoking them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::{Actor, Permission};
use guildhall_services::sessions::{self, PasskeyAnswer};
use guildhall_wire::common::{self, StatusOk, UserRef};
use guildhall_wire::passkey::{PasskeyLogin, PasskeyOptions};
use guildhall_wire::session::{Device, RevokeSessionRequest, Session};
use guildhall_wire::user;
use http::{HeaderMap, HeaderValue};

use crate::error::ApiResult;
use crate::extract::{Client, Json, JsonOrDefault, Me, Path};
use crate::routes::{Gate, Routes};
use crate::v4::users::passkeys;
use crate::{App, cookies, gate};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/login", Gate::Public, login)
        .post("/users/login/passkey/options", Gate::Public, begin_passkey_login)
        .post("/users/login/passkey", Gate::Public, login_with_passkey)
        .post("/users/login/type", Gate::Public, get_login_type)
        .post("/users/logout", Gate::Public, logout)
        .get("/users/{user_id}/sessions", Gate::SessionOrLocal, get_sessions)
        .post("/users/{user_id}/sessions/revoke", Gate::SessionOrLocal, revoke_session)
        .post("/users/{user_id}/sessions/revoke/all", Gate::SessionOrLocal, revoke_all_sessions)
        .post("/users/{user_id}/sessions/revoke/others", Gate::Session, revoke_other_sessions)
        .post("/users/sessions/revoke/all", Gate::System(Permission::ManageSystem), revoke_sessions_from_all_users)
        .put("/users/sessions/device", Gate::Session, attach_device_extra_props)
}

/// Seconds for which a browser is recognized.
const BROWSER_SECONDS: i64 = sessions::KNOWN_PLACE_DAYS * 24 * 60 * 60;

/// Every response has a `Token` header; cookies are set only for requests of scripts (`X-Requested-With`).
async fn login(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    JsonOrDefault(body): JsonOrDefault<user::LoginRequest>,
) -> ApiResult<Response> {
    let request = sessions::LoginRequest {
        login_id: body.login_id,
        user_id: body.id,
        password: body.password,
        code: body.token,
        ..request_of(&app, &client, &headers, body.device_id)
    };
    let browser_token = request.browser_token.clone();
    let logged_in = app.services.sessions().log_in(request).await?;
    logged_in_response(&app, &client, logged_in, &browser_token).await
}

/// From where somebody logs in. Cookies are for scripts of pages only.
fn request_of(app: &App, client: &Client, headers: &HeaderMap, device_id: String) -> sessions::LoginRequest {
    let uses_cookies = headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest");
    let new_browser_token = || app.services.sessions().new_browser_token().expose().to_owned();
    let browser_token = uses_cookies.then(|| cookies::browser_token(headers).map_or_else(new_browser_token, str::to_owned));
    sessions::LoginRequest {
        device_id,
        browser_token: browser_token.unwrap_or_default(),
        address: client.address,
        user_agent: client.user_agent.clone(),
        ..sessions::LoginRequest::default()
    }
}

/// `browser_token` is empty for clients without cookies.
async fn logged_in_response(app: &App, client: &Client, logged_in: sessions::LoginResult, browser_token: &str) -> ApiResult<Response> {
    let accepted = app.services.terms_of_service().accepted_terms_of(&logged_in.user).await?;
    let mut response = Json(user::User::for_owner(&logged_in.user).with_accepted_terms(accepted)).into_response();
    let (token, user_id) = (logged_in.token.expose(), logged_in.user.id.to_string());
    if let Ok(value) = HeaderValue::from_str(token) {
        response.headers_mut().insert("token", value);
    }
    if !browser_token.is_empty() {
        let settings = app.services.settings();
        let scope = cookies::Scope { base_path: settings.site.base_path(), is_secure: client.is_secure };
        cookies::set(response.headers_mut(), token, &user_id, &logged_in.csrf, logged_in.length_ms / 1_000, scope);
        cookies::set_browser_token(response.headers_mut(), browser_token, BROWSER_SECONDS, scope);
    }
    Ok(response)
}

/// Not of Mattermost.
async fn begin_passkey_login(State(app): State<App>, client: Client) -> ApiResult<Json<PasskeyOptions>> {
    passkeys::options(app.services.sessions().begin_passkey_log_in(client.address).await?)
}

/// Not of Mattermost. The response is that of a log-in with a password.
async fn login_with_passkey(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<PasskeyLogin>,
) -> ApiResult<Response> {
    let request = request_of(&app, &client, &headers, body.device_id);
    let browser_token = request.browser_token.clone();
    let answer = PasskeyAnswer { ceremony_id: body.ceremony_id, response: body.credential.get().to_owned() };
    let logged_in = app.services.sessions().log_in_with_passkey(answer, request).await?;
    logged_in_response(&app, &client, logged_in, &browser_token).await
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

/// All accounts log in with a password; the response does not reveal whether the account exists.
async fn get_login_type() -> Json<user::LoginType> {
    Json(user::LoginType { auth_service: "" })
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
