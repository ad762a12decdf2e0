//! Reading files: contents, thumbnails and previews, metadata, and public links.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::codes::context;
use guildhall_model::id::{FileId, PostId};
use guildhall_services::files::Rendition;
use guildhall_wire::file::{FileInfo, Link};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use super::response::file_response;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Json, Me, Path, Query};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DownloadQuery {
    download: String,
}

impl DownloadQuery {
    fn as_attachment(&self) -> bool {
        matches!(self.download.as_str(), "1" | "true")
    }
}

pub(super) async fn get_file(
    State(app): State<App>,
    me: Me,
    Path(id): Path<FileId>,
    Query(query): Query<DownloadQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let content = app.services.files().file_content(&me, id, Rendition::Original).await?;
    file_response(&app, content, &headers, query.as_attachment()).await
}

pub(super) async fn get_file_thumbnail(
    State(app): State<App>,
    me: Me,
    Path(id): Path<FileId>,
    Query(query): Query<DownloadQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let content = app.services.files().file_content(&me, id, Rendition::Thumbnail).await?;
    file_response(&app, content, &headers, query.as_attachment()).await
}

pub(super) async fn get_file_preview(
    State(app): State<App>,
    me: Me,
    Path(id): Path<FileId>,
    Query(query): Query<DownloadQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let content = app.services.files().file_content(&me, id, Rendition::Preview).await?;
    file_response(&app, content, &headers, query.as_attachment()).await
}

pub(super) async fn get_file_info(State(app): State<App>, me: Me, Path(id): Path<FileId>) -> ApiResult<Response> {
    let info = FileInfo::from(app.services.files().file_info(&me, id).await?);
    let cached = [(CACHE_CONTROL, HeaderValue::from_static("max-age=2592000, private"))];
    Ok((cached, Json(info)).into_response())
}

pub(super) async fn get_file_infos_for_post(State(app): State<App>, me: Me, Path(id): Path<PostId>) -> ApiResult<Json<Vec<FileInfo>>> {
    let files = app.services.files().file_infos_of_post(&me, id).await?;
    Ok(Json(files.into_iter().map(FileInfo::from).collect()))
}

pub(super) async fn get_file_link(State(app): State<App>, me: Me, client: Client, Path(id): Path<FileId>) -> ApiResult<Json<Link>> {
    let hash = app.services.files().public_link_hash(&me, id).await?;
    let site = site_url(&app, &client);
    Ok(Json(Link { link: format!("{site}/files/{id}/public?h={hash}") }))
}

/// The site URL of the settings; without one, the origin that this request was sent to.
fn site_url(app: &App, Client { host, is_secure, .. }: &Client) -> String {
    let settings = app.services.settings();
    if !settings.site.url.is_empty() {
        return settings.site.url.trim_end_matches('/').to_owned();
    }
    if host.is_empty() { String::new() } else { format!("{}://{host}", if *is_secure { "https" } else { "http" }) }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PublicLinkQuery {
    h: String,
    download: String,
}

pub(super) async fn get_file_public(
    State(app): State<App>,
    Path(id): Path<FileId>,
    Query(query): Query<PublicLinkQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    if query.h.is_empty() {
        return Err(context::INVALID_URL_PARAM.with("name", "h").into());
    }
    let content = app.services.files().public_file(id, &query.h).await?;
    let mut response = file_response(&app, content, &headers, query.download == "1").await?;
    // Public links are made for other sites.
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}
