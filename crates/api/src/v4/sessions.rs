//! The operations on sessions: logging in and out, and the list of where one is logged in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_services::sessions;
use guildhall_wire::common::{self, StatusOk};
use guildhall_wire::user;
use http::{HeaderMap, HeaderValue};

use crate::error::ApiResult;
use crate::extract::{Client, Json, JsonOrDefault, Me};
use crate::routes::{Gate, Routes};
use crate::{App, cookies};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/users/login", Gate::Public, login).post("/users/logout", Gate::Public, logout)
}

/// Every log-in answers a `Token` header; cookies are for pages, which say so.
async fn login(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    JsonOrDefault(body): JsonOrDefault<user::LogIn>,
) -> ApiResult<Response> {
    let request = sessions::LogIn {
        login_id: body.login_id,
        user_id: body.id,
        password: body.password,
        device_id: body.device_id,
        address: client.address,
        user_agent: client.user_agent.clone(),
    };
    let logged_in = app.services.log_in(request).await?;
    let mut response = Json(user::User::own(&logged_in.user)).into_response();
    let (token, user_id) = (logged_in.token.expose(), logged_in.user.id.to_string());
    if let Ok(value) = HeaderValue::from_str(token) {
        response.headers_mut().insert("token", value);
    }
    if headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest") {
        cookies::set(response.headers_mut(), token, &user_id, &logged_in.csrf, logged_in.length_ms / 1_000, client.is_secure);
    }
    Ok(response)
}

async fn logout(State(app): State<App>, me: Option<Me>) -> ApiResult<Response> {
    if let Some(me) = me {
        app.services.log_out(&me).await?;
    }
    let mut response = Json::<StatusOk>(common::OK).into_response();
    cookies::clear(response.headers_mut());
    Ok(response)
}
