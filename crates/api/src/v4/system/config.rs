//! The administrators' configuration.

use axum::extract::State;
use guildhall_model::Actor;
use guildhall_model::settings::Setting;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::config as wire;
use serde_json::Value;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me};

/// What the caller may see of it.
pub(super) async fn get_config(State(app): State<App>, me: Me) -> ApiResult<Json<Value>> {
    let system = app.services.system();
    Ok(Json(wire::admin_config(&app.services.settings(), &system.server_info().await?, &|row| system.may_read_setting(&me, row))?))
}

pub(super) async fn update_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Json<Value>> {
    apply(&app, &me, &sent).await
}

/// The same as [`update_config`]: keys that are left out keep their values there, too.
pub(super) async fn patch_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Json<Value>> {
    apply(&app, &me, &sent).await
}

async fn apply(app: &App, me: &Actor, sent: &Value) -> ApiResult<Json<Value>> {
    let server_info = app.services.system().server_info().await?;
    let system = app.services.system();
    let is_visible = |row: &Setting| system.may_read_setting(me, row);
    let changed = wire::apply_admin_config(&app.services.settings(), &server_info, sent, &is_visible)?;
    let settings = system.change_settings(me, changed).await?;
    Ok(Json(wire::admin_config(&settings, &server_info, &is_visible)?))
}

pub(super) async fn get_environment_config(State(app): State<App>) -> Json<Value> {
    Json(wire::environment_config(app.services.system().fixed_settings()))
}

/// Reads the stored settings again, which another node may have changed.
pub(super) async fn reload_config(State(app): State<App>) -> ApiResult<Json<StatusOk>> {
    app.services.system().load_settings().await?;
    Ok(Json(OK))
}
