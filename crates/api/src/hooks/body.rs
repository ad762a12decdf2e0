//! The JSON that other programs send: as the body itself, or as the `payload` of a form.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use guildhall_model::codes::integrations as codes;
use guildhall_wire::webhook::BODY_BYTES_MAX;
use http::header::CONTENT_TYPE;
use url::form_urlencoded;

use crate::error::{ApiError, ApiResult};
use crate::extract::read_body;
use crate::multipart::{self, Parts};

pub(super) async fn read_payload(request: Request<Body>) -> ApiResult<Bytes> {
    if let Some(boundary) = multipart::boundary(request.headers()) {
        return payload_of_parts(request, boundary.map_err(|error| codes::HOOK_BODY.with_source(error))?).await;
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let body = read_body(request, BODY_BYTES_MAX).await?;
    // Many programs send JSON with the content type of a form.
    if is_form && !body.trim_ascii_start().starts_with(b"{") { payload_of_form(&body) } else { Ok(body) }
}

fn payload_of_form(body: &[u8]) -> ApiResult<Bytes> {
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload").map(|(_, value)| value.into_owned());
    payload.map(Bytes::from).ok_or_else(|| codes::HOOK_BODY.into())
}

async fn payload_of_parts(request: Request<Body>, boundary: String) -> ApiResult<Bytes> {
    let invalid_body = |error| ApiError(codes::HOOK_BODY.with_source(error));
    let mut parts = Parts::new(request, boundary);
    while let Some(part) = parts.next().await.map_err(invalid_body)? {
        let is_payload = part.name() == "payload";
        let bytes = part.bytes(BODY_BYTES_MAX).await.map_err(invalid_body)?;
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
    fn the_payload_of_a_form_is_decoded_and_malformed_forms_do_not_panic() {
        assert_eq!(payload_of_form(b"a=1&payload=%7B%22text%22%3A%22a+b%22%7D").unwrap(), r#"{"text":"a b"}"#);
        for malformed in [&b""[..], b"payload", b"%%%=\xff&&&", b"other=1"] {
            let _ = payload_of_form(malformed);
        }
    }
}
