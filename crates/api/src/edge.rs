//! The outermost layer of HTTP: assigns request ids, determines the client's address, logs and encodes errors, and adds
//! the headers of every response.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Once;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::RequestId;
use guildhall_model::{Error, Kind};
use guildhall_wire::error as wire_error;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::App;
use crate::error::{ApiError, Failure};
use crate::etag::{self, IfNoneMatch};
use crate::extract::Client;
use crate::peer::Peer;

pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'";

/// The policy of the web client's page at these hosts. Some browsers do not take a socket to the same host for `'self'`.
pub(crate) fn page_policy(hosts: &[&str]) -> HeaderValue {
    let is_host_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    let mut connect = "connect-src 'self'".to_owned();
    for host in hosts.iter().filter(|host| !host.is_empty() && host.bytes().all(is_host_byte)) {
        connect.push_str(&format!(" ws://{host} wss://{host}"));
    }
    let policy = CONTENT_SECURITY_POLICY.replacen("connect-src 'self'", &connect, 1);
    policy.parse().unwrap_or(HeaderValue::from_static(CONTENT_SECURITY_POLICY))
}

/// Half a year. Other names below the site's are not ours to decide on.
const HTTPS_ONLY: &str = "max-age=15552000";

const X_FORWARDED_FOR: &str = "x-forwarded-for";

type DefaultHeader = SetResponseHeaderLayer<HeaderValue>;

/// The headers of every answer that has none of its own by these names.
pub(crate) fn default_headers() -> (DefaultHeader, DefaultHeader, DefaultHeader, DefaultHeader, DefaultHeader, DefaultHeader, DefaultHeader)
{
    let header = |name, value| SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value));
    (
        header("x-content-type-options", "nosniff"),
        header("x-frame-options", "SAMEORIGIN"),
        header("referrer-policy", "no-referrer"),
        header("cross-origin-opener-policy", "same-origin"),
        header("cross-origin-resource-policy", "same-origin"),
        header("permissions-policy", "interest-cohort=()"),
        header("content-security-policy", CONTENT_SECURITY_POLICY),
    )
}

pub(crate) async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = client_of(&app, &request);
    let (request_id, address) = (client.request_id, client.address);
    let is_get = request.method() == Method::GET;
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let if_none_match = IfNoneMatch::from_headers(request.headers());
    request.extensions_mut().insert(client);

    let mut response = run_handler(next, request).await;
    if let Some(Failure(error)) = response.extensions_mut().remove::<Failure>() {
        log_error(&error, &method, &path, request_id);
        response = with_error_body(&error, request_id, response);
    }
    if is_get {
        response = etag::tag_by_content(response, &if_none_match).await;
    }
    response = app.response_budget.admit(address, response).unwrap_or_else(|error| {
        log_error(&error, &method, &path, request_id);
        with_error_body(&error, request_id, Response::default())
    });
    set_common_headers(response.headers_mut(), request_id, &app.version_header, is_get);
    if app.services.settings().site.is_https() {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
    }
    response
}

/// A read is cancelled when the client disconnects; a write runs to completion, so that it is not interrupted half-way.
async fn run_handler(next: Next, request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        next.run(request).await
    } else {
        tokio::spawn(next.run(request)).await.unwrap_or_else(|_| panicked())
    }
}

/// The answer to a request whose handler panicked.
pub(crate) fn panicked() -> Response {
    ApiError(context::INTERNAL.into()).into_response()
}

/// Unknown paths and wrong methods alike.
pub(crate) async fn not_found() -> Response {
    ApiError(context::NOT_FOUND.into()).into_response()
}

fn client_of(app: &App, request: &Request) -> Client {
    let peer = Peer::from_extensions(request.extensions());
    let address = peer.address.map(|address| address.ip());
    let trusted = address.is_some_and(|address| app.trusted_proxies.contains(address));
    let headers = request.headers();
    let forwarded = trusted.then(|| forwarded_for(app, headers)).flatten();
    if let Some(peer) = address.filter(|_| !trusted && headers.contains_key(X_FORWARDED_FOR)) {
        warn_of_untrusted_proxy(peer);
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Client {
        request_id: app.services.new_request_id(),
        address: forwarded.or(address),
        user_agent: text(USER_AGENT),
        is_secure: peer.is_encrypted || trusted && headers.get("x-forwarded-proto").is_some_and(|value| value == "https"),
    }
}

/// The last address of the chain that is not a trusted proxy: the client can forge everything before it. `None`, hence the
/// peer, where that entry is not an address.
fn forwarded_for(app: &App, headers: &HeaderMap) -> Option<IpAddr> {
    let values = headers.get_all(X_FORWARDED_FOR).iter().rev();
    let mut first = None;
    for entry in values.flat_map(|value| value.to_str().unwrap_or("?").rsplit(',')) {
        let address = parse_forwarded(entry.trim())?;
        if !app.trusted_proxies.contains(address) {
            return Some(address);
        }
        first = Some(address);
    }
    first
}

/// An address, with or without a port; IPv6 addresses with or without brackets.
fn parse_forwarded(entry: &str) -> Option<IpAddr> {
    let without_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    let without_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    entry.parse().ok().or_else(without_port).or_else(without_brackets)
}

/// Once for each process: behind such a proxy all clients share one address, and one rate limit.
fn warn_of_untrusted_proxy(peer: IpAddr) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(%peer, "X-Forwarded-For arrives from an address that is not in limits.trusted_proxies; it is ignored");
    });
}

fn log_error(error: &Error, method: &Method, path: &str, request_id: RequestId) {
    let source = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
    match error.code.kind {
        Kind::Internal => tracing::error!(%request_id, %method, path, id = error.code.id, source, "request failed"),
        Kind::Unavailable | Kind::InsufficientStorage => {
            tracing::warn!(%request_id, %method, path, id = error.code.id, source, "request could not be served")
        }
        _ => tracing::debug!(%request_id, %method, path, id = error.code.id, source, "request rejected"),
    }
}

fn with_error_body(error: &Error, request_id: RequestId, mut response: Response) -> Response {
    let body = wire_error::body(error, &request_id.to_string());
    let bytes = guildhall_wire::json::to_vec(&body).unwrap_or_default();
    let status = StatusCode::from_u16(body.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = std::mem::take(response.headers_mut());
    let mut response = (status, bytes).into_response();
    *response.headers_mut() = headers;
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = error.retry_after_seconds().and_then(|seconds| HeaderValue::from_str(seconds).ok()) {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

fn set_common_headers(headers: &mut HeaderMap, request_id: RequestId, version: &HeaderValue, is_get: bool) {
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert("x-request-id", value);
    }
    headers.insert("x-version-id", version.clone());
    if is_get && !headers.contains_key(CACHE_CONTROL) {
        headers.entry(EXPIRES).or_insert(HeaderValue::from_static("0"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_have_ports_and_brackets() {
        for (entry, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7:5511", Some("203.0.113.7")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:443", Some("2001:db8::7")),
            ("", None),
            ("unknown", None),
            ("_hidden", None),
            ("203.0.113.7:port", None),
        ] {
            assert_eq!(parse_forwarded(entry).map(|address| address.to_string()).as_deref(), expected, "{entry}");
        }
    }
}
