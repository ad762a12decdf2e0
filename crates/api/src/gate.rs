//! The gate in front of every handler: authenticates the token, checks CSRF for cookies, and the route's system
//! permission. Requests over the local socket without a token act as the local administrator.

mod apps;

pub use apps::NOT_FOR_APPS;

use std::net::IpAddr;
use std::sync::Arc;

use axum::RequestExt;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::console::Page;
use guildhall_model::{Actor, Error, Kind, Permission};
use guildhall_services::access::PermissionDenied;
use guildhall_services::sessions::Authentication;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, Method};

use crate::error::{ApiError, Failure};
use crate::extract::{Client, Me};
use crate::limiter::Sender;
use crate::monitoring::RequestNotes;
use crate::peer::Peer;
use crate::{App, cookies, mcp};

/// The callers that reach a handler. Permissions on objects are checked by the use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Everybody, authenticated or not. A test lists these routes.
    Public,
    /// Users with a valid session.
    Session,
    /// The same, or the local administrator: for operations that record no author.
    SessionOrLocal,
    /// The same, and people who must have a second factor and have none, for their own account (`{user_id}`): all that they
    /// may do is set one up.
    SettingUp,
    /// Users with a valid session, or the local administrator in the name of an account ([`ACT_AS`]): for operations that
    /// record an author and that a declared plan contains. Nothing that reads belongs here: it would open the direct
    /// messages of that account.
    SessionOrActing,
    /// A session whose system roles allow this, or the local administrator.
    System(Permission),
    /// A session whose system roles allow to see, or to change, at least one page of the system console, or the local administrator.
    /// Which ones, the use case asks.
    AnyPage(Change),
    /// The local administrator alone: what an administrator's stolen session must never reach.
    Local,
}

/// What is done with a page of the system console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Read,
    Write,
}

impl Change {
    const fn permission_of(self, page: Page) -> Permission {
        match self {
            Self::Read => page.read(),
            Self::Write => page.write(),
        }
    }
}

impl Gate {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Session | Self::SessionOrLocal | Self::SettingUp | Self::SessionOrActing => "session",
            Self::System(_) | Self::AnyPage(_) => "system",
            Self::Local => "local",
        }
    }
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Public | Self::Session | Self::SessionOrLocal | Self::SettingUp | Self::SessionOrActing | Self::Local => "",
            Self::System(permission) => permission.name(),
            Self::AnyPage(Change::Read) => "sysconsole_read_*",
            Self::AnyPage(Change::Write) => "sysconsole_write_*",
        }
    }
    /// Whether the local administrator, which has no account, is admitted.
    pub const fn allows_local_administrator(self) -> bool {
        !matches!(self, Self::Session | Self::SessionOrActing)
    }
}

/// Names the account as which a request over the local socket acts, by its id: for operations that record an author. Ignored
/// from the network.
pub const ACT_AS: HeaderName = HeaderName::from_static("guildhall-act-as");

/// The token of a request, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthToken {
    Cookie(String),
    Header(String),
}

impl AuthToken {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Cookie(token) | Self::Header(token) => token,
        }
    }
}

/// `position` is that of the route in the route table.
pub(crate) async fn check(
    State((app, gate, operation, position)): State<(App, Gate, &'static str, usize)>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(notes) = notes_of(&request) {
        notes.set_route(position);
    }
    let admitted = match admit(&app, gate, operation, &mut request).await {
        Ok(()) => apps::refuse(&app, &request, operation).map_err(Rejection::from),
        rejected => rejected,
    };
    let response = match admitted {
        Ok(()) => {
            let alerts = app.services.security_alerts();
            let noted = request.extensions().get::<Me>().filter(|Me(actor)| alerts.is_noted(actor, operation)).cloned();
            if let Some(Me(actor)) = noted {
                alerts.note_request(&actor, operation).await;
            }
            next.run(request).await
        }
        Err(Rejection { error, is_cookie_stale }) => {
            let mut response = ApiError(error).into_response();
            if is_cookie_stale {
                cookies::clear(response.headers_mut(), app.services.settings().site.base_path());
            }
            response
        }
    };
    if let Some(failure) = response.extensions().get::<Failure>().cloned() {
        record_denied(&app, operation, &failure).await;
    }
    response
}

