//! The web client, embedded in the binary: assets by name, and `index.html` for every other path.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{App, edge};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Assets;

/// Unknown paths below these are answered with 404 instead of the web client's page.
const NON_PAGE_PREFIXES: [&str; 5] = ["/api/", "/hooks/", "/oauth/", "/files/", "/plugins/"];

/// The fallback for requests that match no route.
pub(crate) async fn serve_web_client(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || NON_PAGE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
        return edge::not_found().await;
    }
    let name = path.trim_start_matches('/');
    match Assets::get(name).filter(|_| !name.is_empty()) {
        Some(asset) => asset_response(request.headers(), asset, name.starts_with("assets/")),
        // A browser that requests a script must not receive a page.
        None if name.starts_with("assets/") => edge::not_found().await,
        None => match Assets::get("index.html") {
            Some(page) => page_response(&app, &request, page),
            None => {
                (StatusCode::NOT_FOUND, "The web client is not built into this binary: run `make web` and build again.\n").into_response()
            }
        },
    }
}

fn page_response(app: &App, request: &Request, page: EmbeddedFile) -> Response {
    let mut response = asset_response(request.headers(), page, false);
    // HTTP/2 has the host in the address. A proxy may send another one than people type.
    let sent = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = sent.or(request.uri().authority().map(Authority::as_str)).unwrap_or_default();
    let settings = app.services.settings();
    let site = settings.site.url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    let other = if site.eq_ignore_ascii_case(host) { "" } else { site };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, edge::page_policy(&[host, other]));
    response
}

/// Assets have a hash in their names and are immutable; the page that refers to them is revalidated on each request.
fn asset_response(request_headers: &HeaderMap, file: EmbeddedFile, is_immutable: bool) -> Response {
    let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let cache = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_cached = request_headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response =
        if is_cached { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(file.data.into_owned()).into_response() };
    let headers = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, file.metadata.mimetype()), (ETAG, &etag), (CACHE_CONTROL, cache)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
