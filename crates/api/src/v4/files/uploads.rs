//! Resumable uploads: creating them, reading their offset, and sending data.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::{context, files as codes};
use guildhall_model::id::UploadId;
use guildhall_services::files::{NewUpload, Upload as Progress};
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::file::{ATTACHMENT, CreateUpload, FileInfo, Upload};
use http::StatusCode;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::multipart::{self, Parts};

fn to_wire(upload: Progress) -> Upload {
    Upload::new(upload.session, upload.offset_bytes)
}

pub(super) async fn create_upload(State(app): State<App>, me: Me, Json(body): Json<CreateUpload>) -> ApiResult<Created<Upload>> {
    if !matches!(body.kind.as_str(), "" | ATTACHMENT) {
        return Err(context::INVALID_PARAM.with("name", "type").into());
    }
    let new = NewUpload { channel_id: body.channel_id, filename: body.filename, size_bytes: body.file_size };
    Ok(Created(to_wire(app.services.files().create_upload(&me, new).await?)))
}

pub(super) async fn get_upload(State(app): State<App>, me: Me, Path(id): Path<UploadId>) -> ApiResult<Json<Upload>> {
    Ok(Json(to_wire(app.services.files().upload(&me, id).await?)))
}

pub(super) async fn get_uploads_for_user(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<Upload>>> {
    let uploads = app.services.files().uploads_of_user(&me, user.resolve(me.user_id)).await?;
    Ok(Json(uploads.into_iter().map(to_wire).collect()))
}

/// Ours: Mattermost has only the expiry of uploads.
pub(super) async fn cancel_upload(State(app): State<App>, me: Me, Path(id): Path<UploadId>) -> ApiResult<Json<StatusOk>> {
    app.services.files().cancel_upload(&me, id).await?;
    Ok(Json(OK))
}

/// The next chunk, as the body or as its first part.
pub(super) async fn upload_data(State(app): State<App>, me: Me, Path(id): Path<UploadId>, request: Request) -> ApiResult<Response> {
    let completed = match multipart::boundary(request.headers()) {
        Some(boundary) => {
            let mut parts = Parts::new(request, boundary?);
            let part = parts.next().await?.ok_or(codes::NO_FILE)?;
            app.services.files().upload_data(&me, id, part.into_stream()).await?
        }
        None => app.services.files().upload_data(&me, id, multipart::body_stream(request)).await?,
    };
    Ok(match completed {
        Some(file) => Json(FileInfo::from(file)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
