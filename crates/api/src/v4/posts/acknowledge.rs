//! Acknowledgements of posts, and reminders.

use axum::extract::State;
use guildhall_model::Millis;
use guildhall_model::id::PostId;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::post_priority::{Acknowledgement, NewReminder};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/users/{user_id}/posts/{post_id}/ack", Gate::Session, save_acknowledgement)
        .delete("/users/{user_id}/posts/{post_id}/ack", Gate::Session, delete_acknowledgement)
        .post("/users/{user_id}/posts/{post_id}/reminder", Gate::Session, set_post_reminder)
}

async fn save_acknowledgement(
    State(app): State<App>,
    me: Me,
    Path((user, post)): Path<(UserRef, PostId)>,
) -> ApiResult<Json<Acknowledgement>> {
    let acknowledgement = app.services.posts().acknowledge_post(&me, user.resolve(me.user_id), post).await?;
    Ok(Json(Acknowledgement::from(&acknowledgement)))
}

async fn delete_acknowledgement(State(app): State<App>, me: Me, Path((user, post)): Path<(UserRef, PostId)>) -> ApiResult<Json<StatusOk>> {
    app.services.posts().remove_acknowledgement(&me, user.resolve(me.user_id), post).await?;
    Ok(Json(OK))
}

async fn set_post_reminder(
    State(app): State<App>,
    me: Me,
    Path((user, post)): Path<(UserRef, PostId)>,
    Json(body): Json<NewReminder>,
) -> ApiResult<Json<StatusOk>> {
    let target_at = Millis(body.target_time.saturating_mul(1_000));
    app.services.posts().set_reminder(&me, user.resolve(me.user_id), post, target_at).await?;
    Ok(Json(OK))
}
