//! Guests: making members guests and guests members, the end of their access, and offboarding.

use axum::extract::State;
use guildhall_model::{Millis, Permission};
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::invitation::GuestExpiry;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    let write_users = Gate::System(Permission::SysconsoleWriteUserManagementUsers);
    routes
        .post("/users/{user_id}/demote", Gate::System(Permission::DemoteToGuest), demote_user_to_guest)
        .post("/users/{user_id}/promote", Gate::System(Permission::PromoteGuest), promote_guest_to_user)
        .get("/users/{user_id}/guest_expiry", Gate::SessionOrLocal, get_guest_expiry)
        .put("/users/{user_id}/guest_expiry", write_users, update_guest_expiry)
        .post("/users/{user_id}/offboard", write_users, offboard_user)
}

async fn demote_user_to_guest(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().demote_user_to_guest(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}

async fn promote_guest_to_user(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().promote_guest_to_user(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}

/// Not of Mattermost, like the following ones.
async fn get_guest_expiry(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<GuestExpiry>> {
    let expires_at = app.services.users().guest_expiry(&me, user.resolve(me.user_id)).await?;
    Ok(Json(GuestExpiry { expires_at: expires_at.map_or(0, |at| at.0) }))
}

async fn update_guest_expiry(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<GuestExpiry>,
) -> ApiResult<Json<StatusOk>> {
    let expires_at = (body.expires_at != 0).then_some(Millis(body.expires_at));
    app.services.users().update_guest_expiry(&me, user.resolve(me.user_id), expires_at).await?;
    Ok(Json(OK))
}

async fn offboard_user(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<StatusOk>> {
    app.services.users().offboard_user(&me, user.resolve(me.user_id)).await?;
    Ok(Json(OK))
}
