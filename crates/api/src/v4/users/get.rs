//! Reading users by id, name or email address.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::user::User;
use guildhall_services::users::USER_IDS_MAX;
use guildhall_wire::common::UserRef;
use guildhall_wire::user;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::etag::{IfNoneMatch, respond_with_etag};
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}", Gate::SettingUp, get_user)
        .get("/users/username/{username}", Gate::SessionOrLocal, get_user_by_username)
        .get("/users/email/{email}", Gate::SessionOrLocal, get_user_by_email)
        .get("/users/known", Gate::SessionOrLocal, get_known_users)
        .post("/users/ids", Gate::SessionOrLocal, get_users_by_ids)
        .post("/users/usernames", Gate::SessionOrLocal, get_users_by_usernames)
        .post("/users/group_channels", Gate::SessionOrLocal, get_users_by_group_channel_ids)
}

async fn get_user(State(app): State<App>, me: Me, if_none_match: IfNoneMatch, Path(user): Path<UserRef>) -> ApiResult<Response> {
    let user = app.services.users().user(&me, user.resolve(me.user_id)).await?;
    if user.id != me.user_id {
        return Ok(user_response(&app, &me, &if_none_match, &user));
    }
    let accepted = app.services.terms_of_service().accepted_terms_of(&user).await?;
    let tag = format!("{}.{}", user_tag(&user, true), accepted.map_or(0, |accepted| accepted.accepted_at.0));
    Ok(respond_with_etag(&if_none_match, &tag, || to_wire_for(&app, &me, &user).with_accepted_terms(accepted)))
}

async fn get_user_by_username(State(app): State<App>, me: Me, if_none_match: IfNoneMatch, Path(name): Path<String>) -> ApiResult<Response> {
    let user = app.services.users().user_by_username(&me, &name).await?;
    Ok(user_response(&app, &me, &if_none_match, &user))
}

async fn get_user_by_email(State(app): State<App>, me: Me, if_none_match: IfNoneMatch, Path(email): Path<String>) -> ApiResult<Response> {
    let user = app.services.users().user_by_email(&me, &email).await?;
    Ok(user_response(&app, &me, &if_none_match, &user))
}

/// All fields to the user and to administrators, the public fields to others.
fn user_response(app: &App, me: &Me, if_none_match: &IfNoneMatch, user: &User) -> Response {
    let is_full = app.services.users().may_see_full_account(me, user.id);
    respond_with_etag(if_none_match, &user_tag(user, is_full), || to_wire_for(app, me, user))
}

fn user_tag(user: &User, is_full: bool) -> String {
    format!("{}.{}.{}.{is_full}", guildhall_wire::API_LEVEL, user.id, user.update_at.0)
}

/// The fields of a user that the caller may see.
pub(super) fn to_wire_for(app: &App, me: &Me, user: &User) -> user::User {
    if app.services.users().may_see_full_account(me, user.id) { user::User::for_owner(user) } else { user::User::public(user) }
}

pub(super) fn to_public(users: &[User]) -> Vec<user::User> {
    users.iter().map(user::User::public).collect()
}

async fn get_known_users(State(app): State<App>, me: Me) -> ApiResult<Json<Vec<UserId>>> {
    Ok(Json(app.services.users().known_users(&me).await?))
}

#[derive(Deserialize)]
struct SinceQuery {
    #[serde(default)]
    since: i64,
}

async fn get_users_by_ids(
    State(app): State<App>,
    me: Me,
    Query(query): Query<SinceQuery>,
    Json(ids): Json<Vec<UserId>>,
) -> ApiResult<Json<Vec<user::User>>> {
    if ids.is_empty() || ids.len() > USER_IDS_MAX {
        return Err(context::INVALID_PARAM.with("name", "user_ids").into());
    }
    let mut users = app.services.users().users_by_ids(&me, ids).await?;
    users.retain(|user| user.update_at.0 > query.since);
    Ok(Json(to_public(&users)))
}

async fn get_users_by_usernames(State(app): State<App>, me: Me, Json(names): Json<Vec<String>>) -> ApiResult<Json<Vec<user::User>>> {
    if names.is_empty() || names.len() > USER_IDS_MAX {
        return Err(context::INVALID_PARAM.with("name", "usernames").into());
    }
    Ok(Json(to_public(&app.services.users().users_by_usernames(&me, &names).await?)))
}

async fn get_users_by_group_channel_ids(
    State(app): State<App>,
    me: Me,
    Json(channels): Json<Vec<ChannelId>>,
) -> ApiResult<Json<BTreeMap<String, Vec<user::User>>>> {
    let mut by_channel = BTreeMap::<_, Vec<_>>::new();
    for (channel, user) in app.services.users().users_of_group_channels(&me, &channels).await? {
        by_channel.entry(channel.to_string()).or_default().push(user::User::public(&user));
    }
    Ok(Json(by_channel))
}
