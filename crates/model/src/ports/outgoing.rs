//! HTTP requests to other servers: webhooks, slash commands, link previews.

use async_trait::async_trait;
use bytes::Bytes;

use crate::{AddressList, Result};

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
    /// For the whole request: name resolution, connection and the complete response.
    pub timeout_ms: u64,
    /// A longer response body is an error.
    pub max_response_bytes: usize,
}

#[derive(Debug, Clone)]
pub struct OutgoingResponse {
    pub status: u16,
    /// Names in lower case, in the order of the response.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl OutgoingResponse {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Sends to public addresses, and to those private ones that are allowed.
/// Follows no redirects, keeps no cookies, uses no proxy.
#[async_trait]
pub trait OutgoingHttp: Send + Sync {
    /// Any status is a response, not an error. A target that is not allowed is `codes::outgoing::REFUSED`,
    /// a failed or late response `codes::outgoing::FAILED`.
    async fn send(&self, request: OutgoingRequest) -> Result<OutgoingResponse>;

    /// Replaces the private addresses and hosts that are allowed.
    fn set_allowed_addresses(&self, allowed: AddressList);
}
