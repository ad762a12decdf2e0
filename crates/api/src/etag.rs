//! ETags, unquoted as Mattermost sends them; a matching `If-None-Match` is answered with 304. Handlers set a tag that
//! they can compute without the body; every other JSON response is tagged with a hash of its body.

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

/// Longer responses are files, which have validators of their own.
const HASHED_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The header's value, as the client sent it.
#[derive(Debug, Clone, Default)]
pub struct IfNoneMatch(String);

impl IfNoneMatch {
    pub fn from_headers(headers: &HeaderMap) -> Self {
        Self(headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned())
    }

    /// Ignores quotes and `W/`, which proxies and browsers add.
    pub fn matches(&self, tag: &str) -> bool {
        self.0.split(',').any(|candidate| candidate.trim().trim_start_matches("W/").trim_matches('"') == tag)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// The body with its tag, or 304 without a body where the client has this version.
pub fn respond_with_etag<T: Serialize>(if_none_match: &IfNoneMatch, tag: &str, body: impl FnOnce() -> T) -> Response {
    let mut response = if if_none_match.matches(tag) { StatusCode::NOT_MODIFIED.into_response() } else { Json(body()).into_response() };
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}

/// Tags a JSON response that has no tag yet, and omits the body where the client has this version.
pub(crate) async fn tag_by_content(response: Response, if_none_match: &IfNoneMatch) -> Response {
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let is_short = response.body().size_hint().exact().is_some_and(|bytes| bytes <= HASHED_BYTES_MAX);
    if response.status() != StatusCode::OK || response.headers().contains_key(ETAG) || !is_json || !is_short {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The body is in memory already, so this neither waits nor fails.
    let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let hash: String = Sha256::digest(&bytes)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("{API_LEVEL}.{hash}");
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(ETAG, value);
    }
    if if_none_match.matches(&tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The same for lists that have no version: the tag is a hash of the body.
pub fn respond_with_content_etag<T: Serialize>(if_none_match: &IfNoneMatch, body: &T) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&guildhall_wire::json::to_vec(body).unwrap_or_default());
    respond_with_etag(if_none_match, &format!("{}.{:016x}", guildhall_wire::API_LEVEL, hasher.finish()), || body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_untagged_response_gets_a_hash_as_its_tag() {
        let first = tag_by_content(Json([1, 2, 3]).into_response(), &IfNoneMatch::default()).await;
        let if_none_match = IfNoneMatch(first.headers()[ETAG].to_str().unwrap().to_owned());
        let same = tag_by_content(Json([1, 2, 3]).into_response(), &if_none_match).await;
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(same.body().size_hint().exact(), Some(0));
        let changed = tag_by_content(Json([1, 2, 4]).into_response(), &if_none_match).await;
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[test]
    fn a_tag_matches_quoted_weak_or_in_a_list() {
        for text in ["a.1", "\"a.1\"", "W/\"a.1\"", "\"b\", \"a.1\""] {
            assert!(IfNoneMatch(text.to_owned()).matches("a.1"), "{text}");
        }
        for text in ["", "a.11", "*"] {
            assert!(!IfNoneMatch(text.to_owned()).matches("a.1"), "{text}");
        }
    }
}
