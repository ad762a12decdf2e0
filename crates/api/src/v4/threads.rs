//! The operations on followed threads.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Millis;
use guildhall_model::codes::{context, posts as codes};
use guildhall_model::id::{PostId, TeamId};
use guildhall_services::threads::{ThreadPage, ThreadsRequest};
use guildhall_wire::common::{OK, PER_PAGE_MAX, StatusOk, UserRef};
use guildhall_wire::thread as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

const PER_PAGE_DEFAULT: i64 = 30;

type ThreadPath = Path<(UserRef, TeamId, PostId)>;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/teams/{team_id}/threads", Gate::Session, get_user_threads)
        .get("/users/{user_id}/teams/{team_id}/threads/mention_counts", Gate::Session, get_thread_mention_counts_by_channel)
        .put("/users/{user_id}/teams/{team_id}/threads/read", Gate::Session, update_threads_read_for_user)
        .get("/users/{user_id}/teams/{team_id}/threads/{thread_id}", Gate::Session, get_user_thread)
        .put("/users/{user_id}/teams/{team_id}/threads/{thread_id}/following", Gate::Session, start_following_thread)
        .delete("/users/{user_id}/teams/{team_id}/threads/{thread_id}/following", Gate::Session, stop_following_thread)
        .put("/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}", Gate::Session, update_thread_read_for_user)
        .post("/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}", Gate::Session, set_thread_unread_by_post_id)
}

#[derive(Deserialize)]
struct ThreadsQuery {
    before: Option<String>,
    after: Option<String>,
    since: Option<String>,
    per_page: Option<String>,
    #[serde(rename = "pageSize")]
    page_size: Option<String>,
    unread: Option<String>,
    extended: Option<String>,
    #[serde(rename = "totalsOnly")]
    totals_only: Option<String>,
    #[serde(rename = "threadsOnly")]
    threads_only: Option<String>,
    #[serde(rename = "excludeDirect")]
    exclude_direct: Option<String>,
}

async fn get_user_threads(
    State(app): State<App>,
    me: Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
    Query(query): Query<ThreadsQuery>,
) -> ApiResult<Response> {
    let page = app.services.threads().threads(&me, user.resolve(me.user_id), team, to_request(query)?).await?;
    let threads = page.threads.iter().map(|(thread, post)| wire::Thread::new(thread, post, &page.people)).collect();
    let list = wire::ThreadList {
        total: page.totals.threads,
        total_unread_threads: page.totals.unread_threads,
        total_unread_mentions: page.totals.unread_mentions,
        total_unread_urgent_mentions: 0,
        threads,
    };
    Ok(Json(list).into_response())
}

fn to_request(query: ThreadsQuery) -> ApiResult<ThreadsRequest> {
    let is_true = |flag: Option<String>| flag.as_deref() == Some("true");
    let id = |name: &'static str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse::<PostId>().map(Some).map_err(|_| context::INVALID_URL_PARAM.with("name", name)),
    };
    let since = match query.since.filter(|text| !text.is_empty()) {
        None => 0,
        Some(text) => text.parse().map_err(|_| context::INVALID_URL_PARAM.with("name", "since"))?,
    };
    let per_page = query.per_page.or(query.page_size).and_then(|text| text.parse().ok()).filter(|n| *n > 0);
    Ok(ThreadsRequest {
        before: id("before", query.before)?,
        after: id("after", query.after)?,
        since: Millis(since),
        per_page: per_page.unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX),
        unread_only: is_true(query.unread),
        totals_only: is_true(query.totals_only),
        threads_only: is_true(query.threads_only),
        without_personal: is_true(query.exclude_direct),
        extended: is_true(query.extended),
    })
}

async fn get_thread_mention_counts_by_channel(
    State(app): State<App>,
    me: Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
) -> ApiResult<Response> {
    Ok(Json(app.services.threads().thread_mentions(&me, user.resolve(me.user_id), team).await?).into_response())
}

async fn update_threads_read_for_user(
    State(app): State<App>,
    me: Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.threads().read_all_threads(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(OK))
}

#[derive(Deserialize)]
struct ThreadQuery {
    extended: Option<String>,
}

async fn get_user_thread(
    State(app): State<App>,
    me: Me,
    Path((user, _team, thread)): ThreadPath,
    Query(query): Query<ThreadQuery>,
) -> ApiResult<Response> {
    let extended = query.extended.as_deref() == Some("true");
    single_thread(&app.services.threads().thread(&me, user.resolve(me.user_id), thread, extended).await?)
}

fn single_thread(page: &ThreadPage) -> ApiResult<Response> {
    let (thread, post) = page.threads.first().ok_or(codes::THREAD_NOT_FOLLOWED)?;
    Ok(Json(wire::Thread::new(thread, post, &page.people)).into_response())
}

async fn start_following_thread(State(app): State<App>, me: Me, Path((user, _team, thread)): ThreadPath) -> ApiResult<Json<StatusOk>> {
    app.services.threads().follow_thread(&me, user.resolve(me.user_id), thread, true).await?;
    Ok(Json(OK))
}

async fn stop_following_thread(State(app): State<App>, me: Me, Path((user, _team, thread)): ThreadPath) -> ApiResult<Json<StatusOk>> {
    app.services.threads().follow_thread(&me, user.resolve(me.user_id), thread, false).await?;
    Ok(Json(OK))
}

async fn update_thread_read_for_user(
    State(app): State<App>,
    me: Me,
    Path((user, _team, thread, timestamp)): Path<(UserRef, TeamId, PostId, i64)>,
) -> ApiResult<Response> {
    single_thread(&app.services.threads().read_thread(&me, user.resolve(me.user_id), thread, Millis(timestamp)).await?)
}

async fn set_thread_unread_by_post_id(
    State(app): State<App>,
    me: Me,
    Path((user, _team, thread, post)): Path<(UserRef, TeamId, PostId, PostId)>,
) -> ApiResult<Response> {
    single_thread(&app.services.threads().set_thread_unread(&me, user.resolve(me.user_id), thread, post).await?)
}
