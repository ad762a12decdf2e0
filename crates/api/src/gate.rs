//! The gate in front of every handler: token to actor, CSRF for cookies, and the route's system permission. What comes
//! over the local socket without a token acts as the local administrator.

use axum::RequestExt;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::{Actor, Error, Kind};
use guildhall_services::sessions::Authenticated;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, Method};

use crate::error::ApiError;
use crate::extract::{Client, Me};
use crate::limiter::Sender;
use crate::peer::Peer;
use crate::routes::Gate;
use crate::{App, cookies};

/// Where a request's token came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    Cookie(String),
    Header(String),
}

impl Credential {
    pub(crate) fn token(&self) -> &str {
        match self {
            Self::Cookie(token) | Self::Header(token) => token,
        }
    }
}

pub(crate) async fn check(State((app, gate)): State<(App, Gate)>, mut request: Request, next: Next) -> Response {
    match admit(&app, gate, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(Refusal { error, is_cookie_stale }) => {
            let mut response = ApiError(error).into_response();
            if is_cookie_stale {
                cookies::clear(response.headers_mut());
            }
            response
        }
    }
}

/// Why somebody does not come through.
struct Refusal {
    error: Error,
    /// The cookie opens nothing any more, so the browser had better forget it.
    is_cookie_stale: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, is_cookie_stale: false }
    }
}

async fn admit(app: &App, gate: Gate, request: &mut Request) -> Result<(), Refusal> {
    let shown = Shown::of(request);
    if shown.credential.is_none()
        && let Some(actor) = Peer::of(request.extensions()).local_administrator()
    {
        return admit_local(app, gate, request, actor).await.map_err(Refusal::from);
    }
    let address = request.extensions().get::<Client>().and_then(|client| client.address);
    let known = shown.known(app).await;
    app.limiter.admit(match &known {
        Ok(known) => Some(Sender::User(known.actor.user_id)),
        Err(_) => address.map(Sender::Address),
    })?;
    let actor = match known {
        Ok(known) => Actor { address, ..known.actor },
        Err(refusal) if gate == Gate::Public && refusal.error.code.kind == Kind::Unauthorized => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    Ok(let_through(app, gate, request, actor)?)
}

/// The local administrator has no account, so nothing can be theirs: not the operation, and no `me` in the address.
async fn admit_local(app: &App, gate: Gate, request: &mut Request, actor: Actor) -> Result<(), Error> {
    let names_me = match request.extract_parts::<RawPathParams>().await {
        Ok(params) => params.iter().any(|(name, value)| name.ends_with("user_id") && value == "me"),
        Err(_) => false,
    };
    if names_me || !gate.is_open_to_local() {
        return Err(context::ACCOUNT_REQUIRED.into());
    }
    let_through(app, gate, request, actor)
}

/// With the system permission that the route asks for; the handler is told who comes.
fn let_through(app: &App, gate: Gate, request: &mut Request, actor: Actor) -> Result<(), Error> {
    if let Gate::System(permission) = gate
        && !app.services.access.has_system_permission(&actor, permission)
    {
        return Err(context::PERMISSIONS.into());
    }
    request.extensions_mut().insert(Me(actor));
    Ok(())
}

/// What a request shows for itself.
struct Shown {
    credential: Option<Credential>,
    /// Only reads: nothing that a foreign page could make a browser do for it.
    is_safe: bool,
    csrf: Option<String>,
    is_from_script: bool,
}

impl Shown {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let csrf = headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).filter(|token| !token.is_empty());
        Self {
            credential: credential(headers),
            is_safe: matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
            csrf: csrf.map(str::to_owned),
            is_from_script: headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest"),
        }
    }

    /// Who asks, by a token that is theirs and that they meant to send.
    async fn known(&self, app: &App) -> Result<Authenticated, Refusal> {
        let credential = self.credential.as_ref().ok_or(Error::from(context::SESSION_EXPIRED))?;
        let is_cookie = matches!(credential, Credential::Cookie(_));
        let known = app.services.sessions().authenticate(credential.token()).await.map_err(|error| {
            let is_cookie_stale = is_cookie && error.code.kind == Kind::Unauthorized;
            Refusal { error, is_cookie_stale }
        })?;
        if is_cookie && !self.csrf_passes(&known.csrf) {
            return Err(Error::from(context::SESSION_EXPIRED).into());
        }
        Ok(known)
    }

    /// A cookie travels by itself, so a write must also carry what only our own pages can add.
    fn csrf_passes(&self, expected: &str) -> bool {
        match &self.csrf {
            _ if self.is_safe => true,
            Some(token) => guildhall_model::ports::same_bytes(token.as_bytes(), expected.as_bytes()),
            None => self.is_from_script,
        }
    }
}

/// The cookie wins over the header; the scheme is `Bearer` or `token`, in any case.
pub(crate) fn credential(headers: &HeaderMap) -> Option<Credential> {
    let cookie_token = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|cookies| cookies::value_of(cookies, cookies::AUTH_TOKEN));
    if let Some(token) = cookie_token.filter(|token| !token.is_empty()) {
        return Some(Credential::Cookie(token.to_owned()));
    }
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    (known && !token.trim().is_empty()).then(|| Credential::Header(token.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_cookie_wins_over_the_header() {
        let both = headers(&[("cookie", "a=b; MMAUTHTOKEN=from-cookie"), ("authorization", "Bearer from-header")]);
        assert_eq!(credential(&both), Some(Credential::Cookie("from-cookie".to_owned())));
    }

    #[test]
    fn the_scheme_is_bearer_or_token_in_any_case() {
        for scheme in ["Bearer x", "bearer x", "BEARER x", "token x", "Token x"] {
            let found = credential(&headers(&[("authorization", scheme)]));
            assert_eq!(found, Some(Credential::Header("x".to_owned())), "{scheme}");
        }
        for none in ["Basic x", "Bearer", "Bearer  "] {
            assert_eq!(credential(&headers(&[("authorization", none)])), None, "{none}");
        }
    }
}
