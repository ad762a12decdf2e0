//! The HTTP client of OTLP: the server's own, for the collector alone.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_model::AddressList;
use guildhall_model::ports::{Method, OutgoingHttp, OutgoingRequest};
use http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::Handle;

use super::SEND_TIMEOUT;
use super::queue::QueueState;

/// Collectors answer with a few bytes.
const RESPONSE_BYTES_MAX: usize = 64 * 1024;

pub(super) struct CollectorClient {
    http: Arc<GuardedHttp>,
    /// OpenTelemetry calls from a thread of its own.
    runtime: Handle,
    state: Arc<QueueState>,
}

impl CollectorClient {
    /// An administrator has chosen this host, so it may be at a private address.
    pub fn new(url: &str, state: Arc<QueueState>) -> Result<Self, String> {
        let uri: http::Uri = url.parse().map_err(|error: http::uri::InvalidUri| error.to_string())?;
        let allowed: AddressList =
            uri.host().unwrap_or_default().parse().map_err(|error: guildhall_model::address_list::InvalidAddress| error.to_string())?;
        let http = GuardedHttp::new(allowed, Arc::new(SystemResolver)).map_err(|error| error.to_string())?;
        Ok(Self { http: Arc::new(http), runtime: Handle::current(), state })
    }
}

impl fmt::Debug for CollectorClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectorClient").finish_non_exhaustive()
    }
}

/// An error with its causes: the last one says what is wrong.
fn chain(error: &dyn StdError) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[async_trait]
impl HttpClient for CollectorClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let headers = head.headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let request = OutgoingRequest {
            method: Method::Post,
            url: head.uri.to_string(),
            headers: headers.collect(),
            body,
            timeout_ms: u64::try_from(SEND_TIMEOUT.as_millis()).unwrap_or(u64::MAX),
            max_response_bytes: RESPONSE_BYTES_MAX,
        };
        let http = Arc::clone(&self.http);
        let sent = self.runtime.spawn(async move { http.send(request).await }).await?;
        let response = sent.inspect_err(|error| {
            self.state.set_cause(chain(error));
        })?;
        let mut answer = Response::builder().status(response.status);
        // The only one that the exporter reads.
        if let Some(seconds) = response.header("retry-after") {
            answer = answer.header("retry-after", seconds);
        }
        Ok(answer.body(response.body)?)
    }
}
