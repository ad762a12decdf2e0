//! One request and its answer over a connection that is used once.

use bytes::Bytes;
use guildhall_model::codes::outgoing::{FAILED, REFUSED, TOO_LONG};
use guildhall_model::ports::{Method, OutgoingRequest, OutgoingResponse};
use guildhall_model::{Error, Result};
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, UPGRADE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use url::{Position, Url};

/// The connection decides these.
const OURS: [HeaderName; 5] = [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];
const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 64 * 1024;

pub async fn run<S>(socket: S, url: &Url, request: OutgoingRequest) -> Result<OutgoingResponse>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let max_response_bytes = request.max_response_bytes;
    let request = build(url, request)?;
    let mut builder = http1::Builder::new();
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEADER_BYTES);
    let (mut sender, connection) = builder.handshake(TokioIo::new(socket)).await.map_err(failed)?;
    // Ends with this function, however it ends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let (head, body) = sender.send_request(request).await.map_err(failed)?.into_parts();
    let body = Limited::new(body, max_response_bytes).collect().await.map_err(|error| {
        let code = if error.is::<LengthLimitError>() { TOO_LONG } else { FAILED };
        code.with("limit", max_response_bytes).with_source(error)
    })?;
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(OutgoingResponse { status: head.status.as_u16(), headers: headers.collect(), body: body.to_bytes() })
}

fn build(url: &Url, request: OutgoingRequest) -> Result<http::Request<Full<Bytes>>> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Guildhall/", env!("CARGO_PKG_VERSION"))));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name).map_err(|error| REFUSED.with_source(error))?;
        let value = HeaderValue::try_from(value).map_err(|error| REFUSED.with_source(error))?;
        if !OURS.contains(&name) {
            headers.insert(name, value);
        }
    }
    let host = HeaderValue::try_from(&url[Position::BeforeHost..Position::AfterPort]).map_err(|error| REFUSED.with_source(error))?;
    headers.insert(HOST, host);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let mut outgoing = http::Request::builder()
        .method(method(request.method))
        .uri(&url[Position::BeforePath..Position::AfterQuery])
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

fn failed(error: hyper::Error) -> Error {
    FAILED.with_source(error)
}
