//! Pages of posts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_services::posts::{Around, PageRequest};
use guildhall_wire::common::Page;
use guildhall_wire::post::PostList;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/channels/{channel_id}/posts", Gate::Session, get_posts_for_channel)
}

#[derive(Deserialize)]
struct ChannelPostsQuery {
    since: Option<String>,
    before: Option<String>,
    after: Option<String>,
    #[serde(default, rename = "collapsedThreads")]
    collapsed_threads: Option<String>,
}

async fn get_posts_for_channel(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Query(page): Query<Page>,
    Query(query): Query<ChannelPostsQuery>,
) -> ApiResult<Response> {
    let request = PageRequest {
        around: around(&query, page)?,
        per_page: page.per_page,
        collapsed_threads: query.collapsed_threads.as_deref() == Some("true"),
    };
    let list = app.services.channel_posts(&me, channel, request).await?;
    Ok(Json(PostList::from(&list)).into_response())
}

fn around(query: &ChannelPostsQuery, page: Page) -> ApiResult<Around> {
    let given = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let id = |name: &'static str, text: String| text.parse::<PostId>().map_err(|_| context::INVALID_URL_PARAM.with("name", name));
    if let Some(since) = given(&query.since) {
        let since = since.parse().map_err(|_| context::INVALID_URL_PARAM.with("name", "since"))?;
        return Ok(Around::Since(Millis(since)));
    }
    if let Some(after) = given(&query.after) {
        return Ok(Around::After(id("after", after)?));
    }
    if let Some(before) = given(&query.before) {
        return Ok(Around::Before(id("before", before)?));
    }
    Ok(Around::Page(page.page))
}
