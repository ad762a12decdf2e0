//! Searching and autocompleting channels.

use axum::extract::State;
use axum::response::Response;
use guildhall_model::channel::ChannelKind;
use guildhall_model::id::TeamId;
use guildhall_services::channels::ChannelFilter;
use guildhall_wire::channel as wire;
use guildhall_wire::common::{PER_PAGE_MAX, Page};
use serde::Deserialize;

use super::lists::{to_wire_list, to_wire_list_with_teams};
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/channels/search", Gate::SessionOrLocal, search_all_channels)
        .post("/channels/group/search", Gate::SessionOrLocal, search_group_channels)
        .post("/teams/{team_id}/channels/search", Gate::SessionOrLocal, search_channels)
        .get("/teams/{team_id}/channels/autocomplete", Gate::SessionOrLocal, autocomplete_channels_for_team)
        .get("/teams/{team_id}/channels/search_autocomplete", Gate::SessionOrLocal, autocomplete_channels_for_team_for_search)
}

const fn default_true() -> bool {
    true
}

#[derive(Deserialize)]
struct SearchQuery {
    /// False restricts the search to the caller's teams.
    #[serde(default = "default_true")]
    system_console: bool,
    #[serde(default)]
    include_deleted: bool,
}

/// A paged search returns an object with the total count, others a plain list.
async fn search_all_channels(
    State(app): State<App>,
    Me(me): Me,
    Query(query): Query<SearchQuery>,
    Json(search): Json<wire::ChannelSearch>,
) -> ApiResult<Response> {
    if !query.system_console {
        let channels = app.services.channels().search_channels_of_own_teams(&me, &search.term).await?;
        return Ok(to_wire_list_with_teams(channels, None));
    }
    let kinds = [(search.public, ChannelKind::Public), (search.private, ChannelKind::Private)];
    let filter = ChannelFilter {
        teams: search.team_ids,
        kinds: kinds.into_iter().filter(|(is_requested, _)| *is_requested).map(|(_, kind)| kind).collect(),
        archived: if search.deleted { Some(true) } else { (!search.include_deleted && !query.include_deleted).then_some(false) },
        term: search.term,
        without_defaults: search.exclude_default_channels,
        ..ChannelFilter::default()
    };
    let page = Page {
        page: search.page.unwrap_or(0).clamp(0, 1_000_000),
        per_page: search.per_page.unwrap_or(PER_PAGE_MAX).clamp(0, PER_PAGE_MAX),
    };
    let (channels, total) = app.services.channels().get_all_channels(&me, filter, page.per_page, page.offset()).await?;
    Ok(to_wire_list_with_teams(channels, search.page.map(|_| total)))
}

async fn search_group_channels(State(app): State<App>, Me(me): Me, Json(search): Json<wire::Term>) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().search_group_channels(&me, &search.term).await?))
}

async fn search_channels(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Json(search): Json<wire::Term>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().search_channels(&me, team, &search.term).await?))
}

#[derive(Deserialize)]
struct AutocompleteQuery {
    #[serde(default)]
    name: String,
}

async fn autocomplete_channels_for_team(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(query): Query<AutocompleteQuery>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().autocomplete_channels_for_team(&me, team, &query.name).await?))
}

async fn autocomplete_channels_for_team_for_search(
    State(app): State<App>,
    Me(me): Me,
    Path(team): Path<TeamId>,
    Query(query): Query<AutocompleteQuery>,
) -> ApiResult<Json<Vec<wire::Channel>>> {
    Ok(to_wire_list(app.services.channels().autocomplete_channels_for_team_for_search(&me, team, &query.name).await?))
}
