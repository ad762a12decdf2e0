//! The operations on drafts and scheduled posts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, ScheduledPostId, TeamId};
use guildhall_services::drafts::NewDraft;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::draft as wire;
use serde::Deserialize;

use super::posts::to_draft;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, PostJson, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/drafts", Gate::Session, upsert_draft)
        .get("/users/{user_id}/teams/{team_id}/drafts", Gate::Session, get_user_drafts)
        .delete("/users/{user_id}/channels/{channel_id}/drafts", Gate::Session, delete_channel_draft)
        .delete("/users/{user_id}/channels/{channel_id}/drafts/{thread_id}", Gate::Session, delete_draft)
        .post("/posts/schedule", Gate::Session, create_scheduled_post)
        .put("/posts/schedule/{scheduled_post_id}", Gate::Session, update_scheduled_post)
        .delete("/posts/schedule/{scheduled_post_id}", Gate::Session, delete_scheduled_post)
        .get("/posts/scheduled/team/{team_id}", Gate::Session, get_user_scheduled_posts)
}

/// Answers with `null` for an empty draft, which is deleted.
async fn upsert_draft(State(app): State<App>, me: Me, PostJson(body): PostJson<wire::NewDraft>) -> ApiResult<Response> {
    let saved = app.services.drafts().save_draft(&me, to_new_draft(body)?).await?;
    Ok(Created(saved.map(wire::Draft::from)).into_response())
}

async fn get_user_drafts(State(app): State<App>, me: Me, Path((user, team)): Path<(UserRef, TeamId)>) -> ApiResult<Json<Vec<wire::Draft>>> {
    let drafts = app.services.drafts().drafts_in_team(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(drafts.into_iter().map(wire::Draft::from).collect()))
}

async fn delete_channel_draft(
    State(app): State<App>,
    me: Me,
    Path((user, channel)): Path<(UserRef, ChannelId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.drafts().delete_draft(&me, user.resolve(me.user_id), channel, None).await?;
    Ok(Json(OK))
}

async fn delete_draft(
    State(app): State<App>,
    me: Me,
    Path((user, channel, thread)): Path<(UserRef, ChannelId, PostId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.drafts().delete_draft(&me, user.resolve(me.user_id), channel, Some(thread)).await?;
    Ok(Json(OK))
}

async fn create_scheduled_post(State(app): State<App>, me: Me, PostJson(body): PostJson<wire::NewDraft>) -> ApiResult<Response> {
    let scheduled_at = scheduled_at(&body)?;
    let post = app.services.scheduled_posts().schedule_post(&me, to_new_draft(body)?, scheduled_at).await?;
    Ok(Created(wire::ScheduledPost::from(post)).into_response())
}

async fn update_scheduled_post(
    State(app): State<App>,
    me: Me,
    Path(id): Path<ScheduledPostId>,
    PostJson(body): PostJson<wire::NewDraft>,
) -> ApiResult<Json<wire::ScheduledPost>> {
    let scheduled_at = scheduled_at(&body)?;
    let post = app.services.scheduled_posts().update_scheduled_post(&me, id, to_new_draft(body)?, scheduled_at).await?;
    Ok(Json(post.into()))
}

async fn delete_scheduled_post(State(app): State<App>, me: Me, Path(id): Path<ScheduledPostId>) -> ApiResult<Json<wire::ScheduledPost>> {
    Ok(Json(app.services.scheduled_posts().delete_scheduled_post(&me, id).await?.into()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScheduledQuery {
    include_direct_channels: Option<String>,
}

async fn get_user_scheduled_posts(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
    Query(query): Query<ScheduledQuery>,
) -> ApiResult<(StatusCode, Json<wire::ScheduledPosts>)> {
    let with_direct = query.include_direct_channels.as_deref() == Some("true");
    let mut by_team = wire::ScheduledPosts::from([(team.to_string(), Vec::new())]);
    for (team, post) in app.services.scheduled_posts().scheduled_posts(&me, team, with_direct).await? {
        let key = team.map_or_else(|| wire::DIRECT_CHANNELS.to_owned(), |team| team.to_string());
        by_team.entry(key).or_default().push(post.into());
    }
    Ok((StatusCode::OK, Json(by_team)))
}

fn to_new_draft(mut body: wire::NewDraft) -> ApiResult<NewDraft> {
    let priority = body.take_priority();
    Ok(NewDraft { post: to_draft(body.post)?, priority })
}

fn scheduled_at(body: &wire::NewDraft) -> ApiResult<Millis> {
    Ok(body.scheduled_at.map(Millis).ok_or(context::INVALID_PARAM.with("name", "scheduled_at"))?)
}
