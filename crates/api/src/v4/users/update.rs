//! Changing accounts.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_services::users::UserPatch;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::erasure::DeleteQuery;
use guildhall_wire::user;

use super::get::to_wire_for;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .put("/users/{user_id}", Gate::SessionOrLocal, update_user)
        .put("/users/{user_id}/patch", Gate::SessionOrLocal, patch_user)
        .put("/users/{user_id}/roles", Gate::SessionOrLocal, update_user_roles)
        .put("/users/{user_id}/active", Gate::SessionOrLocal, update_user_active)
        .put("/users/{user_id}/password", Gate::SessionOrLocal, update_user_password)
        .delete("/users/{user_id}", Gate::SessionOrLocal, delete_user)
        .post("/users/{user_id}/email/verify/member", Gate::SessionOrLocal, verify_user_email_without_token)
        .post("/users/{user_id}/reset_failed_attempts", Gate::SessionOrLocal, reset_password_failed_attempts)
}

fn to_patch(patch: user::UserPatch) -> UserPatch {
    UserPatch {
        username: patch.username,
        email: patch.email,
        password: patch.password,
        nickname: patch.nickname,
        first_name: patch.first_name,
        last_name: patch.last_name,
        position: patch.position,
        locale: patch.locale,
        props: patch.props,
        notify_props: patch.notify_props,
        timezone: patch.timezone,
    }
}

/// Missing names are cleared; other missing fields are kept.
async fn update_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(fields): Json<user::UserPatch>,
) -> ApiResult<Json<user::User>> {
    let id = user.resolve(me.user_id);
    if fields.id != Some(id.to_string()) {
        return Err(context::INVALID_PARAM.with("name", "user_id").into());
    }
    let or_none = |text: Option<String>| Some(text.unwrap_or_default());
    let all_fields = user::UserPatch {
        nickname: or_none(fields.nickname),
        first_name: or_none(fields.first_name),
        last_name: or_none(fields.last_name),
        position: or_none(fields.position),
        ..fields
    };
    Ok(Json(to_wire_for(&app, &me, &app.services.users().patch_user(&me, id, to_patch(all_fields)).await?)))
}

async fn patch_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(patch): Json<user::UserPatch>,
) -> ApiResult<Json<user::User>> {
    Ok(Json(to_wire_for(&app, &me, &app.services.users().patch_user(&me, user.resolve(me.user_id), to_patch(patch)).await?)))
}

async fn update_user_roles(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<user::Roles>,
) -> ApiResult<Json<StatusOk>> {
    app.services.users().set_user_roles(&me, user.resolve(me.user_id), &body.roles).await?;
    Ok(Json(OK))
}

async fn update_user_active(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<user::Active>,
) -> ApiResult<Json<StatusOk>> {
    app.services.users().set_user_active(&me, user.resolve(me.user_id), body.active).await?;
    Ok(Json(OK))
}

/// Accounts are deactivated. What is permanent is an erasure, with the messages, as in Mattermost.
async fn delete_user(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(query): Query<DeleteQuery>,
) -> ApiResult<Json<StatusOk>> {
    let id = user.resolve(me.user_id);
    if query.is_permanent() {
        app.services.erasure().delete_permanently(&me, id).await?;
    } else {
        app.services.users().deactivate_user(&me, id).await?;
    }
    Ok(Json(OK))
}

async fn update_user_password(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<user::PasswordChange>,
) -> ApiResult<Json<StatusOk>> {
    app.services.users().change_password(&me, user.resolve(me.user_id), &body.current_password, &body.new_password).await?;
    Ok(Json(OK))
}

async fn verify_user_email_without_token(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<user::User>> {
    Ok(Json(to_wire_for(&app, &me, &app.services.users().verify_email(&me, user.resolve(me.user_id)).await?)))
}

async fn reset_password_failed_attempts(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().reset_failed_attempts(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}
