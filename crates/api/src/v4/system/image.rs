//! Pictures of other servers, for messages that name them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Me, Query};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageQuery {
    url: String,
}

pub(super) async fn get_image_by_url(State(app): State<App>, me: Me, Query(query): Query<ImageQuery>) -> ApiResult<Response> {
    let image = app.services.image_proxy().image_by_url(&me, &query.url).await?;
    let kind = HeaderValue::from_str(&image.mime_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, HeaderValue::from_static("max-age=86400, private")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, image.bytes).into_response())
}
