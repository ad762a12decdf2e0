//! The operations on posts.

mod acknowledge;
mod change;
mod lists;
mod search;
mod unread;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::PostId;
use guildhall_services::posts::NewPost;
use guildhall_wire::common::opt_id;
use guildhall_wire::post as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, PostJson, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/posts", Gate::Session, create_post)
        .post("/posts/ephemeral", Gate::Session, create_post_ephemeral)
        .post("/posts/ids", Gate::Session, get_posts_by_ids)
        .get("/posts/{post_id}", Gate::Session, get_post)
        .get("/posts/{post_id}/info", Gate::Session, get_post_info)
        .with(acknowledge::routes)
        .with(change::routes)
        .with(lists::routes)
        .with(search::routes)
        .with(unread::routes)
}

#[derive(Deserialize)]
struct CreateQuery {
    set_online: Option<String>,
}

async fn create_post(
    State(app): State<App>,
    me: Me,
    Query(query): Query<CreateQuery>,
    PostJson(body): PostJson<wire::NewPost>,
) -> ApiResult<Response> {
    let draft = NewPost { set_online: query.set_online.as_deref() != Some("false"), ..to_draft(body)? };
    let post = app.services.posts().create_post(&me, draft).await?;
    Ok(Created(wire::Post::from(&post)).into_response())
}

async fn create_post_ephemeral(State(app): State<App>, me: Me, PostJson(body): PostJson<wire::NewEphemeralPost>) -> ApiResult<Response> {
    let post = app.services.posts().create_ephemeral_post(&me, body.user_id, to_draft(body.post)?).await?;
    Ok(Created(wire::Post::from(&post)).into_response())
}

#[derive(Deserialize)]
struct GetQuery {
    include_deleted: Option<String>,
}

async fn get_post(State(app): State<App>, me: Me, Path(id): Path<PostId>, Query(query): Query<GetQuery>) -> ApiResult<Response> {
    let post = match query.include_deleted.as_deref() {
        Some("true") => app.services.posts().get_post_including_deleted(&me, id).await?,
        _ => app.services.posts().get_post(&me, id).await?,
    };
    Ok(Json(wire::Post::from(&post)).into_response())
}

async fn get_posts_by_ids(State(app): State<App>, me: Me, Json(ids): Json<Vec<PostId>>) -> ApiResult<Response> {
    let posts = app.services.posts().posts_by_ids(&me, &ids).await?;
    Ok(Json(posts.iter().map(wire::Post::from).collect::<Vec<_>>()).into_response())
}

async fn get_post_info(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Json<wire::PostInfo>> {
    let info = app.services.posts().post_info(&me, id).await?;
    Ok(Json(wire::PostInfo {
        channel_id: info.channel.id,
        channel_type: info.channel.kind.name(),
        channel_display_name: info.channel.display_name,
        has_joined_channel: info.has_joined_channel,
        team_id: opt_id(info.channel.team_id),
        team_type: info.team.as_ref().map_or("", |team| team.kind.name()),
        team_display_name: info.team.map(|team| team.display_name).unwrap_or_default(),
        has_joined_team: info.has_joined_team,
    }))
}

/// A missing or malformed channel id is reported as a missing permission.
pub(super) fn to_draft(body: wire::NewPost) -> ApiResult<NewPost> {
    let channel_id = body.channel_id.as_deref().and_then(|id| id.parse().ok()).ok_or(context::PERMISSIONS)?;
    let root_id = match body.root_id.as_deref() {
        None | Some("") => None,
        Some(id) => Some(id.parse().map_err(|_| codes::BAD_ROOT)?),
    };
    let priority = body.metadata.and_then(|metadata| metadata.priority);
    let priority = priority.map(|priority| priority.to_model().ok_or_else(|| context::INVALID_PARAM.with("name", "metadata.priority")));
    Ok(NewPost {
        root_id,
        priority: priority.transpose()?.unwrap_or_default(),
        kind: body.kind.unwrap_or_default(),
        props: body.props.unwrap_or_default(),
        file_ids: body.file_ids.unwrap_or_default(),
        pending_post_id: body.pending_post_id.unwrap_or_default(),
        ..NewPost::new(channel_id, body.message.unwrap_or_default())
    })
}
