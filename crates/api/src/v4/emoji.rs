//! The operations on custom emoji.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::TryStreamExt;
use guildhall_model::codes::{context, emoji as codes};
use guildhall_model::emoji::IMAGE_BYTES_MAX;
use guildhall_model::id::EmojiId;
use guildhall_model::text::json;
use guildhall_services::emoji::{EmojiOrder, NewEmoji};
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::emoji::{CreateEmoji, Emoji, EmojiSearch};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::multipart::{self, Parts};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/emoji", Gate::SessionOrLocal, get_emoji_list)
        .post("/emoji", Gate::Session, create_emoji)
        .get("/emoji/autocomplete", Gate::SessionOrLocal, autocomplete_emoji)
        .get("/emoji/name/{emoji_name}", Gate::SessionOrLocal, get_emoji_by_name)
        .post("/emoji/names", Gate::SessionOrLocal, get_emojis_by_names)
        .post("/emoji/search", Gate::SessionOrLocal, search_emoji)
        .get("/emoji/{emoji_id}", Gate::SessionOrLocal, get_emoji)
        .delete("/emoji/{emoji_id}", Gate::SessionOrLocal, delete_emoji)
        .get("/emoji/{emoji_id}/image", Gate::SessionOrLocal, get_emoji_image)
}

fn to_wire_list(emoji: Vec<guildhall_model::integration::Emoji>) -> Json<Vec<Emoji>> {
    Json(emoji.into_iter().map(Emoji::from).collect())
}

async fn create_emoji(State(app): State<App>, me: Me, request: Request) -> ApiResult<Json<Emoji>> {
    let boundary = multipart::boundary(request.headers()).ok_or(codes::MISSING_IMAGE)??;
    let mut parts = Parts::new(request, boundary);
    let (mut description, mut image) = (None, None);
    while let Some(part) = parts.next().await? {
        match part.name() {
            "emoji" => description = Some(part.text().await?),
            "image" => image = Some(part.bytes(IMAGE_BYTES_MAX).await?.ok_or_else(|| codes::TOO_LARGE.with("limit", IMAGE_BYTES_MAX))?),
            _ => drop(part.text().await?),
        }
    }
    let (description, image) = (description.ok_or(codes::MISSING_IMAGE)?, image.ok_or(codes::MISSING_IMAGE)?);
    let description: CreateEmoji =
        json::from_slice(description.as_bytes()).map_err(|error| context::INVALID_PARAM.with("name", "emoji").with_source(error))?;
    let new = NewEmoji { name: description.name, creator_id: description.creator_id, image: Bytes::from(image) };
    Ok(Json(app.services.emoji().create_emoji(&me, new).await?.into()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    sort: String,
}

async fn get_emoji_list(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<ListQuery>,
) -> ApiResult<Json<Vec<Emoji>>> {
    let order = match query.sort.as_str() {
        "" => EmojiOrder::Created,
        "name" => EmojiOrder::Name,
        _ => return Err(context::INVALID_URL_PARAM.with("name", "sort").into()),
    };
    Ok(to_wire_list(app.services.emoji().emoji_page(&me, order, page.per_page, page.offset()).await?))
}

async fn get_emoji(State(app): State<App>, me: Me, Path(id): Path<EmojiId>) -> ApiResult<Json<Emoji>> {
    Ok(Json(app.services.emoji().emoji(&me, id).await?.into()))
}

async fn get_emoji_by_name(State(app): State<App>, me: Me, Path(name): Path<String>) -> ApiResult<Json<Emoji>> {
    Ok(Json(app.services.emoji().emoji_by_name(&me, &name).await?.into()))
}

async fn get_emojis_by_names(State(app): State<App>, me: Me, Json(names): Json<Vec<String>>) -> ApiResult<Json<Vec<Emoji>>> {
    Ok(to_wire_list(app.services.emoji().emoji_by_names(&me, &names).await?))
}

async fn search_emoji(State(app): State<App>, me: Me, Json(search): Json<EmojiSearch>) -> ApiResult<Json<Vec<Emoji>>> {
    if search.term.is_empty() {
        return Err(context::INVALID_PARAM.with("name", "term").into());
    }
    Ok(to_wire_list(app.services.emoji().search_emoji(&me, &search.term, search.prefix_only).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AutocompleteQuery {
    name: String,
}

async fn autocomplete_emoji(State(app): State<App>, me: Me, Query(query): Query<AutocompleteQuery>) -> ApiResult<Json<Vec<Emoji>>> {
    if query.name.is_empty() {
        return Err(context::INVALID_URL_PARAM.with("name", "name").into());
    }
    Ok(to_wire_list(app.services.emoji().search_emoji(&me, &query.name, true).await?))
}

async fn delete_emoji(State(app): State<App>, me: Me, Path(id): Path<EmojiId>) -> ApiResult<Json<StatusOk>> {
    app.services.emoji().delete_emoji(&me, id).await?;
    Ok(Json(OK))
}

async fn get_emoji_image(State(app): State<App>, me: Me, Path(id): Path<EmojiId>) -> ApiResult<Response> {
    let image = app.services.emoji().emoji_image(&me, id).await?;
    let kind = HeaderValue::from_str(&image.mime_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, HeaderValue::from_static("max-age=2592000, private"))];
    Ok((headers, Body::from_stream(image.content.stream.map_err(std::io::Error::other))).into_response())
}
