//! Liveness and health of the server.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_wire::analytics::Ping;
use http::StatusCode;
use serde::Deserialize;

use crate::App;
use crate::extract::{Json, Query};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PingQuery {
    get_server_status: String,
    device_id: String,
    use_rest_semantics: String,
}

pub(super) async fn get_ping(State(app): State<App>, Query(query): Query<PingQuery>) -> Response {
    let mut ping = Ping::new();
    if !query.device_id.is_empty() {
        ping.disable_notifications();
    }
    let mut status = StatusCode::OK;
    if query.get_server_status == "true" {
        let health = app.services.system().health().await;
        ping.set_health(health.database, health.files);
        if !health.is_healthy() && query.use_rest_semantics != "true" {
            status = StatusCode::INTERNAL_SERVER_ERROR;
        }
    }
    (status, Json(ping)).into_response()
}
