//! Profile pictures.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use guildhall_model::codes::users as codes;
use guildhall_services::users::{PICTURE_BYTES_MAX, Picture};
use guildhall_wire::common::{OK, StatusOk, UserRef};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::App;
use crate::error::ApiResult;
use crate::etag::IfNoneMatch;
use crate::extract::{Json, Me, Path};
use crate::multipart::{self, Parts};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/image", Gate::SessionOrLocal, get_profile_image)
        .post("/users/{user_id}/image", Gate::SessionOrLocal, set_profile_image)
        .delete("/users/{user_id}/image", Gate::SessionOrLocal, set_default_profile_image)
        .get("/users/{user_id}/image/default", Gate::SessionOrLocal, get_default_profile_image)
}

/// Clients request a different URL when an uploaded picture changes; a generated one changes with the username.
async fn get_profile_image(State(app): State<App>, me: Me, if_none_match: IfNoneMatch, Path(user): Path<UserRef>) -> ApiResult<Response> {
    let user = app.services.users().user(&me, user.resolve(me.user_id)).await?;
    let is_generated = user.last_picture_update.is_zero();
    let tag = if is_generated { format!("{}.{}", user.id, user.username) } else { format!("{}.{}", user.id, user.last_picture_update.0) };
    let headers = cache_headers(&tag, if is_generated { "max-age=300, private" } else { "max-age=86400, private" });
    if if_none_match.matches(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok(picture_response(headers, app.services.users().picture(&me, &user).await?))
}

async fn get_default_profile_image(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Response> {
    let user = app.services.users().user(&me, user.resolve(me.user_id)).await?;
    let tag = format!("{}.{}", user.id, user.username);
    Ok(picture_response(cache_headers(&tag, "max-age=300, private"), app.services.users().default_picture(&user).await?))
}

fn cache_headers(tag: &str, cache: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    headers
}

fn picture_response(headers: HeaderMap, picture: Picture) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(picture.content_type))], headers, picture.bytes).into_response()
}

async fn set_profile_image(State(app): State<App>, me: Me, Path(user): Path<UserRef>, request: Request) -> ApiResult<Json<StatusOk>> {
    let picture = read_picture(request).await?;
    app.services.users().set_picture(&me, user.resolve(me.user_id), picture).await?;
    Ok(Json(OK))
}

async fn read_picture(request: Request) -> ApiResult<Bytes> {
    let boundary = multipart::boundary(request.headers()).ok_or(codes::IMAGE_MISSING)??;
    let mut parts = Parts::new(request, boundary);
    let mut picture = None;
    while let Some(part) = parts.next().await? {
        if part.name() != "image" {
            part.bytes(PICTURE_BYTES_MAX).await?;
        } else if picture.is_some() {
            return Err(codes::IMAGE_SEVERAL.into());
        } else {
            let too_large = || codes::IMAGE_TOO_LARGE.with("limit", PICTURE_BYTES_MAX);
            picture = Some(part.bytes(PICTURE_BYTES_MAX).await?.ok_or_else(too_large)?);
        }
    }
    Ok(Bytes::from(picture.ok_or(codes::IMAGE_MISSING)?))
}

async fn set_default_profile_image(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().reset_picture(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}
