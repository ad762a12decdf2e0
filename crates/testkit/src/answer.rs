//! What came back, and what tests ask of it.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Answer {
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub(crate) async fn of(request: String, response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Self { request, status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The body as JSON; fails the test where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: no JSON ({error}): {:?}", self.request, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The JSON of an answer that must be a success (null for an empty body).
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {} {}", self.request, self.status, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Status and id of an answer that must be an error in Mattermost's form.
    #[track_caller]
    pub fn error(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(body["status_code"], self.status, "{}: {body}", self.request);
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{}: {body}", self.request);
        (self.status, body["id"].as_str().unwrap_or_else(|| panic!("{}: {body}", self.request)).to_owned())
    }

    #[track_caller]
    pub fn refused(&self, status: u16, id: &str) {
        assert_eq!(self.error(), (status, id.to_owned()), "{}", self.request);
    }
}
