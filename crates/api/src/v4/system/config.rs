//! The administrators' configuration.

use axum::extract::State;
use guildhall_model::Actor;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::config as wire;
use serde_json::Value;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me};

pub(super) async fn get_config(State(app): State<App>) -> ApiResult<Json<Value>> {
    Ok(Json(wire::admin(&app.services.settings(), &app.services.system().server_info().await?)?))
}

pub(super) async fn update_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Json<Value>> {
    change(&app, &me, &sent).await
}

/// Like the whole: what was left out stays as it is.
pub(super) async fn patch_config(State(app): State<App>, me: Me, Json(sent): Json<Value>) -> ApiResult<Json<Value>> {
    change(&app, &me, &sent).await
}

async fn change(app: &App, me: &Actor, sent: &Value) -> ApiResult<Json<Value>> {
    let server_info = app.services.system().server_info().await?;
    let wanted = wire::changed(&app.services.settings(), &server_info, sent)?;
    let settings = app.services.system().change_settings(me, wanted).await?;
    app.limiter.configure(&settings.limits);
    Ok(Json(wire::admin(&settings, &server_info)?))
}

pub(super) async fn get_environment_config(State(app): State<App>) -> Json<Value> {
    Json(wire::environment(app.services.system().fixed_settings()))
}

/// Reads again what is stored: another node may have changed it.
pub(super) async fn reload_config(State(app): State<App>) -> ApiResult<Json<StatusOk>> {
    app.services.system().load_settings().await?;
    app.limiter.configure(&app.services.settings().limits);
    Ok(Json(OK))
}
