//! Unread posts, and typing notifications.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_services::posts::UnreadRequest;
use guildhall_wire::common::{OK, PER_PAGE_DEFAULT, PER_PAGE_MAX, StatusOk, UserRef};
use guildhall_wire::post as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, JsonOrDefault, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/channels/{channel_id}/posts/unread", Gate::Session, get_posts_around_last_unread)
        .post("/users/{user_id}/posts/{post_id}/set_unread", Gate::Session, set_post_unread)
        .post("/users/{user_id}/typing", Gate::Session, publish_user_typing)
}

#[derive(Deserialize)]
struct UnreadQuery {
    limit_before: Option<String>,
    limit_after: Option<String>,
    #[serde(rename = "collapsedThreads")]
    collapsed_threads: Option<String>,
}

async fn get_posts_around_last_unread(
    State(app): State<App>,
    me: Me,
    Path((user, channel)): Path<(UserRef, ChannelId)>,
    Query(query): Query<UnreadQuery>,
) -> ApiResult<Response> {
    let limit =
        |text: Option<String>| text.and_then(|text| text.parse().ok()).filter(|n| *n >= 0).unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX);
    let request = UnreadRequest {
        before: limit(query.limit_before),
        after: limit(query.limit_after),
        collapsed_threads: query.collapsed_threads.as_deref() == Some("true"),
    };
    if request.after == 0 {
        return Err(context::INVALID_URL_PARAM.with("name", "limit_after").into());
    }
    let list = app.services.posts().posts_around_unread(&me, user.resolve(me.user_id), channel, request).await?;
    Ok(Json(wire::PostList::from(&list)).into_response())
}

async fn set_post_unread(
    State(app): State<App>,
    me: Me,
    Path((user, post)): Path<(UserRef, PostId)>,
    JsonOrDefault(body): JsonOrDefault<wire::SetUnreadRequest>,
) -> ApiResult<Json<wire::ChannelUnreadAt>> {
    let (member, team) =
        app.services.posts().set_post_unread(&me, user.resolve(me.user_id), post, body.collapsed_threads_supported).await?;
    Ok(Json(wire::ChannelUnreadAt::new(&member, team)))
}

async fn publish_user_typing(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<wire::Typing>,
) -> ApiResult<Json<StatusOk>> {
    let channel = body.channel_id.as_deref().and_then(|id| id.parse().ok()).ok_or(context::INVALID_PARAM.with("name", "channel_id"))?;
    let parent = body.parent_id.as_deref().and_then(|id| id.parse().ok());
    app.services.posts().publish_typing_as(&me, user.resolve(me.user_id), channel, parent).await?;
    Ok(Json(OK))
}
