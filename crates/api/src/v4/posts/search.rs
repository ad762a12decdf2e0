//! Searching posts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::id::TeamId;
use guildhall_services::search::SearchRequest;
use guildhall_wire::search as wire;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/teams/{team_id}/posts/search", Gate::Session, search_posts).post(
        "/posts/search",
        Gate::Session,
        search_posts_in_all_teams,
    )
}

async fn search_posts(State(app): State<App>, me: Me, Path(team): Path<TeamId>, Json(body): Json<wire::PostSearch>) -> ApiResult<Response> {
    search(&app, &me, Some(team), body).await
}

async fn search_posts_in_all_teams(State(app): State<App>, me: Me, Json(body): Json<wire::PostSearch>) -> ApiResult<Response> {
    search(&app, &me, None, body).await
}

async fn search(app: &App, me: &Me, team: Option<TeamId>, body: wire::PostSearch) -> ApiResult<Response> {
    let (offset, limit) = body.offset_and_limit();
    let request = SearchRequest {
        terms: body.terms.unwrap_or_default(),
        is_or_search: body.is_or_search.unwrap_or_default(),
        time_zone_offset_seconds: body.time_zone_offset.unwrap_or_default(),
        include_archived: body.include_deleted_channels.unwrap_or_default(),
        offset,
        limit,
    };
    let results = app.services.search().search_posts(me, team, &request).await?;
    Ok(Json(wire::SearchResults::from(results.as_slice())).into_response())
}
