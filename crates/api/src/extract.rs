//! Extractors of handlers: bodies, paths and queries whose failures are Mattermost's errors, the caller and the client.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::text::json::from_slice_in;
use guildhall_model::{Actor, id::RequestId};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http_body_util::{BodyExt, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::App;
use crate::error::ApiError;
use crate::multipart::charset_of;

/// Largest JSON body that a handler reads, in bytes, if it is not a post. Files are streamed.
pub const JSON_BYTES_MAX: usize = 2 * 1024 * 1024;

/// JSON in, or out with status 200.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        read_json(request, JSON_BYTES_MAX).await.map(Self)
    }
}

/// JSON in, for operations where Mattermost treats an unreadable body as an empty one.
#[derive(Debug, Clone, Copy)]
pub struct JsonOrDefault<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for JsonOrDefault<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let charset = charset_of(request.headers());
        let bytes = read_body(request, JSON_BYTES_MAX).await?;
        Ok(Self(from_slice_in(&bytes, charset).unwrap_or_default()))
    }
}

/// JSON with a post in it, of any size that the setting of the message size allows.
#[derive(Debug, Clone, Copy)]
pub struct PostJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for PostJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read_json(request, app.services.settings().posts.max_body_bytes()).await.map(Self)
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, limit_bytes: usize) -> Result<T, ApiError> {
    let charset = charset_of(request.headers());
    let bytes = read_body(request, limit_bytes).await?;
    from_slice_in(&bytes, charset).map_err(|error| context::INVALID_PARAM.with("name", "body").with_source(error).into())
}

/// How long a body that is read into memory may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// The complete body; 413 beyond `limit_bytes`, 400 where it is interrupted or too slow.
pub async fn read_body(request: Request, limit_bytes: usize) -> Result<bytes::Bytes, ApiError> {
    read_body_within(request.into_body(), limit_bytes, BODY_TIMEOUT).await
}

async fn read_body_within(body: Body, limit_bytes: usize, timeout: Duration) -> Result<bytes::Bytes, ApiError> {
    let too_large = || ApiError(context::BODY_TOO_LARGE.with("limit", limit_bytes));
    // A declared length is rejected without reading.
    if body.size_hint().lower() > limit_bytes as u64 {
        return Err(too_large());
    }
    let unreadable = |error: axum::BoxError| ApiError(context::INVALID_PARAM.with("name", "body").with_source(error));
    match tokio::time::timeout(timeout, Limited::new(body, limit_bytes).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => Err(unreadable(error)),
        Err(elapsed) => Err(unreadable(elapsed.into())),
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match guildhall_wire::json::to_vec(&self.0) {
            Ok(bytes) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response(),
            Err(error) => ApiError(context::INTERNAL.with_source(error)).into_response(),
        }
    }
}

/// A list out as lines of JSON, an object each: how Mattermost answers where a client asks for all of a list.
#[derive(Debug, Clone)]
pub struct JsonLines<T>(pub Vec<T>);

impl<T: Serialize> IntoResponse for JsonLines<T> {
    fn into_response(self) -> Response {
        let mut lines = Vec::new();
        for item in &self.0 {
            match guildhall_wire::json::to_vec(item) {
                Ok(line) => lines.extend(line),
                Err(error) => return ApiError(context::INTERNAL.with_source(error)).into_response(),
            }
            lines.push(b'\n');
        }
        ([(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))], lines).into_response()
    }
}

/// JSON out with status 201.
#[derive(Debug, Clone, Copy)]
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// The parameters of the path, in order (a tuple) or by name (a struct).
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(context::INVALID_URL_PARAM.with("name", invalid_param_name(parts, state, &rejection).await).into()),
        }
    }
}

/// The name of the invalid parameter: the first that is named like an id and is none.
async fn invalid_param_name<S: Send + Sync>(parts: &mut Parts, state: &S, rejection: &PathRejection) -> String {
    if let Ok(params) = RawPathParams::from_request_parts(parts, state).await {
        let invalid =
            params.iter().find(|(name, value)| name.ends_with("_id") && *value != "me" && guildhall_model::id::decode(value).is_none());
        if let Some((name, _)) = invalid.or_else(|| params.iter().next()) {
            return name.to_owned();
        }
    }
    rejection.status().to_string()
}

/// The query's parameters.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => Err(context::INVALID_URL_PARAM.with("name", "query").with_source(error).into()),
        }
    }
}

/// The authenticated caller. Behind `Gate::Public` use `Option<Me>`; behind `Gate::SessionOrLocal`, `Gate::SettingUp` and `Gate::System`
/// it can be the local administrator, which has no account.
#[derive(Debug, Clone)]
pub struct Me(pub Actor);

impl std::ops::Deref for Me {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| context::SESSION_EXPIRED.into())
    }
}

impl<S: Send + Sync> axum::extract::OptionalFromRequestParts<S> for Me {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ApiError> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// The id of a request, and the client that sent it.
#[derive(Debug, Clone)]
pub struct Client {
    pub request_id: RequestId,
    /// The address of the peer, or the one that a trusted proxy forwarded.
    pub address: Option<IpAddr>,
    pub user_agent: String,
    /// The connection is encrypted, or the client's is according to a trusted proxy.
    pub is_secure: bool,
    /// Host and port that the client connected to; empty if unknown. Trusted proxies may forward another than they send.
    pub host: String,
    /// A program of this machine, as far as can be seen.
    pub is_on_this_machine: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| context::INTERNAL.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_that_are_too_long_or_too_slow_are_rejected() {
        let never = || futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>();
        let read = async |body: Body| read_body_within(body, 4, Duration::from_millis(1)).await.map_err(|ApiError(error)| error);
        assert_eq!(read(Body::from("1234")).await.unwrap(), "1234");
        assert!(read(Body::from("12345")).await.is_err_and(|error| error.is(context::BODY_TOO_LARGE)));
        let long = Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>("123"), Ok("45")]));
        assert!(read(long).await.is_err_and(|error| error.is(context::BODY_TOO_LARGE)));
        assert!(read(Body::from_stream(never())).await.is_err_and(|error| error.is(context::INVALID_PARAM)));
    }
}
