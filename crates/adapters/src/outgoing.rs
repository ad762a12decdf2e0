//! Outgoing HTTP over pooled connections, whose addresses are checked when they are opened.

mod addresses;
mod connector;

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use guildhall_model::codes::outgoing::{FAILED, REFUSED, TOO_LONG};
use guildhall_model::ports::{Method, OutgoingHttp, OutgoingRequest, OutgoingResponse};
use guildhall_model::{AddressList, Error, Result};
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, UPGRADE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use parking_lot::RwLock;
use rustls::{ClientConfig, RootCertStore};
use url::{Position, Url};

use connector::GuardedConnector;
pub use connector::{Resolver, SystemResolver};

/// Headers that the HTTP client sets; those of requests are dropped.
const CONNECTION_HEADERS: [HeaderName; 5] = [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];
const HEADERS_MAX: usize = 100;
const HEADER_BYTES_MAX: usize = 64 * 1024;
const IDLE_PER_HOST_MAX: usize = 2;
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

type HttpClient = Client<HttpsConnector<GuardedConnector>, Full<Bytes>>;

pub struct GuardedHttp {
    resolver: Arc<dyn Resolver>,
    tls: ClientConfig,
    client: RwLock<HttpClient>,
}

impl GuardedHttp {
    pub fn new(allowed: AddressList, resolver: Arc<dyn Resolver>) -> io::Result<Self> {
        Self::with_roots(allowed, resolver, guildhall_tls::trusted_roots())
    }

    pub fn with_roots(allowed: AddressList, resolver: Arc<dyn Resolver>, roots: impl Into<Arc<RootCertStore>>) -> io::Result<Self> {
        let tls = guildhall_tls::client_config(roots).map_err(io::Error::other)?;
        let client = build_client(allowed, Arc::clone(&resolver), tls.clone());
        Ok(Self { resolver, tls, client: RwLock::new(client) })
    }

    async fn send_without_timeout(&self, request: OutgoingRequest) -> Result<OutgoingResponse> {
        let max_response_bytes = request.max_response_bytes;
        let request = build_request(request)?;
        let response = self.client.read().request(request);
        let (head, body) = response.await.map_err(to_error)?.into_parts();
        let body = Limited::new(body, max_response_bytes).collect().await.map_err(|error| {
            let code = if error.is::<LengthLimitError>() { TOO_LONG } else { FAILED };
            code.with("limit", max_response_bytes).with_source(error)
        })?;
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(OutgoingResponse { status: head.status.as_u16(), headers: headers.collect(), body: body.to_bytes() })
    }
}

#[async_trait]
impl OutgoingHttp for GuardedHttp {
    async fn send(&self, request: OutgoingRequest) -> Result<OutgoingResponse> {
        let timeout = Duration::from_millis(request.timeout_ms);
        tokio::time::timeout(timeout, self.send_without_timeout(request)).await.map_err(|elapsed| FAILED.with_source(elapsed))?
    }

    /// Replaces the client with its idle connections, which were checked by the old list.
    fn set_allowed_addresses(&self, allowed: AddressList) {
        let client = build_client(allowed, Arc::clone(&self.resolver), self.tls.clone());
        *self.client.write() = client;
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the adapter of outgoing HTTP")]
fn build_client(allowed: AddressList, resolver: Arc<dyn Resolver>, tls: ClientConfig) -> HttpClient {
    let connector = GuardedConnector::new(allowed, resolver);
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(connector);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .http1_max_headers(HEADERS_MAX)
        .http1_max_buf_size(HEADER_BYTES_MAX)
        .build(connector)
}

/// Parsed by the WHATWG URL standard, as in browsers: 0x7f.1, 2130706433 and 0177.0.0.1 become the address 127.0.0.1.
fn parse_url(text: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|error| REFUSED.with_source(error))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(REFUSED.with_source("neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(REFUSED.with_source("a name or password in the URL"));
    }
    Ok(url)
}

fn build_request(request: OutgoingRequest) -> Result<http::Request<Full<Bytes>>> {
    let url = parse_url(&request.url)?;
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Guildhall/", env!("CARGO_PKG_VERSION"))));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name).map_err(|error| REFUSED.with_source(error))?;
        let value = HeaderValue::try_from(value).map_err(|error| REFUSED.with_source(error))?;
        if !CONNECTION_HEADERS.contains(&name) {
            headers.insert(name, value);
        }
    }
    let mut outgoing = http::Request::builder()
        .method(method(request.method))
        .uri(&url[..Position::AfterQuery])
        .body(Full::new(request.body))
        .map_err(|error| REFUSED.with_source(error))?;
    *outgoing.headers_mut() = headers;
    Ok(outgoing)
}

const fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Head => http::Method::HEAD,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

/// `REFUSED` if the connector's rejection is in the chain of causes, else `FAILED`.
fn to_error(error: legacy::Error) -> Error {
    let code = if is_refused(&error) { REFUSED } else { FAILED };
    code.with_source(error)
}

fn is_refused(error: &(dyn StdError + 'static)) -> bool {
    match error.downcast_ref::<Error>() {
        Some(error) => error.is(REFUSED),
        None => error.source().is_some_and(is_refused),
    }
}

#[cfg(test)]
mod tests;
