//! Looking people up, one at a time.

use axum::extract::State;
use axum::response::Response;
use guildhall_model::user::User;
use guildhall_wire::common::UserRef;
use guildhall_wire::user;

use crate::App;
use crate::error::ApiResult;
use crate::etag::{IfNoneMatch, tagged};
use crate::extract::{Me, Path};

pub(super) async fn get_user(State(app): State<App>, me: Me, known: IfNoneMatch, Path(user_id): Path<UserRef>) -> ApiResult<Response> {
    let user = app.services.user(&me, user_id.resolve(me.user_id)).await?;
    Ok(shown(&app, &me, &known, &user))
}

/// The whole account to its owner and to administrators, the public part to others.
pub(super) fn shown(app: &App, me: &Me, known: &IfNoneMatch, user: &User) -> Response {
    let is_whole = app.services.sees_whole(me, user.id);
    let tag = format!("{}.{}.{}.{is_whole}", guildhall_wire::API_LEVEL, user.id, user.update_at.0);
    tagged(known, &tag, || if is_whole { user::User::own(user) } else { user::User::public(user) })
}
