//! The web client, built into the binary: assets by name, and the page itself for every other address.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::edge;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Assets;

/// Addresses that belong to programs, not to pages.
const NOT_PAGES: [&str; 5] = ["/api/", "/hooks/", "/oauth/", "/files/", "/plugins/"];

/// Everything that no route took.
pub(crate) async fn page_or_asset(request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || NOT_PAGES.iter().any(|prefix| path.starts_with(prefix)) {
        return edge::not_found().await;
    }
    let name = path.trim_start_matches('/');
    match Assets::get(name).filter(|_| !name.is_empty()) {
        Some(asset) => answer(request.headers(), asset, name.starts_with("assets/")),
        // A missing asset is missing; a page would only confuse the browser that asked for a script.
        None if name.starts_with("assets/") => edge::not_found().await,
        None => match Assets::get("index.html") {
            Some(page) => answer(request.headers(), page, false),
            None => {
                (StatusCode::NOT_FOUND, "The web client is not built into this binary: run `make web` and build again.\n").into_response()
            }
        },
    }
}

/// Assets carry a hash in their names and never change; the page that names them is asked for each time.
fn answer(headers: &HeaderMap, file: EmbeddedFile, is_immutable: bool) -> Response {
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let cache = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(file.data.into_owned()).into_response() };
    let out = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, file.metadata.mimetype()), (ETAG, &etag), (CACHE_CONTROL, cache)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    response
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
