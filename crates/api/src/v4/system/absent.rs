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
        .get("/agents", Gate::Session, get_agents)
        .get("/agents/status", Gate::Session, get_agents_status)
        .get("/llmservices", Gate::Session, get_llm_services)
        .get("/trial-license/prev", Gate::System(Permission::ManageSystem), get_previous_trial_license)
        .get("/upgrade_to_enterprise/allowed", Gate::System(Permission::ManageSystem), get_upgrade_allowed)
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

/// Of Mattermost's plugin for language models.
async fn get_agents() -> Json<Value> {
    Json(json!({"agents": []}))
}

async fn get_agents_status() -> Json<Value> {
    Json(json!({"available": false, "reason": "app.agents.bridge.not_available.plugin_not_active"}))
}

async fn get_llm_services() -> Json<Value> {
    Json(json!({"services": []}))
}

/// There is no licence, because there is nothing that takes one.
async fn get_previous_trial_license() -> ApiError {
    codes::NO_LICENSE.into()
}

async fn get_upgrade_allowed() -> ApiError {
    codes::NO_UPGRADE.into()
}

async fn acknowledge_notification() -> ApiError {
    codes::NO_PUSH.into()
}

async fn test_notification() -> ApiError {
    codes::NO_PUSH.into()
}
