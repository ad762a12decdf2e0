//! The operations on presence and custom statuses.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::user::Presence;
use guildhall_services::statuses;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::status::{CustomStatus, Status, StatusUpdate};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/status", Gate::SessionOrLocal, get_user_status)
        .put("/users/{user_id}/status", Gate::SessionOrLocal, update_user_status)
        .post("/users/status/ids", Gate::SessionOrLocal, get_users_statuses_by_ids)
        .put("/users/{user_id}/status/custom", Gate::SessionOrLocal, update_user_custom_status)
        .delete("/users/{user_id}/status/custom", Gate::SessionOrLocal, unset_user_custom_status)
        .delete("/users/{user_id}/status/custom/recent", Gate::SessionOrLocal, remove_recent_custom_status)
        .post("/users/{user_id}/status/custom/recent/delete", Gate::SessionOrLocal, post_user_recent_custom_status_delete)
}

async fn get_user_status(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Status>> {
    Ok(Json(Status::from(&app.services.statuses().status(&me, user.resolve(me.user_id)).await?)))
}

async fn get_users_statuses_by_ids(State(app): State<App>, me: Me, Json(users): Json<Vec<UserId>>) -> ApiResult<Json<Vec<Status>>> {
    if users.is_empty() {
        return Err(context::INVALID_PARAM.with("name", "user_ids").into());
    }
    Ok(Json(app.services.statuses().statuses(&me, &users).await?.iter().map(Status::from).collect()))
}

async fn update_user_status(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(choice): Json<StatusUpdate>,
) -> ApiResult<Json<Status>> {
    let user = user.resolve(me.user_id);
    if choice.user_id != user {
        return Err(context::INVALID_PARAM.with("name", "user_id").into());
    }
    let presence = Presence::from_name(&choice.status).ok_or_else(|| context::INVALID_PARAM.with("name", "status"))?;
    let status = app.services.statuses().set_status(&me, user, presence, choice.dnd_end_time()).await?;
    Ok(Json(Status::from(&status)))
}

fn to_service_status(status: CustomStatus) -> statuses::CustomStatus {
    let expires_at = status.expires_at.unwrap_or_default();
    statuses::CustomStatus { emoji: status.emoji, text: status.text, duration: status.duration, expires_at }
}

async fn update_user_custom_status(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(status): Json<CustomStatus>,
) -> ApiResult<Json<StatusOk>> {
    app.services.statuses().set_custom_status(&me, user.resolve(me.user_id), to_service_status(status)).await?;
    Ok(Json(OK))
}

async fn unset_user_custom_status(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.statuses().unset_custom_status(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}

async fn remove_recent_custom_status(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(status): Json<CustomStatus>,
) -> ApiResult<Json<StatusOk>> {
    app.services.statuses().remove_recent_status(&me, user.resolve(me.user_id), &to_service_status(status)).await?;
    Ok(Json(OK))
}

/// The same for clients that cannot send a body with `DELETE`.
async fn post_user_recent_custom_status_delete(
    state: State<App>,
    me: Me,
    user: Path<UserRef>,
    status: Json<CustomStatus>,
) -> ApiResult<Json<StatusOk>> {
    remove_recent_custom_status(state, me, user, status).await
}
