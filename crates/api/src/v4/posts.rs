//! The operations on posts.

mod lists;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::PostId;
use guildhall_services::posts::NewPost;
use guildhall_wire::post as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/posts", Gate::Session, create_post).get("/posts/{post_id}", Gate::Session, get_post).with(lists::routes)
}

async fn create_post(State(app): State<App>, me: Me, Json(body): Json<wire::NewPost>) -> ApiResult<Response> {
    let post = app.services.create_post(&me, draft(body)?).await?;
    Ok(Created(wire::Post::from(&post)).into_response())
}

async fn get_post(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Response> {
    let post = app.services.get_post(&me, id).await?;
    Ok(Json(wire::Post::from(&post)).into_response())
}

/// A post without a channel is one that nobody may write.
fn draft(body: wire::NewPost) -> ApiResult<NewPost> {
    let channel_id = body.channel_id.as_deref().and_then(|id| id.parse().ok()).ok_or(context::PERMISSIONS)?;
    let root_id = match body.root_id.as_deref() {
        None | Some("") => None,
        Some(id) => Some(id.parse().map_err(|_| guildhall_model::codes::posts::BAD_ROOT)?),
    };
    Ok(NewPost {
        root_id,
        kind: body.kind.unwrap_or_default(),
        props: body.props.unwrap_or_default(),
        file_ids: body.file_ids.unwrap_or_default(),
        pending_post_id: body.pending_post_id.unwrap_or_default(),
        ..NewPost::new(channel_id, body.message.unwrap_or_default())
    })
}