/// Records in the audit trail that the caller lacks a permission of the system, whether the gate or the use case found it.
async fn record_denied(app: &App, operation: &'static str, Failure(error): &Failure) {
    let Some(denied) = PermissionDenied::of(error) else { return };
    if let Err(error) = app.services.audits().record_denied(denied, operation).await {
        tracing::error!(%error, operation, "a denied request is missing from the audit trail");
    }
}

/// Why a request is rejected.
struct Rejection {
    error: Error,
    /// The cookie's session has ended, so the response deletes the cookies.
    is_cookie_stale: bool,
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self { error, is_cookie_stale: false }
    }
}

async fn admit(app: &App, gate: Gate, operation: &str, request: &mut Request) -> Result<(), Rejection> {
    let credentials = Credentials::from_request(request);
    if credentials.token.is_none()
        && let Some(actor) = Peer::from_extensions(request.extensions()).local_administrator()
    {
        return admit_local(app, gate, request, actor).await.map_err(Rejection::from);
    }
    let address = request.extensions().get::<Client>().and_then(|client| client.address);
    let authenticated = credentials.authenticate(app, address).await;
    let sender = match &authenticated {
        Ok(authenticated) => Some(Sender::User(authenticated.actor.user_id)),
        Err(_) => address.map(Sender::Address),
    };
    app.limiter.admit(sender)?;
    let (actor, second_factor) = match authenticated {
        Ok(authenticated) => {
            if !mcp::OPERATIONS.contains(&operation) {
                authenticated.check_not_for_mcp()?;
            }
            let second_factor = authenticated.check_second_factor(app.services.now());
            (Actor { address, ..authenticated.actor }, second_factor)
        }
        Err(rejection) if gate == Gate::Public && rejection.error.code.kind == Kind::Unauthorized => return Ok(()),
        Err(rejection) => return Err(rejection),
    };
    match second_factor {
        // Like somebody who is not logged in.
        Err(_) if gate == Gate::Public => return Ok(()),
        Err(_) if gate == Gate::SettingUp && is_for_account_of(&actor, request).await => {}
        second_factor => second_factor?,
    }
    if gate == Gate::Local {
        return Err(Error::from(context::LOCAL_ONLY).into());
    }
    Ok(authorize(app, gate, request, actor)?)
}

/// The local administrator has no account: rejected where the operation requires one, and for `me` in the path.
async fn admit_local(app: &App, gate: Gate, request: &mut Request, actor: Actor) -> Result<(), Error> {
    if let Some(id) = request.headers().get(ACT_AS) {
        let id = id.to_str().ok().filter(|_| gate == Gate::SessionOrActing).and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| context::INVALID_PARAM.with("name", ACT_AS))?;
        let actor = app.services.sessions().actor_for_account(&actor, id).await?;
        return authorize(app, gate, request, actor);
    }
    let has_me_param = match request.extract_parts::<RawPathParams>().await {
        Ok(params) => params.iter().any(|(name, value)| name.ends_with("user_id") && value == "me"),
        Err(_) => false,
    };
    if has_me_param || !gate.allows_local_administrator() {
        return Err(context::ACCOUNT_REQUIRED.into());
    }
    authorize(app, gate, request, actor)
}

/// Whether the account in the path is the actor's own.
async fn is_for_account_of(actor: &Actor, request: &mut Request) -> bool {
    let own = actor.user_id.to_string();
    match request.extract_parts::<RawPathParams>().await {
        Ok(params) => params.iter().any(|(name, value)| name == "user_id" && (value == "me" || value == own)),
        Err(_) => false,
    }
}

