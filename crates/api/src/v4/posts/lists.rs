//! Pages of posts: of a channel, of a thread, pinned and saved ones.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_services::posts::{PagePosition, PageRequest, ThreadRequest};
use guildhall_wire::common::{Page, UserRef};
use guildhall_wire::post::PostList;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::etag::{IfNoneMatch, respond_with_etag};
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/channels/{channel_id}/posts", Gate::Session, get_posts_for_channel)
        .get("/channels/{channel_id}/pinned", Gate::Session, get_pinned_posts)
        .get("/posts/{post_id}/thread", Gate::Session, get_post_thread)
        .get("/users/{user_id}/posts/flagged", Gate::Session, get_flagged_posts_for_user)
}

#[derive(Deserialize)]
struct ChannelPostsQuery {
    since: Option<String>,
    before: Option<String>,
    after: Option<String>,
    #[serde(rename = "collapsedThreads")]
    collapsed_threads: Option<String>,
}

async fn get_posts_for_channel(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Query(page): Query<Page>,
    Query(query): Query<ChannelPostsQuery>,
    if_none_match: IfNoneMatch,
) -> ApiResult<Response> {
    let collapsed_threads = is_true(&query.collapsed_threads);
    let request = PageRequest { position: to_page_position(&query, page)?, per_page: page.per_page, collapsed_threads };
    // The version of a channel does not cover who follows a thread; a page of changes is requested only once.
    if collapsed_threads || matches!(request.position, PagePosition::Since(_)) {
        let list = app.services.posts().channel_posts(&me, channel, request).await?;
        return Ok(Json(PostList::from(&list)).into_response());
    }
    let tag_of = |version: Millis| format!("{}.{}", guildhall_wire::API_LEVEL, version.0);
    let (version, list) =
        app.services.posts().channel_posts_if_changed(&me, channel, request, |version| if_none_match.matches(&tag_of(version))).await?;
    Ok(respond_with_etag(&if_none_match, &tag_of(version), || list.as_ref().map(PostList::from)))
}

fn to_page_position(query: &ChannelPostsQuery, page: Page) -> ApiResult<PagePosition> {
    let non_empty = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let id = |name: &'static str, text: String| text.parse::<PostId>().map_err(|_| context::INVALID_URL_PARAM.with("name", name));
    if let Some(since) = non_empty(&query.since) {
        let since = since.parse().map_err(|_| context::INVALID_URL_PARAM.with("name", "since"))?;
        return Ok(PagePosition::Since(Millis(since)));
    }
    if let Some(after) = non_empty(&query.after) {
        return Ok(PagePosition::After(id("after", after)?));
    }
    if let Some(before) = non_empty(&query.before) {
        return Ok(PagePosition::Before(id("before", before)?));
    }
    Ok(PagePosition::Page(page.page))
}

async fn get_pinned_posts(State(app): State<App>, me: Me, Path(channel): Path<ChannelId>) -> ApiResult<Response> {
    let list = app.services.posts().pinned_posts(&me, channel).await?;
    Ok(Json(PostList::from(&list)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadQuery {
    per_page: Option<String>,
    from_post: Option<String>,
    from_create_at: Option<String>,
    from_update_at: Option<String>,
    direction: Option<String>,
    collapsed_threads: Option<String>,
    updates_only: Option<String>,
}

async fn get_post_thread(
    State(app): State<App>,
    me: Me,
    Path(post): Path<PostId>,
    Query(query): Query<ThreadQuery>,
) -> ApiResult<Response> {
    let list = app.services.posts().post_thread(&me, post, thread_request(query)?).await?;
    Ok(Json(PostList::from(&list)).into_response())
}

fn thread_request(query: ThreadQuery) -> ApiResult<ThreadRequest> {
    let number = |name: &'static str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
        None => Ok(0),
        Some(text) => text.parse::<i64>().map_err(|_| context::INVALID_URL_PARAM.with("name", name)),
    };
    let from_post = match query.from_post.filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| context::INVALID_URL_PARAM.with("name", "fromPost"))?),
    };
    let upwards = match query.direction.as_deref() {
        None | Some("" | "down") => false,
        Some("up") => true,
        Some(_) => return Err(context::INVALID_URL_PARAM.with("name", "direction").into()),
    };
    Ok(ThreadRequest {
        per_page: number("perPage", query.per_page)?.clamp(0, i64::from(u32::MAX)),
        from_post,
        from_create_at: Millis(number("fromCreateAt", query.from_create_at)?),
        from_update_at: Millis(number("fromUpdateAt", query.from_update_at)?),
        updates_only: is_true(&query.updates_only),
        upwards,
        collapsed_threads: is_true(&query.collapsed_threads),
    })
}

#[derive(Deserialize)]
struct FlaggedQuery {
    team_id: Option<String>,
    channel_id: Option<String>,
}

async fn get_flagged_posts_for_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(page): Query<Page>,
    Query(query): Query<FlaggedQuery>,
) -> ApiResult<Response> {
    let team = parse_optional(query.team_id, "team_id")?;
    let channel = parse_optional(query.channel_id, "channel_id")?;
    let list = app.services.posts().flagged_posts(&me, user.resolve(me.user_id), (team, channel), (page.offset(), page.per_page)).await?;
    Ok(Json(PostList::from(&list)).into_response())
}

fn parse_optional<T: std::str::FromStr>(text: Option<String>, name: &'static str) -> ApiResult<Option<T>> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => Ok(Some(text.parse().map_err(|_| context::INVALID_URL_PARAM.with("name", name))?)),
    }
}

pub(super) fn is_true(flag: &Option<String>) -> bool {
    flag.as_deref() == Some("true")
}
