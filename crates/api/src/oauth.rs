//! The OAuth 2.0 provider's addresses outside of the API: where a person authorizes an app, and where the app gets its tokens.
//! RFC 6749, with RFC 7636 (PKCE), 8252 (native apps), 8414 (description), 8707 (resources), 9207 (issuer) and 9700 (security).

use std::fmt::Display;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guildhall_model::codes::oauth as codes;
use guildhall_model::oauth::SCOPE;
use guildhall_model::{Error, Kind};
use guildhall_services::oauth::{AuthorizationRequest, Begun, ClientCredentials, TokenRequest, rfc_error};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::error::status_code;
use guildhall_wire::oauth as wire;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LOCATION, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::percent_decode_str;

use crate::error::ApiResult;
use crate::extract::{Client, Json, Me, Query, read_body};
use crate::help::escape;
use crate::routes::{Gate, Routes};
use crate::{App, web};

/// Of a request for tokens.
const FORM_BYTES_MAX: usize = 64 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .under("")
        .get("/oauth/authorize", Gate::Public, get_authorization_page)
        .post("/oauth/authorize", Gate::Session, authorize_oauth_app)
        .post("/oauth/deauthorize", Gate::Session, deauthorize_oauth_app)
        .post("/oauth/access_token", Gate::Public, get_oauth_access_token)
        .get("/.well-known/oauth-authorization-server", Gate::Public, get_authorization_server_metadata)
}

/// The address of this server, as apps know it.
pub(crate) fn issuer(app: &App, client: &Client) -> String {
    let settings = app.services.settings();
    match settings.site.url.trim_end_matches('/') {
        "" => format!("{}://{}", if client.is_secure { "https" } else { "http" }, client.host),
        url => url.to_owned(),
    }
}

fn to_request(app: &App, client: &Client, asked: wire::AuthorizationRequest) -> AuthorizationRequest {
    AuthorizationRequest {
        response_type: asked.response_type,
        client_id: asked.client_id,
        redirect_uri: asked.redirect_uri,
        state: asked.state,
        code_challenge: asked.code_challenge,
        code_challenge_method: asked.code_challenge_method,
        resource: asked.resource,
        issuer: issuer(app, client),
    }
}

/// A person's browser comes from an app. The web client asks them to log in and to allow it; apps that need not be allowed get their
/// code at once. Whoever must not be sent back gets a page that says why.
async fn get_authorization_page(
    State(app): State<App>,
    me: Option<Me>,
    client: Client,
    Query(asked): Query<wire::AuthorizationRequest>,
    request: Request,
) -> ApiResult<Response> {
    let actor = me.as_deref();
    match app.services.oauth().begin_authorization(actor, &to_request(&app, &client, asked)).await {
        Ok(Begun::Ask) => Ok(web::unframed_page(&app, &request)),
        Ok(Begun::Redirect(address)) => Ok(redirect(&address)),
        Err(error) if is_of_server(&error) => Err(error.into()),
        Err(error) => Ok(error_page(&error)),
    }
}

/// The code is in the address: nobody keeps it.
fn redirect(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::FOUND, [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response(),
        Err(_) => error_page(&codes::REDIRECT_MISMATCH.into()),
    }
}

fn is_of_server(error: &Error) -> bool {
    matches!(error.code.kind, Kind::Internal | Kind::Unavailable | Kind::InsufficientStorage)
}

fn error_page(error: &Error) -> Response {
    let status = StatusCode::from_u16(status_code(error.code.kind)).unwrap_or(StatusCode::BAD_REQUEST);
    let (title, text) = ("This app cannot be authorized", escape(&error.message()));
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"../help/style.css\">\n</head>\n\
         <body>\n<main class=\"single\">\n<h1>{title}</h1>\n<p>{text}</p>\n<p>Nothing was given to it. Tell whoever makes the app.</p>\n\
         </main>\n</body>\n</html>\n"
    );
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")], page).into_response()
}

/// The person has decided. The web client goes where the answer says.
async fn authorize_oauth_app(
    State(app): State<App>,
    me: Me,
    client: Client,
    Json(asked): Json<wire::AuthorizationRequest>,
) -> ApiResult<Response> {
    let is_denied = asked.deny;
    let request = to_request(&app, &client, asked);
    let oauth = app.services.oauth();
    let redirect = if is_denied { oauth.refuse(&request).await? } else { oauth.authorize(&me, &request).await? };
    Ok(([(CACHE_CONTROL, "no-store")], Json(wire::AuthorizationResponse { redirect })).into_response())
}

async fn deauthorize_oauth_app(State(app): State<App>, me: Me, Json(body): Json<wire::ClientRef>) -> ApiResult<Json<StatusOk>> {
    app.services.oauth().deauthorize(&me, &body.client_id).await?;
    Ok(Json(OK))
}

