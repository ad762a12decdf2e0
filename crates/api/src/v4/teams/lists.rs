//! Lists of teams, and their unread counts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::id::TeamId;
use guildhall_services::teams::{SEARCH_RESULTS_MAX, TeamSearch};
use guildhall_wire::common::{PER_PAGE_DEFAULT, PER_PAGE_MAX, Page, UserRef, empty_is_none};
use guildhall_wire::team as wire;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/teams", Gate::SessionOrLocal, get_all_teams)
        .post("/teams/search", Gate::SessionOrLocal, search_teams)
        .get("/users/{user_id}/teams", Gate::SessionOrLocal, get_teams_for_user)
        .get("/users/{user_id}/teams/unread", Gate::SessionOrLocal, get_teams_unread_for_user)
        .get("/users/{user_id}/teams/{team_id}/unread", Gate::SessionOrLocal, get_team_unread)
}

#[derive(Deserialize)]
struct TeamsQuery {
    #[serde(default)]
    include_total_count: bool,
}

fn team_list(teams: Vec<guildhall_model::team::TeamView>, total_count: Option<i64>) -> Response {
    let teams = teams.into_iter().map(wire::Team::from).collect();
    match total_count {
        Some(total_count) => Json(wire::TeamsWithCount { teams, total_count }).into_response(),
        None => Json(teams).into_response(),
    }
}

async fn get_all_teams(
    State(app): State<App>,
    Me(me): Me,
    Query(page): Query<Page>,
    Query(query): Query<TeamsQuery>,
) -> ApiResult<Response> {
    let (teams, total) = app.services.teams().find_teams(&me, TeamSearch::default(), page.per_page, page.offset()).await?;
    Ok(team_list(teams, query.include_total_count.then_some(total)))
}

/// A paged search returns an object with the total count, others a plain list.
async fn search_teams(State(app): State<App>, Me(me): Me, Json(body): Json<wire::TeamSearch>) -> ApiResult<Response> {
    let search = TeamSearch { term: body.term, allow_open_invite: body.allow_open_invite };
    let Some(page) = body.page else {
        let (teams, _) = app.services.teams().find_teams(&me, search, SEARCH_RESULTS_MAX, 0).await?;
        return Ok(team_list(teams, None));
    };
    let per_page = body.per_page.unwrap_or(PER_PAGE_DEFAULT).clamp(0, PER_PAGE_MAX);
    let page = Page { page: page.clamp(0, 1_000_000), per_page };
    let (teams, total) = app.services.teams().find_teams(&me, search, page.per_page, page.offset()).await?;
    Ok(team_list(teams, Some(total)))
}

async fn get_teams_for_user(State(app): State<App>, Me(me): Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<wire::Team>>> {
    let teams = app.services.teams().get_teams_for_user(&me, user.resolve(me.user_id)).await?;
    Ok(Json(teams.into_iter().map(Into::into).collect()))
}

#[derive(Deserialize)]
struct UnreadQuery {
    #[serde(default, deserialize_with = "empty_is_none")]
    exclude_team: Option<TeamId>,
    #[serde(default)]
    include_collapsed_threads: bool,
}

async fn get_teams_unread_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Query(query): Query<UnreadQuery>,
) -> ApiResult<Json<Vec<wire::TeamUnread>>> {
    let unread = app.services.channels().get_teams_unread(&me, user.resolve(me.user_id), query.exclude_team).await?;
    Ok(Json(unread.into_iter().map(|unread| wire::TeamUnread::of(unread, query.include_collapsed_threads)).collect()))
}

async fn get_team_unread(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): Path<(UserRef, TeamId)>,
) -> ApiResult<Json<wire::TeamUnread>> {
    let unread = app.services.channels().get_team_unread(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(wire::TeamUnread::of(unread, true)))
}
