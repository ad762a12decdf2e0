//! The JSON that other programs send: as the body itself, or as the `payload` of a form.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use guildhall_model::codes::integrations as codes;
use guildhall_wire::webhook::BODY_BYTES_MAX;
use http::header::CONTENT_TYPE;
use url::form_urlencoded;

use crate::error::{ApiError, ApiResult};
use crate::extract::body_bytes;
use crate::multipart::{self, Parts};

pub(super) async fn payload(request: Request<Body>) -> ApiResult<Bytes> {
    if let Some(boundary) = multipart::boundary(request.headers()) {
        return from_parts(request, boundary.map_err(|error| codes::HOOK_BODY.because(error))?).await;
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let body = body_bytes(request, BODY_BYTES_MAX).await?;
    // Programs that send JSON and call it a form are many.
    if is_form && !body.trim_ascii_start().starts_with(b"{") { from_form(&body) } else { Ok(body) }
}

fn from_form(body: &[u8]) -> ApiResult<Bytes> {
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload").map(|(_, value)| value.into_owned());
    payload.map(Bytes::from).ok_or_else(|| codes::HOOK_BODY.into())
}

async fn from_parts(request: Request<Body>, boundary: String) -> ApiResult<Bytes> {
    let broken = |error| ApiError(codes::HOOK_BODY.because(error));
    let mut parts = Parts::of(request, boundary);
    while let Some(part) = parts.next().await.map_err(broken)? {
        let is_payload = part.name() == "payload";
        let bytes = part.bytes(BODY_BYTES_MAX).await.map_err(broken)?;
        let bytes = bytes.ok_or_else(|| guildhall_model::codes::context::BODY_TOO_LARGE.with("limit", BODY_BYTES_MAX))?;
        if is_payload {
            return Ok(bytes.into());
        }
    }
    Err(codes::HOOK_BODY.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_the_payload() {
        assert_eq!(from_form(b"a=1&payload=%7B%22text%22%3A%22a+b%22%7D").unwrap(), r#"{"text":"a b"}"#);
        for broken in [&b""[..], b"payload", b"%%%=\xff&&&", b"other=1"] {
            let _ = from_form(broken);
        }
    }
}
