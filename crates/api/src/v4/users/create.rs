//! Creating accounts.

use axum::extract::State;
use guildhall_model::id::InviteId;
use guildhall_services::users::NewUser;
use guildhall_wire::{common, user};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Client, Created, Json, Me, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/users", Gate::Public, create_user)
}

#[derive(Deserialize)]
struct InvitationQuery {
    #[serde(default, deserialize_with = "common::empty_is_none")]
    iid: Option<InviteId>,
    /// The token of an invitation by mail, or of a link with an end. Clients also send `d`, what the link says about the team.
    #[serde(default)]
    t: String,
    #[serde(default)]
    setup_code: String,
}

async fn create_user(
    State(app): State<App>,
    me: Option<Me>,
    client: Client,
    Query(query): Query<InvitationQuery>,
    Json(body): Json<user::NewUser>,
) -> ApiResult<Created<user::User>> {
    let new = NewUser {
        invite_id: query.iid,
        invitation_token: query.t,
        address: client.address,
        is_from_this_machine: client.is_on_this_machine,
        setup_code: query.setup_code,
        ..to_new_user(body)
    };
    let admin = me.filter(|me| app.services.users().may_create_users(me));
    let user = match admin {
        Some(me) => app.services.users().create_user_as_admin(&me, new).await?,
        None => app.services.users().create_user(new).await?,
    };
    Ok(Created(user::User::for_owner(&user)))
}

fn to_new_user(body: user::NewUser) -> NewUser {
    NewUser {
        username: body.username,
        email: body.email,
        password: body.password,
        nickname: body.nickname,
        first_name: body.first_name,
        last_name: body.last_name,
        position: body.position,
        locale: body.locale,
        notify_props: body.notify_props,
        props: body.props,
        timezone: body.timezone,
        ..NewUser::default()
    }
}
