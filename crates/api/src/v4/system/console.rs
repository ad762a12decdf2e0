//! Small operations of clients and of the system console.

use axum::extract::State;
use guildhall_model::codes::{context, system as codes};
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::permission::with_ancillary;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me};

/// Longest message that a client may write to the log.
const LOG_CHARS_MAX: usize = 4096;
/// Most permissions in one request.
const PERMISSIONS_MAX: usize = 500;

#[derive(Deserialize)]
pub(super) struct ClientLog {
    #[serde(default)]
    level: String,
    message: String,
}

pub(super) async fn post_log(me: Me, Json(log): Json<ClientLog>) -> ApiResult<Json<Value>> {
    if log.message.chars().count() > LOG_CHARS_MAX {
        return Err(codes::LOG_TOO_LARGE.with("limit", LOG_CHARS_MAX).into());
    }
    let user_id = me.user_id;
    // Formatted as a literal, so that a client cannot forge lines of the log.
    match log.level.as_str() {
        "ERROR" => tracing::warn!(%user_id, message = ?log.message, "error report of a client"),
        _ => tracing::debug!(%user_id, message = ?log.message, "report of a client"),
    }
    Ok(Json(json!({"level": log.level, "message": log.message})))
}

#[derive(Serialize)]
pub(super) struct SchemaMigration {
    version: i64,
    name: &'static str,
}

pub(super) async fn get_applied_schema_migrations(State(app): State<App>) -> Json<Vec<SchemaMigration>> {
    let steps = app.services.system().schema_migrations();
    Json(steps.into_iter().map(|(version, name)| SchemaMigration { version, name }).collect())
}

pub(super) async fn get_supported_timezone(State(app): State<App>) -> Json<Vec<&'static str>> {
    Json(app.services.system().timezones())
}

pub(super) async fn get_first_admin_setup_complete(State(app): State<App>, me: Me) -> ApiResult<Json<Value>> {
    let complete = app.services.system().onboarding_is_complete(&me).await?;
    Ok(Json(json!({"name": "FirstAdminSetupComplete", "value": complete.to_string()})))
}

/// Not of Mattermost. The code that the first account takes; empty once there is an account.
pub(super) async fn get_setup_code(State(app): State<App>, me: Me) -> ApiResult<Json<Value>> {
    let code = app.services.system().setup_code(&me).await?;
    Ok(Json(json!({"setup_code": code.map(guildhall_model::ports::Secret::expose).unwrap_or_default()})))
}

#[derive(Deserialize)]
pub(super) struct SetupRequest {
    #[serde(default)]
    install_plugins: Vec<String>,
}

pub(super) async fn complete_setup(State(app): State<App>, me: Me, Json(setup): Json<SetupRequest>) -> ApiResult<Json<StatusOk>> {
    if !setup.install_plugins.is_empty() {
        return Err(codes::PLUGINS_DISABLED.into());
    }
    app.services.system().complete_onboarding(&me).await?;
    Ok(Json(OK))
}

/// Adds the permissions that the console needs for its pages besides the given ones.
pub(super) async fn get_ancillary_permissions_post(Json(permissions): Json<Vec<String>>) -> ApiResult<Json<Vec<String>>> {
    if permissions.len() > PERMISSIONS_MAX {
        return Err(context::INVALID_PARAM.with("name", "permissions").into());
    }
    Ok(Json(with_ancillary(permissions)))
}
