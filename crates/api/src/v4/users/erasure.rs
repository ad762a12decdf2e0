//! Erasing people.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_services::erasure::EraseRequest;
use guildhall_wire::common::UserRef;
use guildhall_wire::erasure::EraseUser;
use guildhall_wire::job::Job;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/users/{user_id}/erase", Gate::System(Permission::ManageSystem), erase_user)
}

/// Not of Mattermost. The answer is the job.
async fn erase_user(State(app): State<App>, me: Me, Path(user): Path<UserRef>, Json(body): Json<EraseUser>) -> ApiResult<Created<Job>> {
    let messages = body.messages()?;
    let request = EraseRequest { username: body.username, messages };
    Ok(Created(app.services.erasure().erase_user(&me, user.resolve(me.user_id), request).await?.into()))
}
