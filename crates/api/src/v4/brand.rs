//! The picture where people log in.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::TryStreamExt;
use guildhall_model::Permission;
use guildhall_model::codes::brand as codes;
use guildhall_services::brand::IMAGE_BYTES_MAX;
use guildhall_wire::common::{OK, StatusOk};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::App;
use crate::error::ApiResult;
use crate::etag::IfNoneMatch;
use crate::extract::{Json, Me};
use crate::multipart::{self, Parts};
use crate::routes::{Gate, Routes};

const EDIT: Gate = Gate::System(Permission::EditBrand);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/brand/image", Gate::Public, get_brand_image).post("/brand/image", EDIT, upload_brand_image).delete(
        "/brand/image",
        EDIT,
        delete_brand_image,
    )
}

/// Its address stays the same, so browsers ask each time, and get 304 for the picture that they have.
async fn get_brand_image(State(app): State<App>, if_none_match: IfNoneMatch) -> ApiResult<Response> {
    let brand = app.services.brand();
    let key = brand.brand_image_key().await?;
    let tag = key.to_string();
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    if if_none_match.matches(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let image = brand.brand_image(&key).await?;
    headers.insert(CONTENT_LENGTH, HeaderValue::from(image.size_bytes));
    Ok((headers, Body::from_stream(image.stream.map_err(std::io::Error::other))).into_response())
}

async fn upload_brand_image(State(app): State<App>, Me(me): Me, request: Request) -> ApiResult<(StatusCode, Json<StatusOk>)> {
    let boundary = multipart::boundary(request.headers()).ok_or(codes::MISSING)??;
    let mut parts = Parts::new(request, boundary);
    let mut picture = None;
    while let Some(part) = parts.next().await? {
        if part.name() != "image" {
            drop(part.text().await?);
        } else if picture.is_some() {
            return Err(codes::SEVERAL.into());
        } else {
            let too_large = || codes::TOO_LARGE.with("limit", IMAGE_BYTES_MAX);
            picture = Some(part.bytes(IMAGE_BYTES_MAX).await?.ok_or_else(too_large)?);
        }
    }
    let picture = Bytes::from(picture.ok_or(codes::MISSING)?);
    app.services.brand().set_brand_image(&me, picture).await?;
    Ok((StatusCode::CREATED, Json(OK)))
}

async fn delete_brand_image(State(app): State<App>, Me(me): Me) -> ApiResult<Json<StatusOk>> {
    app.services.brand().remove_brand_image(&me).await?;
    Ok(Json(OK))
}
