//! The path of the site's address (`https://example.com/chat`): requests below it are served as if the site had the host for
//! itself, so that no route knows it. Proxies pass the path on, or remove it and say so by `X-Forwarded-Prefix`.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{Method, StatusCode, Uri};

use crate::peer::Peer;
use crate::{App, edge, slashes};

/// Answered under their own path, too: whoever checks whether the server is well does not know the site's address.
const EVERYWHERE: [&str; 2] = ["/health/", "/api/v4/system/ping"];

/// In a request's extensions: it is not below the site's path, so no route may serve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutsideSite {
    /// The page at this address was probably meant.
    Redirect(String),
    NotFound,
}

impl OutsideSite {
    pub(crate) async fn respond(self) -> Response {
        match self {
            // Not permanent, because the site's address can change.
            Self::Redirect(location) => (StatusCode::FOUND, [(LOCATION, location)]).into_response(),
            Self::NotFound => edge::not_found().await,
        }
    }
}

/// Removes the site's path from the request's address, before it is routed.
pub(crate) fn remove<B>(app: &App, mut request: Request<B>) -> Request<B> {
    let settings = app.services.settings();
    let base_path = settings.site.base_path();
    if base_path.is_empty() {
        return request;
    }
    let peer = Peer::from_extensions(request.extensions());
    // The command line does not know the site's address, either.
    if peer.is_local || app.trusted_proxies.has_removed(base_path, &peer, request.headers()) {
        return request;
    }
    match below(base_path, request.method(), request.uri()) {
        Ok(uri) => *request.uri_mut() = uri,
        Err(outside) => {
            request.extensions_mut().insert(outside);
        }
    }
    request
}

/// The address below the path.
fn below(base_path: &str, method: &Method, uri: &Uri) -> Result<Uri, OutsideSite> {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let rest = uri.path().strip_prefix(base_path);
    match rest {
        Some(rest) if rest.starts_with('/') => slashes::with_path(uri, rest).ok_or(OutsideSite::NotFound),
        _ if EVERYWHERE.iter().any(|path| uri.path().starts_with(path)) => Ok(uri.clone()),
        _ if (rest == Some("") || uri.path() == "/") && matches!(*method, Method::GET | Method::HEAD) => {
            Err(OutsideSite::Redirect(format!("{base_path}/{query}")))
        }
        _ => Err(OutsideSite::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_the_path_loses_it_and_the_rest_is_not_served() {
        let redirect = |to: &str| Err(OutsideSite::Redirect(to.to_owned()));
        for (uri, expected) in [
            ("/chat/", Ok("/")),
            ("/chat/api/v4/users?page=1", Ok("/api/v4/users?page=1")),
            ("/chat/studio/channels/chat", Ok("/studio/channels/chat")),
            ("/chat/chat/x", Ok("/chat/x")),
            ("/chat/%2e%2e/x", Ok("/%2e%2e/x")),
            ("/chat//evil.example.com", Ok("//evil.example.com")),
            ("http://example.com/chat/api", Ok("http://example.com/api")),
            ("/api/v4/system/ping", Ok("/api/v4/system/ping")),
            ("/chat/api/v4/system/ping", Ok("/api/v4/system/ping")),
            ("/health/live", Ok("/health/live")),
            ("/chat", redirect("/chat/")),
            ("/chat?a=b", redirect("/chat/?a=b")),
            ("/", redirect("/chat/")),
            ("/?redirect_to=//evil.example.com", redirect("/chat/?redirect_to=//evil.example.com")),
            ("/chatter", Err(OutsideSite::NotFound)),
            ("/Chat/", Err(OutsideSite::NotFound)),
            ("/%63hat/", Err(OutsideSite::NotFound)),
            ("//chat/", Err(OutsideSite::NotFound)),
            ("/api/v4/users", Err(OutsideSite::NotFound)),
        ] {
            let found = below("/chat", &Method::GET, &uri.parse().unwrap());
            assert_eq!(found, expected.map(|uri| uri.parse().unwrap()), "{uri}");
        }
        assert_eq!(below("/chat", &Method::POST, &Uri::from_static("/")), Err(OutsideSite::NotFound));
    }
}
