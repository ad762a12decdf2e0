//! Logging in: by a password, by a link or a code that comes by mail, or by a passkey.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_services::sessions::{self, LoginRequest, LoginResult, PasskeyAnswer};
use guildhall_wire::common::OK;
use guildhall_wire::magic_link::{
    LoginType, LoginTypeRequest, MagicLinkCodeLogin, MagicLinkLogin, MagicLinkOwner, MagicLinkRef, MagicLinkRequested,
};
use guildhall_wire::passkey::{PasskeyLogin, PasskeyOptions};
use guildhall_wire::user::{self, EmailRef};
use http::{HeaderMap, HeaderValue};

use crate::error::ApiResult;
use crate::extract::{Client, Json, JsonOrDefault};
use crate::routes::{Gate, Routes};
use crate::v4::users::passkeys;
use crate::{App, cookies};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/login", Gate::Public, login)
        .post("/users/login/type", Gate::Public, get_login_type)
        .post("/users/login/one_time_link", Gate::Public, login_with_magic_link)
        .post("/users/login/magic_link/send", Gate::Public, send_magic_link)
        .post("/users/login/magic_link/info", Gate::Public, get_magic_link_owner)
        .post("/users/login/magic_link/code", Gate::Public, login_with_magic_link_code)
        .post("/users/login/passkey/options", Gate::Public, begin_passkey_login)
        .post("/users/login/passkey", Gate::Public, login_with_passkey)
}

/// Seconds for which a browser is recognized.
const BROWSER_SECONDS: i64 = sessions::KNOWN_PLACE_DAYS * 24 * 60 * 60;

/// The client of a log-in. Its cookies are set only for requests of scripts (`X-Requested-With`).
pub(super) struct LogInClient {
    client: Client,
    /// `None` where cookies are not used.
    browser_token: Option<String>,
}

impl LogInClient {
    pub(super) fn new(app: &App, client: Client, headers: &HeaderMap) -> Self {
        let uses_cookies = headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest");
        let new_browser_token = || app.services.sessions().new_browser_token().expose().to_owned();
        let browser_token = uses_cookies.then(|| cookies::browser_token(headers).map_or_else(new_browser_token, str::to_owned));
        Self { client, browser_token }
    }

    /// The request of a log-in without a name and a password.
    pub(super) fn request(&self, second_factor: String, device_id: String) -> LoginRequest {
        LoginRequest {
            code: second_factor,
            device_id,
            browser_token: self.browser_token.clone().unwrap_or_default(),
            address: self.client.address,
            user_agent: self.client.user_agent.clone(),
            ..LoginRequest::default()
        }
    }

    /// The account. Every response has a `Token` header.
    pub(super) async fn respond(self, app: &App, logged_in: LoginResult) -> ApiResult<Response> {
        let accepted = app.services.terms_of_service().accepted_terms_of(&logged_in.user).await?;
        let mut response = Json(user::User::for_owner(&logged_in.user).with_accepted_terms(accepted)).into_response();
        let (token, user_id) = (logged_in.token.expose(), logged_in.user.id.to_string());
        if let Ok(value) = HeaderValue::from_str(token) {
            response.headers_mut().insert("token", value);
        }
        if let Some(browser_token) = self.browser_token {
            let settings = app.services.settings();
            let scope = cookies::Scope { base_path: settings.site.base_path(), is_secure: self.client.is_secure };
            cookies::set(response.headers_mut(), token, &user_id, &logged_in.csrf, logged_in.length_ms / 1_000, scope);
            cookies::set_browser_token(response.headers_mut(), &browser_token, BROWSER_SECONDS, scope);
        }
        Ok(response)
    }
}

async fn login(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    JsonOrDefault(body): JsonOrDefault<user::LoginRequest>,
) -> ApiResult<Response> {
    let client = LogInClient::new(&app, client, &headers);
    let request =
        LoginRequest { login_id: body.login_id, user_id: body.id, password: body.password, ..client.request(body.token, body.device_id) };
    let sessions = app.services.sessions();
    let logged_in = match body.magic_link_token.as_str() {
        "" => sessions.log_in(request).await?,
        token => sessions.log_in_by_magic_link(token, request).await?,
    };
    client.respond(&app, logged_in).await
}

/// Mattermost's clients ask with the name before they ask for the password. Accounts without a password get a mail by it.
async fn get_login_type(
    State(app): State<App>,
    client: Client,
    JsonOrDefault(body): JsonOrDefault<LoginTypeRequest>,
) -> ApiResult<Json<LoginType>> {
    let is_magic_link = app.services.sessions().log_in_type_is_magic_link(&body.login_id, body.id, client.address).await?;
    Ok(Json(LoginType { auth_service: if is_magic_link { "magic_link" } else { "" } }))
}

async fn login_with_magic_link(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<MagicLinkLogin>,
) -> ApiResult<Response> {
    let client = LogInClient::new(&app, client, &headers);
    let request = client.request(body.second_factor, body.device_id);
    let logged_in = app.services.sessions().log_in_by_magic_link(&body.token, request).await?;
    client.respond(&app, logged_in).await
}

/// Not of Mattermost, like the following ones. The same answer whether an account has the address or not.
async fn send_magic_link(State(app): State<App>, client: Client, Json(body): Json<EmailRef>) -> ApiResult<Json<MagicLinkRequested>> {
    let request_token = app.services.sessions().request_magic_link(&body.email, client.address).await?;
    Ok(Json(MagicLinkRequested { status: OK.status, request_token: request_token.expose().to_owned() }))
}

/// What the page of a link shows before it is used: opening a link uses nothing up.
async fn get_magic_link_owner(State(app): State<App>, client: Client, Json(body): Json<MagicLinkRef>) -> ApiResult<Json<MagicLinkOwner>> {
    let owner = app.services.sessions().magic_link_owner(&body.token, client.address).await?;
    Ok(Json(MagicLinkOwner { username: owner.username, email: owner.email }))
}

async fn login_with_magic_link_code(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<MagicLinkCodeLogin>,
) -> ApiResult<Response> {
    let client = LogInClient::new(&app, client, &headers);
    let request = client.request(body.second_factor, body.device_id);
    let logged_in = app.services.sessions().log_in_by_magic_link_code(&body.request_token, &body.code, request).await?;
    client.respond(&app, logged_in).await
}

async fn begin_passkey_login(State(app): State<App>, client: Client) -> ApiResult<Json<PasskeyOptions>> {
    passkeys::options(app.services.sessions().begin_passkey_log_in(client.address).await?)
}

async fn login_with_passkey(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(body): Json<PasskeyLogin>,
) -> ApiResult<Response> {
    let client = LogInClient::new(&app, client, &headers);
    let request = client.request(String::new(), body.device_id);
    let answer = PasskeyAnswer { ceremony_id: body.ceremony_id, response: body.credential.get().to_owned() };
    let logged_in = app.services.sessions().log_in_with_passkey(answer, request).await?;
    client.respond(&app, logged_in).await
}
