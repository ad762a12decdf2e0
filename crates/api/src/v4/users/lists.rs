//! Listing, searching and counting users.

use axum::extract::State;
use axum::response::Response;
use guildhall_model::Permission;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, GroupId, TeamId};
use guildhall_model::user::User;
use guildhall_services::users::{Order, SEARCH_LIMIT_MAX, UserQuery};
use guildhall_wire::common::{self, Page};
use guildhall_wire::user;
use serde::Deserialize;

use super::get::to_public;
use crate::App;
use crate::error::{ApiError, ApiResult};
use crate::etag::{IfNoneMatch, respond_with_content_etag};
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

/// Filters of lists. An empty id or anything but `true` is ignored; a malformed id is an error.
#[derive(Default, Deserialize)]
#[serde(default)]
struct UsersQuery {
    #[serde(deserialize_with = "common::empty_is_none")]
    in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    not_in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    in_channel: Option<ChannelId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    not_in_channel: Option<ChannelId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    in_group: Option<GroupId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    not_in_group: Option<GroupId>,
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

impl UsersQuery {
    fn to_filter(&self) -> UserQuery {
        let names = |text: &str| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        UserQuery {
            in_team: self.in_team,
            not_in_team: self.not_in_team,
            in_channel: self.in_channel,
            not_in_channel: self.not_in_channel,
            in_group: self.in_group,
            not_in_group: self.not_in_group,
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
    if_none_match: IfNoneMatch,
    Query(page): Query<Page>,
    Query(query): Query<UsersQuery>,
) -> ApiResult<Response> {
    let users = app.services.users().list_users(&me, &query.to_filter(), query.order()?, page.per_page, page.offset()).await?;
    Ok(respond_with_content_etag(&if_none_match, &to_listed(&app, &me, &users)))
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
    let filter = UserQuery {
        in_team: search.team_id,
        not_in_team: search.not_in_team_id,
        in_channel: search.in_channel_id,
        not_in_channel: search.not_in_channel_id,
        in_group: search.in_group_id,
        not_in_group: search.not_in_group_id,
        without_team: search.without_team,
        active: !search.allow_inactive,
        inactive: false,
        roles,
        team_roles: search.team_roles,
        channel_roles: search.channel_roles,
    };
    let users = app.services.users().search_users(&me, &filter, &search.term, limit).await?;
    Ok(Json(to_listed(&app, &me, &users)))
}

/// The public fields; those who may see all users also see who has a second factor.
fn to_listed(app: &App, me: &Me, users: &[User]) -> Vec<user::User> {
    let sees_accounts = app.services.access.has_system_permission(me, Permission::SysconsoleReadUserManagementUsers);
    let listed = |user: &User| user::User { mfa_active: sees_accounts && user.has_second_factor, ..user::User::public(user) };
    users.iter().map(listed).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AutocompleteQuery {
    #[serde(deserialize_with = "common::empty_is_none", alias = "team_id")]
    in_team: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none", alias = "channel_id")]
    in_channel: Option<ChannelId>,
    name: String,
    limit: String,
}

async fn autocomplete_users(
    State(app): State<App>,
    me: Me,
    Query(query): Query<AutocompleteQuery>,
) -> ApiResult<Json<user::UserAutocomplete>> {
    let limit = query.limit.parse().ok().filter(|limit| *limit > 0).unwrap_or(SEARCH_LIMIT_DEFAULT);
    let matches = app.services.users().autocomplete_users(&me, query.in_team, query.in_channel, &query.name, limit).await?;
    Ok(Json(user::UserAutocomplete { users: to_public(&matches.users), out_of_channel: matches.out_of_channel.as_deref().map(to_public) }))
}

async fn get_users_with_invalid_emails(State(app): State<App>, me: Me, Query(page): Query<Page>) -> ApiResult<Json<Vec<user::User>>> {
    Ok(Json(to_public(&app.services.users().users_with_invalid_emails(&me, page.per_page, page.offset()).await?)))
}

async fn get_total_users_stats(State(app): State<App>, me: Me) -> ApiResult<Json<user::UsersStats>> {
    Ok(Json(user::UsersStats { total_users_count: app.services.users().count_users(&me).await? }))
}

async fn get_total_users_stats_filtered(
    State(app): State<App>,
    me: Me,
    Query(query): Query<UsersQuery>,
) -> ApiResult<Json<user::UsersStats>> {
    let filter = UserQuery { active: query.include_deleted != "true", ..query.to_filter() };
    let total_users_count = app.services.users().count_users_where(&me, &filter, query.include_bots == "true").await?;
    Ok(Json(user::UsersStats { total_users_count }))
}

async fn get_server_limits(State(app): State<App>, me: Me) -> ApiResult<Json<user::ServerLimits>> {
    let active_user_count = app.services.users().count_active_people(&me).await?;
    Ok(Json(user::ServerLimits { max_users_limit: 0, active_user_count }))
}
