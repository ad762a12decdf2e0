//! HTTP requests that the server makes on somebody's behalf: webhooks, slash commands, link previews.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Result;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
}

#[derive(Debug, Clone)]
pub struct OutgoingRequest {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// For everything: the name, the connection, the answer's last byte.
    pub timeout_ms: u64,
    /// An answer with a longer body is an error.
    pub max_response_bytes: usize,
}

#[derive(Debug, Clone)]
pub struct OutgoingResponse {
    pub status: u16,
    /// Names in lower case, in the order of the answer.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl OutgoingResponse {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Sends to addresses on the open internet only, and to the private ones that the configuration names.
/// Follows no redirects, keeps no cookies, uses no proxy.
#[async_trait]
pub trait OutgoingHttp: Send + Sync {
    /// Any status is an answer. A target that may not be reached is `codes::outgoing::REFUSED`,
    /// one that does not answer well or in time `codes::outgoing::FAILED`.
    async fn send(&self, request: OutgoingRequest) -> Result<OutgoingResponse>;
}
