//! Somebody is typing.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::user::Typing;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/users/{user_id}/typing", Gate::Session, publish_user_typing)
}

/// Only for oneself: nobody types for somebody else.
async fn publish_user_typing(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(typing): Json<Typing>,
) -> ApiResult<Json<StatusOk>> {
    if user.resolve(me.user_id) != me.user_id {
        app.services.access.system_permission(&me, Permission::ManageSystem)?;
    }
    app.services.typing(&me, typing.channel_id, typing.parent_id).await?;
    Ok(Json(OK))
}
