//! The JSON of errors: `{id, message, detailed_error, request_id, status_code}`.

use guildhall_model::{Error, Kind};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    pub id: String,
    pub message: String,
    pub detailed_error: String,
    #[serde(default)]
    pub request_id: String,
    pub status_code: u16,
}

/// The HTTP status of a kind of failure.
pub const fn status_code(kind: Kind) -> u16 {
    match kind {
        Kind::BadRequest => 400,
        Kind::Unauthorized => 401,
        Kind::Forbidden => 403,
        Kind::NotFound => 404,
        Kind::MethodNotAllowed => 405,
        Kind::Conflict => 409,
        Kind::TooLarge => 413,
        Kind::Unprocessable => 422,
        Kind::TooManyRequests => 429,
        Kind::Internal => 500,
        Kind::NotImplemented => 501,
        Kind::Unavailable => 503,
        Kind::InsufficientStorage => 507,
    }
}

/// The error for a client. The cause is logged only.
pub fn body(error: &Error, request_id: &str) -> ErrorBody {
    ErrorBody {
        id: error.code.id.to_owned(),
        message: error.message().replace("{request_id}", request_id),
        detailed_error: String::new(),
        request_id: request_id.to_owned(),
        status_code: status_code(error.code.kind),
    }
}
