//! Errors of handlers: they return `ApiError`, and the outermost layer logs it and writes the body, once.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use guildhall_model::{Code, Error};
use http::StatusCode;

pub type ApiResult<T> = Result<T, ApiError>;

#[derive(Debug)]
pub struct ApiError(pub Error);

/// Stored in a response's extensions for the layer that knows the request's id and writes the body.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub Arc<Error>);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(guildhall_wire::error::status_code(self.0.code.kind)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Failure(Arc::new(self.0)));
        response
    }
}