async fn get_oauth_access_token(State(app): State<App>, client: Client, request: Request) -> ApiResult<Response> {
    let headers = request.headers().clone();
    let issued = async {
        let form = read_form(&headers, request).await?;
        let credentials = credentials(&headers, &form)?;
        let request = TokenRequest {
            grant_type: form.grant_type,
            client: credentials,
            code: form.code,
            redirect_uri: form.redirect_uri,
            code_verifier: form.code_verifier,
            refresh_token: form.refresh_token,
            resource: form.resource,
        };
        app.services.oauth().issue_tokens(request, client.address).await
    };
    match issued.await {
        Ok(issued) => {
            let answer = wire::TokenResponse {
                access_token: issued.access_token.expose().to_owned(),
                token_type: "bearer",
                expires_in: issued.expires_in_seconds,
                refresh_token: issued.refresh_token.expose().to_owned(),
                scope: SCOPE,
            };
            Ok(([(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")], Json(answer)).into_response())
        }
        Err(error) => {
            let is_client_unknown = error.is(codes::CLIENT_INVALID) && headers.contains_key(AUTHORIZATION);
            let mut response = respond_in_rfc_form(error)?;
            // RFC 6749, section 5.2.
            if is_client_unknown {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"OAuth\""));
            }
            Ok(response)
        }
    }
}

/// The error in the form of the OAuth RFCs; those of the server itself are in Mattermost's form.
pub(crate) fn respond_in_rfc_form(error: Error) -> ApiResult<Response> {
    let Some(name) = rfc_error(&error) else { return Err(error.into()) };
    let status = StatusCode::from_u16(status_code(error.code.kind)).unwrap_or(StatusCode::BAD_REQUEST);
    let body = wire::OAuthError { error: name, error_description: error.message() };
    let headers = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    Ok((status, headers, Json(body)).into_response())
}

async fn read_form(headers: &HeaderMap, request: Request) -> Result<wire::TokenRequest, Error> {
    let body = read_body(request, FORM_BYTES_MAX).await.map_err(|error| error.0)?;
    let mut form = http::Request::post("/").body(Body::from(body)).map_err(invalid_body)?;
    if let Some(kind) = headers.get(CONTENT_TYPE) {
        form.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    // A parameter that is there twice is refused (RFC 6749, section 3.2).
    axum::Form::<wire::TokenRequest>::from_request(form, &()).await.map(|axum::Form(form)| form).map_err(invalid_body)
}

fn invalid_body(error: impl Display) -> Error {
    codes::TOKEN_REQUEST.with("name", "a form (application/x-www-form-urlencoded)").with_source(error.to_string())
}

/// From the header or from the body; not from both (RFC 6749, section 2.3).
fn credentials(headers: &HeaderMap, form: &wire::TokenRequest) -> Result<ClientCredentials, Error> {
    // Other schemes are of who forwards the request, or of somebody who is logged in.
    let is_basic = |value: &&HeaderValue| value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "));
    let Some(header) = headers.get(AUTHORIZATION).filter(is_basic) else {
        return Ok(ClientCredentials { id: form.client_id.clone(), secret: form.client_secret.clone() });
    };
    let basic = header.to_str().ok().and_then(basic_credentials).ok_or(codes::CLIENT_INVALID)?;
    let is_contradicted = !form.client_secret.is_empty() || (!form.client_id.is_empty() && form.client_id != basic.id);
    if is_contradicted { Err(codes::TOKEN_REQUEST.with("name", "one way of authentication")) } else { Ok(basic) }
}

/// Both parts are encoded as in a form before they are put together (RFC 6749, section 2.3.1).
fn basic_credentials(header: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let unescape = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(|text| text.into_owned());
    scheme.eq_ignore_ascii_case("basic").then_some(())?;
    Some(ClientCredentials { id: unescape(id)?, secret: unescape(secret)? })
}

async fn get_authorization_server_metadata(State(app): State<App>, client: Client) -> ApiResult<Json<wire::ServerMetadata>> {
    app.services.oauth().check_enabled()?;
    let takes_registrations = app.services.settings().integrations.oauth_registration;
    Ok(Json(wire::ServerMetadata::new(issuer(&app, &client), SCOPE, takes_registrations)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_basic_header_are_encoded() {
        let of = |text: &str| basic_credentials(&format!("Basic {}", STANDARD.encode(text))).map(|found| (found.id, found.secret));
        assert_eq!(of("id:a%3Ab+c"), Some(("id".to_owned(), "a:b c".to_owned())));
        assert_eq!(of("id:"), Some(("id".to_owned(), String::new())));
        assert_eq!(of("id"), None);
        assert_eq!(basic_credentials("Bearer aWQ6eA=="), None);
        assert_eq!(basic_credentials("Basic §"), None);
    }
}
