//! The JSON that other programs send: as the body itself, as the `payload` of a form, or as a form's fields.

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use guildhall_model::codes::{context, integrations as codes};
use guildhall_model::text::Charset;
use guildhall_model::text::json;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::error::{ApiError, ApiResult};
use crate::extract::read_body;
use crate::multipart::{self, Parts, charset_of};

/// Fields of forms whose values are texts, and those whose values are JSON.
const TEXT_FIELDS: &[&str] =
    &["text", "username", "icon_url", "icon_emoji", "channel", "type", "response_type", "channel_id", "goto_location"];
const JSON_FIELDS: &[&str] = &["attachments", "props", "extra_responses"];
/// Further fields of a form are ignored.
const FIELDS_MAX: usize = 1_000;

/// A JSON document in a character set.
pub(super) struct Payload {
    pub body: Bytes,
    pub charset: Charset,
}

impl From<String> for Payload {
    fn from(text: String) -> Self {
        Self { body: text.into(), charset: Charset::default() }
    }
}

pub(super) async fn read_payload(request: Request<Body>, limit_bytes: usize) -> ApiResult<Payload> {
    if let Some(boundary) = multipart::boundary(request.headers()) {
        return payload_of_parts(request, boundary.map_err(|error| codes::HOOK_BODY.with_source(error))?, limit_bytes).await;
    }
    let charset = charset_of(request.headers());
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let body = read_body(request, limit_bytes).await?;
    // Many programs send JSON with the content type of a form.
    if is_form && !charset.decode(&body).trim_start().starts_with('{') {
        return payload_of_fields(form_fields(&body, charset));
    }
    Ok(Payload { body, charset })
}

async fn payload_of_parts(request: Request<Body>, boundary: String, limit_bytes: usize) -> ApiResult<Payload> {
    let invalid_body = |error| ApiError(codes::HOOK_BODY.with_source(error));
    let form_charset = charset_of(request.headers());
    let mut parts = Parts::new(request, boundary);
    let (mut fields, mut total_bytes) = (Vec::new(), 0);
    while let Some(part) = parts.next().await.map_err(invalid_body)? {
        let (name, is_file) = (part.name().to_owned(), !part.filename().is_empty());
        let charset = if part.charset() == Charset::default() { form_charset } else { part.charset() };
        let bytes = part.bytes(limit_bytes - total_bytes).await.map_err(invalid_body)?;
        let bytes = bytes.ok_or_else(|| context::BODY_TOO_LARGE.with("limit", limit_bytes))?;
        total_bytes += bytes.len();
        // `curl -F payload=@message.json` sends the payload as a file.
        if !is_file || name == "payload" {
            fields.push((name, charset.decode_text(&bytes)));
        }
    }
    payload_of_fields(fields)
}

/// The names and values of a form. Percent escapes are bytes of the form's character set.
fn form_fields(body: &[u8], charset: Charset) -> Vec<(String, String)> {
    let decode = |text: &[u8]| {
        let text: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        let bytes: Vec<u8> = percent_decode(&text).collect();
        charset.decode_text(&bytes)
    };
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(FIELDS_MAX);
    let split = |pair: &[u8]| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        (decode(halves.next().unwrap_or_default()), decode(halves.next().unwrap_or_default()))
    };
    pairs.map(split).collect()
}

/// The field `payload`, else a JSON object of the known fields.
fn payload_of_fields(fields: Vec<(String, String)>) -> ApiResult<Payload> {
    let mut message = Map::new();
    for (name, value) in fields {
        let name = name.trim().to_ascii_lowercase();
        if name == "payload" {
            return Ok(value.into());
        }
        if TEXT_FIELDS.contains(&name.as_str()) {
            message.insert(name, value.into());
        } else if JSON_FIELDS.contains(&name.as_str()) && !value.trim().is_empty() {
            let value: Value = json::from_slice(value.as_bytes()).map_err(|error| codes::HOOK_BODY.with_source(error))?;
            message.insert(name, value);
        }
    }
    if message.is_empty() { Err(codes::HOOK_BODY.into()) } else { Ok(Value::Object(message).to_string().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &[u8], content_type: &str) -> ApiResult<String> {
        let payload = payload_of_fields(form_fields(body, Charset::of_content_type(content_type)))?;
        Ok(payload.charset.decode(&payload.body).into_owned())
    }

    #[test]
    fn the_payload_of_a_form_is_decoded_and_malformed_forms_do_not_panic() {
        assert_eq!(form(b"a=1&payload=%7B%22text%22%3A%22a+b%22%7D", "").unwrap(), r#"{"text":"a b"}"#);
        for malformed in [&b""[..], b"payload", b"%%%=\xff&&&", b"other=1", b"attachments=nonsense"] {
            let _ = form(malformed, "");
        }
        assert!(form(b"other=1", "").is_err() && form(b"attachments=[", "").is_err());
    }

    #[test]
    fn the_fields_of_a_form_are_a_message() {
        let fields = b"Text=%3Ca%3E+%26+%2B&username=ci&text=last&other=1&attachments=%5B%7B%22text%22%3A1%7D%5D&props=";
        assert_eq!(form(fields, "").unwrap(), r#"{"attachments":[{"text":1}],"text":"last","username":"ci"}"#);
    }

    #[test]
    fn forms_have_character_sets() {
        assert_eq!(form(b"text=Gr%F6%DFe", "").unwrap(), r#"{"text":"Größe"}"#);
        assert_eq!(form(b"text=Gr%C3%B6%C3%9Fe", "").unwrap(), r#"{"text":"Größe"}"#);
        let cyrillic = "application/x-www-form-urlencoded; charset=windows-1251";
        assert_eq!(form(b"text=%CF%F0%E8%E2%E5%F2%00", cyrillic).unwrap(), "{\"text\":\"Привет\u{fffd}\"}");
    }
}
