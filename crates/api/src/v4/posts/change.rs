//! Editing, pinning and deleting posts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_services::posts::PostPatch;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::post as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, PostJson, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .put("/posts/{post_id}", Gate::Session, update_post)
        .put("/posts/{post_id}/patch", Gate::Session, patch_post)
        .delete("/posts/{post_id}", Gate::Session, delete_post)
        .post("/posts/{post_id}/pin", Gate::Session, pin_post)
        .post("/posts/{post_id}/unpin", Gate::Session, unpin_post)
        .get("/posts/{post_id}/edit_history", Gate::Session, get_edit_history_for_post)
        .post("/posts/{post_id}/restore/{restore_version_id}", Gate::Session, restore_post_version)
}

async fn update_post(
    State(app): State<App>,
    me: Me,
    Path(id): Path<PostId>,
    PostJson(patch): PostJson<wire::PostPatch>,
) -> ApiResult<Response> {
    if patch.id != Some(id.to_string()) {
        return Err(context::INVALID_PARAM.with("name", "id").into());
    }
    edit(&app, &me, id, patch).await
}

async fn patch_post(
    State(app): State<App>,
    me: Me,
    Path(id): Path<PostId>,
    PostJson(patch): PostJson<wire::PostPatch>,
) -> ApiResult<Response> {
    edit(&app, &me, id, patch).await
}

async fn edit(app: &App, me: &Me, id: PostId, patch: wire::PostPatch) -> ApiResult<Response> {
    let patch = PostPatch { message: patch.message, is_pinned: patch.is_pinned, props: patch.props, file_ids: patch.file_ids };
    let post = app.services.posts().edit_post(me, id, patch).await?;
    Ok(Json(wire::Post::from(&post)).into_response())
}

#[derive(Deserialize)]
struct DeleteQuery {
    permanent: Option<String>,
}

async fn delete_post(
    State(app): State<App>,
    me: Me,
    Path(id): Path<PostId>,
    Query(query): Query<DeleteQuery>,
) -> ApiResult<Json<StatusOk>> {
    if query.permanent.as_deref() == Some("true") {
        return Err(codes::PERMANENT_DELETION_DISABLED.into());
    }
    app.services.posts().delete_post(&me, id).await?;
    Ok(Json(OK))
}

async fn pin_post(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Json<StatusOk>> {
    app.services.posts().pin_post(&me, id, true).await?;
    Ok(Json(OK))
}

async fn unpin_post(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Json<StatusOk>> {
    app.services.posts().pin_post(&me, id, false).await?;
    Ok(Json(OK))
}

async fn get_edit_history_for_post(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Response> {
    let versions = app.services.posts().edit_history(&me, id).await?;
    Ok(Json(versions.iter().map(wire::Post::from).collect::<Vec<_>>()).into_response())
}

async fn restore_post_version(State(app): State<App>, me: Me, Path((id, version)): Path<(PostId, PostId)>) -> ApiResult<Response> {
    let post = app.services.posts().restore_post_version(&me, id, version).await?;
    Ok(Json(wire::Post::from(&post)).into_response())
}
