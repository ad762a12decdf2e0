//! ETags, unquoted as Mattermost sends them: what a client has already is answered with 304.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::extract::Json;

/// The tags that the client has, as it sent them.
#[derive(Debug, Clone, Default)]
pub struct IfNoneMatch(String);

impl IfNoneMatch {
    pub fn of(headers: &HeaderMap) -> Self {
        Self(headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned())
    }

    /// Proxies and browsers quote tags and call them weak on the way.
    pub fn has(&self, tag: &str) -> bool {
        self.0.split(',').any(|known| known.trim().trim_start_matches("W/").trim_matches('"') == tag)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// The body with its tag, or 304 without a body where the client has it.
pub fn tagged<T: Serialize>(known: &IfNoneMatch, tag: &str, body: impl FnOnce() -> T) -> Response {
    let mut response = if known.has(tag) { StatusCode::NOT_MODIFIED.into_response() } else { Json(body()).into_response() };
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_quoted_weak_or_among_others() {
        for text in ["a.1", "\"a.1\"", "W/\"a.1\"", "\"b\", \"a.1\""] {
            assert!(IfNoneMatch(text.to_owned()).has("a.1"), "{text}");
        }
        for text in ["", "a.11", "*"] {
            assert!(!IfNoneMatch(text.to_owned()).has("a.1"), "{text}");
        }
    }
}
