//! Lists of people, searches among them, and how many there are.

use axum::extract::State;
use axum::response::Response;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_services::users::{Order, SEARCH_LIMIT_MAX, Where};
use guildhall_wire::common::{self, Page};
use guildhall_wire::user;
use serde::Deserialize;

use super::get::public;
use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::etag::{IfNoneMatch, tagged_by_content};
use crate::extract::{Json, Me, Query};
use crate::routes::{Gate, Routes};

const SEARCH_LIMIT_DEFAULT: i64 = 100;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users", Gate::SessionOrLocal, get_users)
        .post("/users/search", Gate::SessionOrLocal, search_users)
        .get("/users/autocomplete", Gate::SessionOrLocal, autocomplete_users)
        .get("/users/invalid_emails", Gate::SessionOrLocal, get_users_with_invalid_emails)
        .get("/users/stats", Gate::SessionOrLocal, get_total_users_stats)
        .get("/users/stats/filtered", Gate::SessionOrLocal, get_total_users_stats_filtered)
        .get("/limits/server", Gate::SessionOrLocal, get_server_limits)
}

/// What lists are filtered by. What is no id or no `true` is as if it were not there, but for ids that somebody mistyped.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Filter {
    #[serde(deserialize_with = "common::empty_is_none")]
    in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    not_in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    in_channel: Option<ChannelId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    not_in_channel: Option<ChannelId>,
    without_team: String,
    active: String,
    inactive: String,
    include_deleted: String,
    include_bots: String,
    role: String,
    roles: String,
    team_roles: String,
    channel_roles: String,
    sort: String,
}

impl Filter {
    fn wanted(&self) -> Where {
        let names = |text: &str| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        Where {
            in_team: self.in_team,
            not_in_team: self.not_in_team,
            in_channel: self.in_channel,
            not_in_channel: self.not_in_channel,
            without_team: self.without_team == "true",
            active: self.active == "true",
            inactive: self.inactive == "true",
            roles: [names(&self.role), names(&self.roles)].concat(),
            team_roles: names(&self.team_roles),
            channel_roles: names(&self.channel_roles),
        }
    }

    fn order(&self) -> Result<Order, ApiError> {
        match self.sort.as_str() {
            "" => Ok(Order::Username),
            "create_at" => Ok(Order::NewestFirst),
            "last_activity_at" => Ok(Order::LatestActivityFirst),
            "status" if self.in_channel.is_some() => Ok(Order::Presence),
            "admin" if self.in_channel.is_some() => Ok(Order::ChannelAdminsFirst),
            "display_name" => Ok(Order::DisplayName),
            _ => Err(context::INVALID_URL_PARAM.with("name", "sort").into()),
        }
    }
}

async fn get_users(
    State(app): State<App>,
    me: Me,
    known: IfNoneMatch,
    Query(page): Query<Page>,
    Query(filter): Query<Filter>,
) -> ApiResult<Response> {
    let users = app.services.users().list_users(&me, &filter.wanted(), filter.order()?, page.per_page, page.offset()).await?;
    Ok(tagged_by_content(&known, &public(&users)))
}

async fn search_users(State(app): State<App>, me: Me, Json(search): Json<user::UserSearch>) -> ApiResult<Json<Vec<user::User>>> {
    let limit = search.limit.unwrap_or(SEARCH_LIMIT_DEFAULT);
    if search.term.is_empty() {
        return Err(context::INVALID_PARAM.with("name", "term").into());
    }
    if !(1..=SEARCH_LIMIT_MAX).contains(&limit) {
        return Err(context::INVALID_PARAM.with("name", "limit").into());
    }
    if search.team_id.is_none() && search.not_in_channel_id.is_some() {
        return Err(context::INVALID_PARAM.with("name", "team_id").into());
    }
    let mut roles = search.roles;
    roles.extend(Some(search.role).filter(|role| !role.is_empty()));
    let wanted = Where {
        in_team: search.team_id,
        not_in_team: search.not_in_team_id,
        in_channel: search.in_channel_id,
        not_in_channel: search.not_in_channel_id,
        without_team: search.without_team,
        active: !search.allow_inactive,
        inactive: false,
        roles,
        team_roles: search.team_roles,
        channel_roles: search.channel_roles,
    };
    Ok(Json(public(&app.services.users().search_users(&me, &wanted, &search.term, limit).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Autocomplete {
    #[serde(deserialize_with = "common::empty_is_none", alias = "team_id")]
    in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none", alias = "channel_id")]
    in_channel: Option<ChannelId>,
    name: String,
    limit: String,
}

async fn autocomplete_users(State(app): State<App>, me: Me, Query(asked): Query<Autocomplete>) -> ApiResult<Json<user::Autocompleted>> {
    let limit = asked.limit.parse().ok().filter(|limit| *limit > 0).unwrap_or(SEARCH_LIMIT_DEFAULT);
    let found = app.services.users().autocomplete_users(&me, asked.in_team, asked.in_channel, &asked.name, limit).await?;
    Ok(Json(user::Autocompleted { users: public(&found.users), out_of_channel: found.out_of_channel.as_deref().map(public) }))
}

async fn get_users_with_invalid_emails(State(app): State<App>, me: Me, Query(page): Query<Page>) -> ApiResult<Json<Vec<user::User>>> {
    Ok(Json(public(&app.services.users().users_with_invalid_emails(&me, page.per_page, page.offset()).await?)))
}

async fn get_total_users_stats(State(app): State<App>, me: Me) -> ApiResult<Json<user::UsersStats>> {
    Ok(Json(user::UsersStats { total_users_count: app.services.users().count_users(&me).await? }))
}

async fn get_total_users_stats_filtered(State(app): State<App>, me: Me, Query(filter): Query<Filter>) -> ApiResult<Json<user::UsersStats>> {
    let wanted = Where { active: filter.include_deleted != "true", ..filter.wanted() };
    let total_users_count = app.services.users().count_users_where(&me, &wanted, filter.include_bots == "true").await?;
    Ok(Json(user::UsersStats { total_users_count }))
}

async fn get_server_limits(State(app): State<App>, me: Me) -> ApiResult<Json<user::ServerLimits>> {
    let active_user_count = app.services.users().count_active_people(&me).await?;
    Ok(Json(user::ServerLimits { max_users_limit: 0, active_user_count }))
}
