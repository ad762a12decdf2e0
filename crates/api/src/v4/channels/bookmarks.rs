//! The operations on bookmarks of channels.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::Millis;
use guildhall_model::channel_bookmark::{BookmarkKind, BookmarkView};
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelBookmarkId, ChannelId};
use guildhall_services::channel_bookmarks::{BookmarkPatch, NewBookmark};
use guildhall_wire::channel_bookmark as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/channels/{channel_id}/bookmarks", Gate::Session, list_channel_bookmarks_for_channel)
        .post("/channels/{channel_id}/bookmarks", Gate::Session, create_channel_bookmark)
        .patch("/channels/{channel_id}/bookmarks/{bookmark_id}", Gate::Session, update_channel_bookmark)
        .delete("/channels/{channel_id}/bookmarks/{bookmark_id}", Gate::Session, delete_channel_bookmark)
        .post("/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order", Gate::Session, update_channel_bookmark_sort_order)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    bookmarks_since: Millis,
}

async fn list_channel_bookmarks_for_channel(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Query(query): Query<ListQuery>,
) -> ApiResult<Json<Vec<wire::ChannelBookmark>>> {
    let bookmarks = app.services.channel_bookmarks().list_bookmarks(&me, channel, query.bookmarks_since).await?;
    Ok(Json(to_wire(&bookmarks)))
}

async fn create_channel_bookmark(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Json(body): Json<wire::NewBookmark>,
) -> ApiResult<Response> {
    let new = NewBookmark {
        kind: BookmarkKind::from_name(&body.kind).ok_or_else(|| context::INVALID_PARAM.with("name", "type"))?,
        display_name: body.display_name,
        link_url: body.link_url,
        image_url: body.image_url,
        emoji: body.emoji,
        file_id: body.file_id,
    };
    let made = app.services.channel_bookmarks().create_bookmark(&me, channel, new).await?;
    Ok(Created(wire::ChannelBookmark::from(&made)).into_response())
}

async fn update_channel_bookmark(
    State(app): State<App>,
    me: Me,
    Path((channel, id)): Path<(ChannelId, ChannelBookmarkId)>,
    Json(body): Json<wire::BookmarkPatch>,
) -> ApiResult<Json<wire::UpdatedBookmark>> {
    let patch = BookmarkPatch {
        display_name: body.display_name,
        sort_order: body.sort_order,
        link_url: body.link_url,
        image_url: body.image_url,
        emoji: body.emoji,
        file_id: body.file_id,
    };
    let changed = app.services.channel_bookmarks().update_bookmark(&me, channel, id, &patch).await?;
    let deleted = changed.deleted.as_ref().map(wire::ChannelBookmark::from);
    Ok(Json(wire::UpdatedBookmark { updated: (&changed.updated).into(), deleted }))
}

async fn delete_channel_bookmark(
    State(app): State<App>,
    me: Me,
    Path((channel, id)): Path<(ChannelId, ChannelBookmarkId)>,
) -> ApiResult<Json<wire::ChannelBookmark>> {
    let deleted = app.services.channel_bookmarks().delete_bookmark(&me, channel, id).await?;
    Ok(Json((&deleted).into()))
}

async fn update_channel_bookmark_sort_order(
    State(app): State<App>,
    me: Me,
    Path((channel, id)): Path<(ChannelId, ChannelBookmarkId)>,
    Json(index): Json<i64>,
) -> ApiResult<Json<Vec<wire::ChannelBookmark>>> {
    let bookmarks = app.services.channel_bookmarks().update_bookmark_sort_order(&me, channel, id, index).await?;
    Ok(Json(to_wire(&bookmarks)))
}

fn to_wire(bookmarks: &[BookmarkView]) -> Vec<wire::ChannelBookmark> {
    bookmarks.iter().map(Into::into).collect()
}