/// Checks the system permission that the route requires, and passes the actor to the handler.
fn authorize(app: &App, gate: Gate, request: &mut Request, actor: Actor) -> Result<(), Error> {
    let access = &app.services.access;
    match gate {
        Gate::System(permission) => access.check_system_permission(&actor, permission)?,
        Gate::AnyPage(change) => {
            let is_allowed = Page::ALL.iter().any(|page| access.has_system_permission(&actor, change.permission_of(*page)));
            if !is_allowed {
                return Err(access.denied(&actor, Permission::ManageSystem));
            }
        }
        _ => {}
    }
    if let Some(notes) = notes_of(request) {
        notes.set_user(actor.user_id);
    }
    request.extensions_mut().insert(Me(actor));
    Ok(())
}

fn notes_of(request: &Request) -> Option<&RequestNotes> {
    request.extensions().get::<Arc<RequestNotes>>().map(|notes| &**notes)
}

/// What a request is authenticated by.
struct Credentials {
    token: Option<AuthToken>,
    /// The method is safe (RFC 9110, section 9.2.1), so no CSRF protection is needed.
    is_safe_method: bool,
    csrf_token: Option<String>,
    /// Has the header that only scripts of the same origin can set.
    is_xhr: bool,
}

impl Credentials {
    fn from_request(request: &Request) -> Self {
        let headers = request.headers();
        let csrf_token = headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).filter(|token| !token.is_empty());
        Self {
            token: auth_token(headers),
            is_safe_method: matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
            csrf_token: csrf_token.map(str::to_owned),
            is_xhr: headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest"),
        }
    }

    /// The session of the token; a token from a cookie also needs a CSRF token. The second factor is not checked here.
    async fn authenticate(&self, app: &App, address: Option<IpAddr>) -> Result<Authentication, Rejection> {
        let token = self.token.as_ref().ok_or(Error::from(context::SESSION_EXPIRED))?;
        let is_cookie = matches!(token, AuthToken::Cookie(_));
        let authenticated = app.services.sessions().authenticate_to_set_up(token.as_str(), address).await.map_err(|error| {
            let is_cookie_stale = is_cookie && error.code.kind == Kind::Unauthorized;
            Rejection { error, is_cookie_stale }
        })?;
        if is_cookie && !self.is_csrf_valid(&authenticated.csrf) {
            return Err(Error::from(context::SESSION_EXPIRED).into());
        }
        Ok(authenticated)
    }

    /// Browsers send cookies with requests of any page, so a write also needs a header that only our own pages can set.
    fn is_csrf_valid(&self, expected: &str) -> bool {
        match &self.csrf_token {
            _ if self.is_safe_method => true,
            Some(token) => guildhall_model::ports::constant_time_eq(token.as_bytes(), expected.as_bytes()),
            None => self.is_xhr,
        }
    }
}

/// The cookie takes precedence over the header; the scheme is `Bearer` or `token`, in any case.
pub(crate) fn auth_token(headers: &HeaderMap) -> Option<AuthToken> {
    let cookie_token = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|cookies| cookies::get_value(cookies, cookies::AUTH_TOKEN));
    if let Some(token) = cookie_token.filter(|token| !token.is_empty()) {
        return Some(AuthToken::Cookie(token.to_owned()));
    }
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let is_supported = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    (is_supported && !token.trim().is_empty()).then(|| AuthToken::Header(token.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_cookie_takes_precedence_over_the_header() {
        let both = headers(&[("cookie", "a=b; MMAUTHTOKEN=from-cookie"), ("authorization", "Bearer from-header")]);
        assert_eq!(auth_token(&both), Some(AuthToken::Cookie("from-cookie".to_owned())));
    }

    #[test]
    fn the_scheme_is_bearer_or_token_in_any_case() {
        for scheme in ["Bearer x", "bearer x", "BEARER x", "token x", "Token x"] {
            let token = auth_token(&headers(&[("authorization", scheme)]));
            assert_eq!(token, Some(AuthToken::Header("x".to_owned())), "{scheme}");
        }
        for unsupported in ["Basic x", "Bearer", "Bearer  "] {
            assert_eq!(auth_token(&headers(&[("authorization", unsupported)])), None, "{unsupported}");
        }
    }
}
