//! A response of the server, and assertions about it.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct TestResponse {
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl TestResponse {
    pub(crate) async fn new(request: String, response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Self { request, status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The body as JSON; panics if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: no JSON ({error}): {:?}", self.request, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The JSON of the response, null for an empty body; panics unless the status is a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {} {}", self.request, self.status, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Status and id of the response; panics unless it is an error in Mattermost's form.
    #[track_caller]
    pub fn error(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(body["status_code"], self.status, "{}: {body}", self.request);
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{}: {body}", self.request);
        (self.status, body["id"].as_str().unwrap_or_else(|| panic!("{}: {body}", self.request)).to_owned())
    }

    /// Asserts that the response is an error with this status and id.
    #[track_caller]
    pub fn assert_error(&self, status: u16, id: &str) {
        assert_eq!(self.error(), (status, id.to_owned()), "{}", self.request);
    }
}
