//! Searching files.

use axum::extract::State;
use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::id::TeamId;
use guildhall_services::files::FileQuery;
use guildhall_wire::common::PER_PAGE_MAX;
use guildhall_wire::file::{FileSearchRequest, FileSearchResults, SEARCH_CHARS_MAX};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};

fn to_query(search: FileSearchRequest) -> Result<FileQuery> {
    if search.terms.trim().is_empty() || search.terms.chars().count() > SEARCH_CHARS_MAX {
        return Err(context::INVALID_PARAM.with("name", "terms"));
    }
    let limit = search.per_page.clamp(1, PER_PAGE_MAX);
    Ok(FileQuery {
        terms: search.terms,
        any_word: search.is_or_search,
        include_archived: search.include_deleted_channels,
        limit,
        offset: search.page.clamp(0, 100_000) * limit,
    })
}

pub(super) async fn search_files(
    State(app): State<App>,
    me: Me,
    Json(search): Json<FileSearchRequest>,
) -> ApiResult<Json<FileSearchResults>> {
    Ok(Json(app.services.files().search_files(&me, &to_query(search)?).await?.into()))
}

pub(super) async fn search_files_in_team(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
    Json(search): Json<FileSearchRequest>,
) -> ApiResult<Json<FileSearchResults>> {
    Ok(Json(app.services.files().search_files_in_team(&me, team, &to_query(search)?).await?.into()))
}
