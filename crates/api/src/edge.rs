//! The outermost layer of HTTP: assigns request ids, determines the client's address, logs and encodes errors, and adds
//! the headers of every response.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::RequestId;
use guildhall_model::settings::TlsMode;
use guildhall_model::{Error, Kind};
use guildhall_wire::error as wire_error;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, HOST, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, USER_AGENT};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::App;
use crate::base_path::OutsideSite;
use crate::error::{ApiError, Failure};
use crate::etag::{self, IfNoneMatch};
use crate::extract::Client;
use crate::forwarded::{self, ForwardedClient};
use crate::monitoring::{AccessRecord, RequestNotes, RequestTrace, TracedRequest};
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
    let start = Instant::now();
    let client = client_of(&app, &request);
    let https_only = https_only(&app, &request, &client);
    let (request_id, address) = (client.request_id, client.address);
    let method = request.method().clone();
    let notes = Arc::new(RequestNotes::default());
    // At the level of errors, so that every line of the request has its id, whatever is logged.
    let span = tracing::error_span!("request", %request_id, trace_id = Empty);
    let trace = begin_trace(&app, &request, &client, &span);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(Arc::clone(&notes));
    let requests = &app.monitoring.requests;
    let in_flight = requests.in_flight.enter();
    let mut response = answer(&app, request, next, (request_id, address)).instrument(span.clone()).await;
    drop(in_flight);
    if let Some(value) = https_only {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    }
    let (status, duration) = (response.status(), start.elapsed());
    let route = requests.observe(&notes, status, duration);
    let record = AccessRecord { method: &method, route, status, duration, user: notes.user(), address };
    trace.end(route, status);
    span.in_scope(|| record.log(app.monitoring.access_level()));
    response
}

fn begin_trace(app: &App, request: &Request, client: &Client, span: &Span) -> RequestTrace {
    let Some(tracer) = app.monitoring.tracer() else { return RequestTrace::none() };
    let is_trusted = app.trusted_proxies.trusts(&Peer::from_extensions(request.extensions()));
    let context = is_trusted.then(|| request.headers());
    let traced = TracedRequest { method: request.method(), is_secure: client.is_secure, address: client.address, context };
    RequestTrace::begin(Arc::clone(tracer), span.clone(), &traced)
}

async fn answer(app: &App, request: Request, next: Next, (request_id, address): (RequestId, Option<IpAddr>)) -> Response {
    let is_get = request.method() == Method::GET;
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let if_none_match = IfNoneMatch::from_headers(request.headers());

    let mut response = run_handler(next, request).await;
    if let Some(Failure(error)) = response.extensions_mut().remove::<Failure>() {
        app.monitoring.rejections.count(&error);
        log_error(&error, &method, &path);
        response = with_error_body(&error, request_id, response);
    }
    if is_get {
        response = etag::tag_by_content(response, &if_none_match).await;
    }
    response = app.response_budget.admit(address, response).unwrap_or_else(|error| {
        log_error(&error, &method, &path);
        with_error_body(&error, request_id, Response::default())
    });
    set_common_headers(response.headers_mut(), request_id, &app.version_header, is_get);
    response
}

/// A read is cancelled when the client disconnects; a write runs to completion, so that it is not interrupted half-way.
async fn run_handler(next: Next, mut request: Request) -> Response {
    if let Some(outside) = request.extensions_mut().remove::<OutsideSite>() {
        outside.respond().await
    } else if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        next.run(request).await
    } else {
        tokio::spawn(next.run(request).in_current_span()).await.unwrap_or_else(|_| panicked())
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
    let headers = request.headers();
    let ForwardedClient { address, is_secure, host } = app.trusted_proxies.client_of(&peer, headers);
    note_untrusted_proxy(app, &peer, headers);
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // HTTP/2 has the host in the address.
    let host = host.or_else(|| text(HOST)).or_else(|| request.uri().authority().map(ToString::to_string)).unwrap_or_default();
    Client {
        request_id: app.services.new_request_id(),
        address,
        user_agent: text(USER_AGENT).unwrap_or_default(),
        is_secure: is_secure || is_behind_silent_proxy(app, &peer, &host, headers),
        is_on_this_machine: forwarded::is_from_this_machine(&app.trusted_proxies, &peer, request.version(), &host, headers),
        host,
    }
}

/// A proxy that ends TLS and does not say so, or is not trusted: the request is for the host of the site, whose address is
/// https, or came through a proxy, and this server has no TLS of its own. Other hosts, such as an address of the local network,
/// are reached without TLS.
fn is_behind_silent_proxy(app: &App, peer: &Peer, host: &str, headers: &HeaderMap) -> bool {
    let settings = app.services.settings();
    let is_for_site = host.eq_ignore_ascii_case(settings.site.host()) || forwarded::header_of_proxy(headers).is_some();
    !peer.is_local && settings.tls.mode() == TlsMode::Off && settings.site.is_https() && is_for_site
}

/// The header by which browsers use nothing but HTTPS from now on: only over HTTPS, with a certificate that they trust.
/// Names below the site's are not ours to decide on.
fn https_only(app: &App, request: &Request, client: &Client) -> Option<HeaderValue> {
    let max_age = app.services.settings().tls.hsts_max_age_seconds;
    if max_age == 0 || !client.is_secure {
        return None;
    }
    // A proxy's certificate is the proxy's own affair.
    let is_trusted = || client.host.parse::<Authority>().is_ok_and(|host| app.tls.is_trusted_for(host.host()));
    let is_own_tls = Peer::from_extensions(request.extensions()).is_encrypted;
    (!is_own_tls || is_trusted()).then(|| HeaderValue::try_from(format!("max-age={max_age}")).ok())?
}

/// Remembers for administrators that a proxy which is not trusted has sent a request: behind such a proxy all clients share one
/// address, and one rate limit.
fn note_untrusted_proxy(app: &App, peer: &Peer, headers: &HeaderMap) {
    let (Some(address), Some(header)) = (peer.address, forwarded::header_of_proxy(headers)) else { return };
    let (proxy, proxies) = (address.ip(), &app.trusted_proxies);
    if proxies.addresses.contains(proxy) {
        return;
    }
    let is_new = proxies.untrusted.note(proxy, header, app.services.now());
    if is_new && proxies.untrusted.is_private(proxy) {
        tracing::warn!(%proxy, header, "the header of a proxy arrives from an address that is not in limits.trusted_proxies; it is ignored");
    }
}

/// In the span of the request, which has its id.
fn log_error(error: &Error, method: &Method, path: &str) {
    let source = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
    match error.code.kind {
        // The log says when that begins.
        _ if error.is(context::READ_ONLY) => {}
        Kind::Internal => tracing::error!(%method, path, id = error.code.id, source, "request failed"),
        Kind::Unavailable | Kind::InsufficientStorage => {
            tracing::warn!(%method, path, id = error.code.id, source, "request could not be served")
        }
        _ => tracing::debug!(%method, path, id = error.code.id, source, "request rejected"),
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
