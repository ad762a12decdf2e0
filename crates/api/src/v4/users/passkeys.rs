//! The passkeys of an account. They are not of Mattermost.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::PasskeyId;
use guildhall_services::passkeys::BegunCeremony;
use guildhall_wire::common::{self, StatusOk, UserRef};
use guildhall_wire::passkey::{NewPasskey, NewPasskeyOptions, Passkey, PasskeyName, PasskeyOptions};
use http::StatusCode;
use serde_json::value::RawValue;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, JsonOrDefault, Me, Path};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/passkeys", Gate::SettingUp, get_passkeys)
        .post("/users/{user_id}/passkeys/options", Gate::SettingUp, begin_passkey)
        .post("/users/{user_id}/passkeys", Gate::SettingUp, add_passkey)
        .put("/users/{user_id}/passkeys/{passkey_id}", Gate::Session, rename_passkey)
        .delete("/users/{user_id}/passkeys/{passkey_id}", Gate::SessionOrLocal, remove_passkey)
}

pub(crate) fn options(begun: BegunCeremony) -> ApiResult<Json<PasskeyOptions>> {
    let options = RawValue::from_string(begun.options).map_err(|error| context::INTERNAL.with_source(error))?;
    Ok(Json(PasskeyOptions { ceremony_id: begun.id, options }))
}

async fn get_passkeys(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<Passkey>>> {
    let passkeys = app.services.passkeys().passkeys_of(&me, user.resolve(me.user_id)).await?;
    Ok(Json(passkeys.into_iter().map(Passkey::from).collect()))
}

async fn begin_passkey(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    JsonOrDefault(body): JsonOrDefault<NewPasskeyOptions>,
) -> ApiResult<Json<PasskeyOptions>> {
    options(app.services.passkeys().begin_passkey(&me, user.resolve(me.user_id), &body.password).await?)
}

async fn add_passkey(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(body): Json<NewPasskey>,
) -> ApiResult<(StatusCode, Json<Passkey>)> {
    let user = user.resolve(me.user_id);
    let passkey = app.services.passkeys().add_passkey(&me, user, body.ceremony_id, &body.name, body.credential.get()).await?;
    Ok((StatusCode::CREATED, Json(passkey.into())))
}

async fn rename_passkey(
    State(app): State<App>,
    me: Me,
    Path((user, passkey)): Path<(UserRef, PasskeyId)>,
    Json(body): Json<PasskeyName>,
) -> ApiResult<Json<StatusOk>> {
    app.services.passkeys().rename_passkey(&me, user.resolve(me.user_id), passkey, &body.name).await?;
    Ok(Json(common::OK))
}

async fn remove_passkey(State(app): State<App>, me: Me, Path((user, passkey)): Path<(UserRef, PasskeyId)>) -> ApiResult<Json<StatusOk>> {
    app.services.passkeys().remove_passkey(&me, user.resolve(me.user_id), passkey).await?;
    Ok(Json(common::OK))
}
