//! Responses with a file: complete or in part, streamed, and never executed in our origin.

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
use super::range::{Selection, Validators, select};
use crate::App;
use crate::error::ApiResult;

/// Allows images and media of the file itself; no scripts, no forms, and an opaque origin.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

pub(super) async fn file_response(
    app: &App,
    content: FileContent,
    request_headers: &HeaderMap,
    as_attachment: bool,
) -> ApiResult<Response> {
    let (total_bytes, media_type) = app.services.files().size_and_type(&content).await?;
    let version = Validators { etag: format!("\"{}\"", content.tag()), modified_at: content.file.update_at };
    let (status, range) = match select(request_headers, total_bytes, &version) {
        Selection::Full => (StatusCode::OK, None),
        Selection::Partial(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Selection::NotModified => (StatusCode::NOT_MODIFIED, None),
        Selection::NotSatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, None),
    };
    let mut response = match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => {
            let reader = app.services.files().open_file(&content, range).await?;
            Body::from_stream(reader.stream.map_err(std::io::Error::other)).into_response()
        }
        _ => Response::default(),
    };
    *response.status_mut() = status;
    set_file_headers(response.headers_mut(), &content.file.name, &media_type, &version, as_attachment);
    set_length_headers(response.headers_mut(), status, range, total_bytes);
    Ok(response)
}

fn set_file_headers(headers: &mut HeaderMap, name: &str, media_type: &str, version: &Validators, as_attachment: bool) {
    insert(headers, CONTENT_TYPE, content_type(media_type));
    insert(headers, CONTENT_DISPOSITION, &content_disposition(name, media_type, as_attachment));
    insert(headers, ETAG, &version.etag);
    insert(headers, LAST_MODIFIED, &version.last_modified());
    insert(headers, ACCEPT_RANGES, "bytes");
    insert(headers, CACHE_CONTROL, "private, no-cache");
    insert(headers, CONTENT_SECURITY_POLICY, POLICY);
    insert(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    insert(headers, X_FRAME_OPTIONS, "DENY");
}

fn set_length_headers(headers: &mut HeaderMap, status: StatusCode, range: Option<ByteRange>, total_bytes: u64) {
    match (status, range) {
        (StatusCode::OK, _) => insert(headers, CONTENT_LENGTH, &total_bytes.to_string()),
        (StatusCode::RANGE_NOT_SATISFIABLE, _) => insert(headers, CONTENT_RANGE, &format!("bytes */{total_bytes}")),
        (_, Some(ByteRange { start, end })) => {
            insert(headers, CONTENT_LENGTH, &end.saturating_sub(start).to_string());
            insert(headers, CONTENT_RANGE, &format!("bytes {start}-{}/{total_bytes}", end.saturating_sub(1)));
        }
        _ => {}
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
