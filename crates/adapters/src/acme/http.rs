//! Requests to the authority, over the adapter of outgoing HTTP.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::ports::{Method, OutgoingHttp, OutgoingRequest};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};

const TIMEOUT_MS: u64 = 30_000;
/// Directories, orders and chains of certificates have a few KiB.
const RESPONSE_BYTES_MAX: usize = 1024 * 1024;

pub(super) struct AuthorityHttp(pub Arc<dyn OutgoingHttp>);

impl HttpClient for AuthorityHttp {
    fn request(&self, request: Request<BodyWrapper<Bytes>>) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let http = Arc::clone(&self.0);
        Box::pin(async move { send(http.as_ref(), request).await })
    }
}

async fn send(http: &dyn OutgoingHttp, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
    let (head, body) = request.into_parts();
    let method = match head.method {
        http::Method::POST => Method::Post,
        http::Method::HEAD => Method::Head,
        _ => Method::Get,
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body = body.collect().await.map_err(|never| Error::Other(Box::new(never)))?.to_bytes();
    let (timeout_ms, max_response_bytes) = (TIMEOUT_MS, RESPONSE_BYTES_MAX);
    let outgoing = OutgoingRequest { method, url: head.uri.to_string(), headers, body, timeout_ms, max_response_bytes };
    let answer = http.send(outgoing).await.map_err(|error| Error::Other(Box::new(error)))?;
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    Ok(BytesResponse::from(response.body(Full::new(answer.body))?))
}
