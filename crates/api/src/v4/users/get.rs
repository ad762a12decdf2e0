//! Looking people up by what they are known by.

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
use crate::etag::{IfNoneMatch, tagged};
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}", Gate::SessionOrLocal, get_user)
        .get("/users/username/{username}", Gate::SessionOrLocal, get_user_by_username)
        .get("/users/email/{email}", Gate::SessionOrLocal, get_user_by_email)
        .get("/users/known", Gate::SessionOrLocal, get_known_users)
        .post("/users/ids", Gate::SessionOrLocal, get_users_by_ids)
        .post("/users/usernames", Gate::SessionOrLocal, get_users_by_usernames)
        .post("/users/group_channels", Gate::SessionOrLocal, get_users_by_group_channel_ids)
}

async fn get_user(State(app): State<App>, me: Me, known: IfNoneMatch, Path(user): Path<UserRef>) -> ApiResult<Response> {
    let user = app.services.users().user(&me, user.resolve(me.user_id)).await?;
    Ok(shown(&app, &me, &known, &user))
}

async fn get_user_by_username(State(app): State<App>, me: Me, known: IfNoneMatch, Path(name): Path<String>) -> ApiResult<Response> {
    let user = app.services.users().user_by_username(&me, &name).await?;
    Ok(shown(&app, &me, &known, &user))
}

async fn get_user_by_email(State(app): State<App>, me: Me, known: IfNoneMatch, Path(email): Path<String>) -> ApiResult<Response> {
    let user = app.services.users().user_by_email(&me, &email).await?;
    Ok(shown(&app, &me, &known, &user))
}

/// The whole account to its owner and to administrators, the public part to others.
fn shown(app: &App, me: &Me, known: &IfNoneMatch, user: &User) -> Response {
    let is_whole = app.services.users().sees_whole(me, user.id);
    let tag = format!("{}.{}.{}.{is_whole}", guildhall_wire::API_LEVEL, user.id, user.update_at.0);
    tagged(known, &tag, || view(app, me, user))
}

/// A person as the one who asks sees them.
pub(super) fn view(app: &App, me: &Me, person: &User) -> user::User {
    if app.services.users().sees_whole(me, person.id) { user::User::own(person) } else { user::User::public(person) }
}

pub(super) fn public(people: &[User]) -> Vec<user::User> {
    people.iter().map(user::User::public).collect()
}

async fn get_known_users(State(app): State<App>, me: Me) -> ApiResult<Json<Vec<UserId>>> {
    Ok(Json(app.services.users().known_users(&me).await?))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: i64,
}

async fn get_users_by_ids(
    State(app): State<App>,
    me: Me,
    Query(changed): Query<Since>,
    Json(ids): Json<Vec<UserId>>,
) -> ApiResult<Json<Vec<user::User>>> {
    if ids.is_empty() || ids.len() > USER_IDS_MAX {
        return Err(context::INVALID_PARAM.with("name", "user_ids").into());
    }
    let mut users = app.services.users().users_by_ids(&me, ids).await?;
    users.retain(|user| user.update_at.0 > changed.since);
    Ok(Json(public(&users)))
}

async fn get_users_by_usernames(State(app): State<App>, me: Me, Json(names): Json<Vec<String>>) -> ApiResult<Json<Vec<user::User>>> {
    if names.is_empty() || names.len() > USER_IDS_MAX {
        return Err(context::INVALID_PARAM.with("name", "usernames").into());
    }
    Ok(Json(public(&app.services.users().users_by_usernames(&me, &names).await?)))
}

async fn get_users_by_group_channel_ids(
    State(app): State<App>,
    me: Me,
    Json(channels): Json<Vec<ChannelId>>,
) -> ApiResult<Json<BTreeMap<String, Vec<user::User>>>> {
    let mut by_channel = BTreeMap::<_, Vec<_>>::new();
    for (channel, person) in app.services.users().users_of_group_channels(&me, &channels).await? {
        by_channel.entry(channel.to_string()).or_default().push(user::User::public(&person));
    }
    Ok(Json(by_channel))
}
