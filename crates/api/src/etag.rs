//! ETags, unquoted as Mattermost sends them: what a client has already is answered with 304.
//! A handler gives a tag where it knows one without making the body; every other JSON answer gets its hash.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hasher};

use axum::body::{Body, HttpBody};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use guildhall_wire::API_LEVEL;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::extract::Json;

/// Longer answers are files, which have validators of their own.
const HASHED_BYTES_MAX: u64 = 8 * 1024 * 1024;

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

/// Tags a JSON answer that its handler left untagged, and leaves the body out where the client has it.
pub(crate) async fn validate(response: Response, known: &IfNoneMatch) -> Response {
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let is_whole = response.body().size_hint().exact().is_some_and(|bytes| bytes <= HASHED_BYTES_MAX);
    if response.status() != StatusCode::OK || response.headers().contains_key(ETAG) || !is_json || !is_whole {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The whole of it is in memory already, so this neither waits nor fails.
    let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let hash: String = Sha256::digest(&bytes)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("{API_LEVEL}.{hash}");
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(ETAG, value);
    }
    if known.has(&tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The same for lists that have no version of their own: the tag is a hash of what they say.
pub fn tagged_by_content<T: Serialize>(known: &IfNoneMatch, body: &T) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&guildhall_wire::json::to_vec(body).unwrap_or_default());
    tagged(known, &format!("{}.{:016x}", guildhall_wire::API_LEVEL, hasher.finish()), || body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_untagged_answer_is_known_by_its_hash() {
        let first = validate(Json([1, 2, 3]).into_response(), &IfNoneMatch::default()).await;
        let known = IfNoneMatch(first.headers()[ETAG].to_str().unwrap().to_owned());
        let same = validate(Json([1, 2, 3]).into_response(), &known).await;
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(same.body().size_hint().exact(), Some(0));
        let changed = validate(Json([1, 2, 4]).into_response(), &known).await;
        assert_eq!(changed.status(), StatusCode::OK);
    }

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
