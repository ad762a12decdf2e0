//! What TCP listeners answer themselves: the authority's challenges, and on the HTTP port requests that belong to HTTPS.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HOST, LOCATION};

use super::Tls;

const CHALLENGE_PATH: &str = "/.well-known/acme-challenge/";

#[derive(Clone)]
struct Front {
    tls: Arc<Tls>,
    redirects: bool,
}

/// `redirects` is for the HTTP port beside HTTPS. The challenges are answered everywhere, because a proxy may have port 80.
pub fn with_front(router: Router, tls: Arc<Tls>, redirects: bool) -> Router {
    router.layer(from_fn_with_state(Front { tls, redirects }, answer))
}

async fn answer(State(front): State<Front>, request: Request, next: Next) -> Response {
    if let Some(token) = request.uri().path().strip_prefix(CHALLENGE_PATH) {
        return match front.tls.challenges.file(token) {
            Some(content) => ([(CONTENT_TYPE, "application/octet-stream")], content).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    match front.redirects.then(|| location(&front.tls, &request)).flatten() {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

fn location(tls: &Tls, request: &Request) -> Option<String> {
    let sent = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = sent.or(request.uri().authority().map(http::uri::Authority::as_str))?;
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    tls.https_location(host, path)
}
