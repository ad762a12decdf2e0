//! Exports of what is stored about a person. They are not of Mattermost.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use guildhall_model::id::DataExportId;
use guildhall_wire::common::UserRef;
use guildhall_wire::data_export::DataExport;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/{user_id}/data_exports", Gate::SessionOrLocal, request_data_export)
        .get("/users/{user_id}/data_exports", Gate::SessionOrLocal, get_data_exports)
        .get("/users/{user_id}/data_exports/{export_id}", Gate::SessionOrLocal, download_data_export)
}

async fn request_data_export(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Created<DataExport>> {
    Ok(Created(app.services.data_exports().request_export(&me, user.resolve(me.user_id)).await?.into()))
}

async fn get_data_exports(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<DataExport>>> {
    let exports = app.services.data_exports().exports_of(&me, user.resolve(me.user_id)).await?;
    Ok(Json(exports.into_iter().map(DataExport::from).collect()))
}

async fn download_data_export(State(app): State<App>, me: Me, Path((user, id)): Path<(UserRef, DataExportId)>) -> ApiResult<Response> {
    let archive = app.services.data_exports().download_export(&me, user.resolve(me.user_id), id).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"data-export.zip\"")),
        (CONTENT_LENGTH, HeaderValue::from(archive.content.total_bytes)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(archive.content.stream.map_err(std::io::Error::other))).into_response())
}
