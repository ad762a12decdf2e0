//! The web client, embedded in the binary: assets by name, and `index.html` for every other path.

use std::borrow::Cow;
use std::io::Read;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::extract::Client;
use crate::{App, edge};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Assets;

/// Where the page tells its scripts the path of the site.
const BASE_PATH_META: &str = "name=\"base-path\" content=\"\"";

/// The build compresses scripts and styles, so that they are stored and sent in a third of their size.
const COMPRESSED_KINDS: [(&str, &str); 2] = [(".js", "text/javascript"), (".css", "text/css")];

/// Unknown paths below these are answered with 404 instead of the web client's page.
const NON_PAGE_PREFIXES: [&str; 6] = ["/api/", "/hooks/", "/oauth/", "/files/", "/plugins/", "/static/"];

const NOT_BUILT: &str = "The web client is not built into this binary: run `make web` and build again.\n";

/// Whether the web client is in this binary.
pub fn has_web_client() -> bool {
    Assets::get("index.html").is_some()
}
/// Is served at an address of its own, and must not look as if it were here.
const METRICS_PATH: &str = "/metrics";

/// The fallback for requests that match no route.
pub(crate) async fn serve_web_client(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || path == METRICS_PATH || NON_PAGE_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
        return edge::not_found().await;
    }
    let name = path.trim_start_matches('/');
    if let Some(response) = compressed_asset_response(request.headers(), name) {
        return response;
    }
    match Assets::get(name).filter(|_| !name.is_empty()) {
        Some(asset) => asset_response(request.headers(), asset, name.starts_with("assets/")),
        // A browser or a robot that requests a file must not receive a page. Names of teams have no dots.
        None if name.starts_with("assets/") || (name.contains('.') && !name.contains('/')) => edge::not_found().await,
        None => match Assets::get("index.html") {
            Some(page) => page_response(&app, &request, page),
            None => (StatusCode::NOT_FOUND, NOT_BUILT).into_response(),
        },
    }
}

/// The client's page at an address that a route serves first. No other site may show it in a frame: what is allowed there must be seen.
pub(crate) fn unframed_page(app: &App, request: &Request) -> Response {
    let mut response = match Assets::get("index.html") {
        Some(page) => page_response(app, request, page),
        None => (StatusCode::NOT_FOUND, NOT_BUILT).into_response(),
    };
    let headers = response.headers_mut();
    let policy = headers.get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok()).unwrap_or(edge::CONTENT_SECURITY_POLICY);
    if let Ok(policy) = policy.replace("frame-ancestors 'self'", "frame-ancestors 'none'").parse() {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// The page, with the site's path in its addresses and for its scripts.
fn page_response(app: &App, request: &Request, page: EmbeddedFile) -> Response {
    let settings = app.services.settings();
    let (site, base_path) = (&settings.site, settings.site.base_path());
    // A page that was loaded under another path names other addresses.
    let etag = format!("\"{}{base_path}\"", content_hash(&page));
    let mut response = file_response(request.headers(), page.metadata.mimetype(), &etag, false, || {
        with_base_path(&String::from_utf8_lossy(&page.data), base_path).into()
    });
    // A proxy may send another host than people type.
    let host = request.extensions().get::<Client>().map(|client| client.host.as_str()).unwrap_or_default();
    let other = if site.host().eq_ignore_ascii_case(host) { "" } else { site.host() };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, edge::page_policy(&[host, other]));
    response
}

/// The build has relative addresses, which a page at a deeper address could not use. The path has no characters that HTML
/// quotes.
fn with_base_path(page: &str, base_path: &str) -> String {
    page.replace("=\"./", &format!("=\"{base_path}/")).replace(BASE_PATH_META, &format!("name=\"base-path\" content=\"{base_path}\""))
}

/// Assets have a hash in their names and are immutable; other files are revalidated on each request.
fn asset_response(request_headers: &HeaderMap, file: EmbeddedFile, is_immutable: bool) -> Response {
    let etag = format!("\"{}\"", content_hash(&file));
    let kind = file.metadata.mimetype().to_owned();
    file_response(request_headers, &kind, &etag, is_immutable, || Body::from(file_bytes(file)))
}

