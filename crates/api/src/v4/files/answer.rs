//! A file as an answer: whole or in part, streamed, and never something that runs in our origin.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use guildhall_model::ports::ByteRange;
use guildhall_services::files::FileContent;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::disposition::{content_disposition, content_type};
use super::range::{Validators, Wanted, wanted};
use crate::App;
use crate::error::ApiResult;

/// Pictures and players of the file itself, and nothing else: no scripts, no forms, an origin of its own.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

pub(super) async fn file(app: &App, content: FileContent, asked: &HeaderMap, save: bool) -> ApiResult<Response> {
    let (total_bytes, media_type) = app.services.files().measure(&content).await?;
    let version = Validators { etag: format!("\"{}\"", content.tag()), modified_at: content.file.update_at };
    let (status, range) = match wanted(asked, total_bytes, &version) {
        Wanted::All => (StatusCode::OK, None),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Wanted::Nothing => (StatusCode::NOT_MODIFIED, None),
        Wanted::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, None),
    };
    let mut response = match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {
            let reader = app.services.files().open_file(&content, range).await?;
            Body::from_stream(reader.stream.map_err(std::io::Error::other)).into_response()
        }
        _ => Response::default(),
    };
    *response.status_mut() = status;
    describe(response.headers_mut(), &content.file.name, &media_type, &version, save);
    measure(response.headers_mut(), status, range, total_bytes);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, name: &str, media_type: &str, version: &Validators, save: bool) {
    put(headers, CONTENT_TYPE, content_type(media_type));
    put(headers, CONTENT_DISPOSITION, &content_disposition(name, media_type, save));
    put(headers, ETAG, &version.etag);
    put(headers, LAST_MODIFIED, &version.last_modified());
    put(headers, ACCEPT_RANGES, "bytes");
    put(headers, CACHE_CONTROL, "private, no-cache");
    put(headers, CONTENT_SECURITY_POLICY, POLICY);
    put(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, X_FRAME_OPTIONS, "DENY");
}

fn measure(headers: &mut HeaderMap, status: StatusCode, range: Option<ByteRange>, total_bytes: u64) {
    match (status, range) {
        (StatusCode::OK, _) => put(headers, CONTENT_LENGTH, &total_bytes.to_string()),
        (StatusCode::RANGE_NOT_SATISFIABLE, _) => put(headers, CONTENT_RANGE, &format!("bytes */{total_bytes}")),
        (_, Some(ByteRange { start, end })) => {
            put(headers, CONTENT_LENGTH, &end.saturating_sub(start).to_string());
            put(headers, CONTENT_RANGE, &format!("bytes {start}-{}/{total_bytes}", end.saturating_sub(1)));
        }
        _ => {}
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
