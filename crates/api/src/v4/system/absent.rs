//! Operations that official clients call and Guildhall does not have: answered as by a server without the feature. No
//! operation here stores anything.

use guildhall_model::Permission;
use guildhall_model::codes::system as codes;
use guildhall_model::id::TeamId;
use guildhall_wire::common::{OK, StatusOk};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

const READ_PLUGINS: Gate = Gate::System(Permission::SysconsoleReadPlugins);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/plugins/webapp", Gate::Public, get_webapp_plugins)
        .get("/plugins", READ_PLUGINS, get_plugins)
        .get("/plugins/statuses", READ_PLUGINS, get_plugin_statuses)
        .get("/plugins/marketplace", READ_PLUGINS, get_marketplace_plugins)
        .get("/system/notices/{team_id}", Gate::SessionOrLocal, get_notices)
        .put("/system/notices/view", Gate::Session, mark_notices_viewed)
        .get("/redirect_location", Gate::SessionOrLocal, get_redirect_location)
        .get("/users/sessions/attributes/manifest", Gate::Public, get_session_attributes_manifest)
        .post("/notifications/ack", Gate::Session, acknowledge_notification)
        .post("/notifications/test", Gate::Session, test_notification)
}

type EmptyList = Json<[Value; 0]>;

async fn get_webapp_plugins() -> EmptyList {
    Json([])
}

async fn get_plugins() -> Json<Value> {
    Json(json!({"active": [], "inactive": []}))
}

async fn get_plugin_statuses() -> EmptyList {
    Json([])
}

async fn get_marketplace_plugins() -> EmptyList {
    Json([])
}

/// Guildhall has no product notices.
async fn get_notices(_: Me, Path(_): Path<TeamId>) -> EmptyList {
    Json([])
}

async fn mark_notices_viewed(Json(_): Json<Vec<String>>) -> Json<StatusOk> {
    Json(OK)
}

/// The server follows no links, because it has no link previews.
async fn get_redirect_location() -> Json<Value> {
    Json(json!({"location": ""}))
}

/// Which attributes of a device clients report: none (`FeatureFlagSessionAttributes`). Clients ask before they have a session.
async fn get_session_attributes_manifest() -> ApiError {
    codes::NO_SESSION_ATTRIBUTES.into()
}

async fn acknowledge_notification() -> ApiError {
    codes::NO_PUSH.into()
}

async fn test_notification() -> ApiError {
    codes::NO_PUSH.into()
}