/// A script or style: as it is stored, or unpacked for a client that does not read gzip.
fn compressed_asset_response(request_headers: &HeaderMap, name: &str) -> Option<Response> {
    let (_, kind) = COMPRESSED_KINDS.iter().find(|(suffix, _)| name.ends_with(suffix))?;
    let file = Assets::get(&format!("{name}.gz"))?;
    let hash = content_hash(&file);
    let mut response = if accepts_gzip(request_headers) {
        let mut response = file_response(request_headers, kind, &format!("\"{hash}\""), true, || Body::from(file_bytes(file)));
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        let mut unpacked = Vec::new();
        GzDecoder::new(file.data.as_ref()).read_to_end(&mut unpacked).ok()?;
        file_response(request_headers, kind, &format!("\"{hash}-identity\""), true, || Body::from(unpacked))
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

/// RFC 9110, section 12.5.3; a weight of 0 excludes what it is given to.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let weight_of = |coding: &str| {
        let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0));
            name.trim().eq_ignore_ascii_case(coding).then_some(weight)
        })
    };
    weight_of("gzip").or_else(|| weight_of("*")).is_some_and(|weight| weight > 0.0)
}

fn file_bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

fn content_hash(file: &EmbeddedFile) -> String {
    hex::encode(&file.metadata.sha256_hash()[..12])
}

fn file_response(headers: &HeaderMap, kind: &str, etag: &str, is_immutable: bool, body: impl FnOnce() -> Body) -> Response {
    let cache = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_cached = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let mut response = if is_cached { StatusCode::NOT_MODIFIED.into_response() } else { body().into_response() };
    let headers = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, kind), (ETAG, etag), (CACHE_CONTROL, cache)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_gets_the_path_of_the_site() {
        let page = r#"<meta name="base-path" content="" /><link href="./favicon.svg" /><script src="./assets/index-1.js"></script>"#;
        assert_eq!(
            with_base_path(page, "/chat"),
            r#"<meta name="base-path" content="/chat" /><link href="/chat/favicon.svg" /><script src="/chat/assets/index-1.js"></script>"#
        );
        let root = with_base_path(page, "");
        assert!(root.contains(r#"href="/favicon.svg""#) && root.contains(r#"content="" "#), "{root}");
    }

    #[test]
    fn gzip_is_sent_to_whoever_reads_it() {
        for (header, expected) in [
            (None, false),
            (Some("identity"), false),
            (Some("gzip"), true),
            (Some("br, GZIP;q=0.5"), true),
            (Some("gzip;q=0"), false),
            (Some("gzip;q=0, *"), false),
            (Some("deflate, *;q=0.1"), true),
            (Some("*;q=0"), false),
            (Some("gzip;q=x"), false),
        ] {
            let headers = header.map(|value| (ACCEPT_ENCODING, HeaderValue::from_static(value))).into_iter().collect();
            assert_eq!(accepts_gzip(&headers), expected, "{header:?}");
        }
    }

    #[test]
    fn scripts_are_the_same_packed_and_unpacked() {
        let Some(name) = Assets::iter().find(|name| name.starts_with("assets/index-") && name.ends_with(".js.gz")) else { return };
        let name = name.trim_end_matches(".gz");
        let gzip = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        let (packed, plain) =
            (compressed_asset_response(&gzip, name).unwrap(), compressed_asset_response(&HeaderMap::new(), name).unwrap());
        assert_eq!(packed.headers()[CONTENT_ENCODING], "gzip");
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
        assert_ne!(packed.headers()[ETAG], plain.headers()[ETAG]);
        for response in [&packed, &plain] {
            assert_eq!(response.headers()[CONTENT_TYPE], "text/javascript");
            assert_eq!(response.headers()[VARY], "accept-encoding");
        }
        let body =
            |response: Response| futures::executor::block_on(http_body_util::BodyExt::collect(response.into_body())).unwrap().to_bytes();
        let mut unpacked = Vec::new();
        GzDecoder::new(body(packed).as_ref()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, body(plain));
    }

    /// A build is embedded in release builds and read from its folder in others; a checkout may have none yet.
    #[test]
    fn the_built_page_has_only_relative_addresses() {
        let Some(page) = Assets::get("index.html") else { return };
        let page = String::from_utf8_lossy(&page.data).into_owned();
        assert!(page.contains(BASE_PATH_META) && page.contains("src=\"./assets/"), "{page}");
        assert!(!page.contains("=\"/"), "{page}");
    }
}
