//! A stub of an integration's HTTP server: records the requests that it receives, and sends a fixed response.

pub mod authenticator;
pub mod mcp;
pub mod oauth;
pub mod passkey;
pub mod zip;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Elapses only when a test fails.
const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct ReceivedRequest {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: String,
}

impl ReceivedRequest {
    /// A value of the form that was sent, in the body or in the query.
    pub fn form(&self, name: &str) -> String {
        let form = if self.method == Method::GET { self.uri.query().unwrap_or_default() } else { &self.body };
        let decode = |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value)).next().unwrap_or_else(|| panic!("no {name} in {form}"))
    }
}

pub struct StubServer {
    pub url: String,
    requests: UnboundedReceiver<ReceivedRequest>,
    turns: Arc<Semaphore>,
}

impl StubServer {
    /// Sends this response to every request.
    pub async fn responding_with(status: u16, kind: &'static str, body: &'static str) -> Self {
        Self::responding_with_bytes(status, kind, body.as_bytes()).await
    }

    /// The same with a body that need not be UTF-8.
    pub async fn responding_with_bytes(status: u16, kind: &'static str, body: &'static [u8]) -> Self {
        Self::start(Semaphore::MAX_PERMITS, vec![(status, kind, body)]).await
    }

    /// Responds to each request with the next of these JSON bodies; the last one is repeated.
    pub async fn responding_in_turn(answers: &[(u16, &'static str)]) -> Self {
        Self::start(Semaphore::MAX_PERMITS, answers.iter().map(|(status, body)| (*status, "application/json", body.as_bytes())).collect())
            .await
    }

    /// Delays each response until `allow_response` is called.
    pub async fn responding_when_allowed(body: &'static str) -> Self {
        Self::start(0, vec![(200, "application/json", body.as_bytes())]).await
    }

    pub fn allow_response(&self) {
        self.turns.add_permits(1);
    }

    async fn start(turns: usize, answers: Vec<(u16, &'static str, &'static [u8])>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
        let (sender, requests) = unbounded_channel();
        let (turns, answers) = (Arc::new(Semaphore::new(turns)), Arc::new(Mutex::new(VecDeque::from(answers))));
        let of_handler = Arc::clone(&turns);
        let handler = move |method: Method, uri: Uri, headers: HeaderMap, bytes: Bytes| {
            let _ = sender.send(ReceivedRequest { method, uri, headers, body: String::from_utf8_lossy(&bytes).into_owned() });
            let mut answers = answers.lock().unwrap();
            let (status, kind, body) = if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0] };
            let turns = Arc::clone(&of_handler);
            async move {
                turns.acquire().await.unwrap().forget();
                (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body)
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
        Self { url, requests, turns }
    }

    pub async fn next(&mut self) -> ReceivedRequest {
        tokio::time::timeout(TIMEOUT, self.requests.recv()).await.expect("no request was received").unwrap()
    }

    pub fn has_no_request(&mut self) -> bool {
        self.requests.try_recv().is_err()
    }
}
