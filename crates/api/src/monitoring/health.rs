//! Health checks with the meaning that Kubernetes gives them: a process that is not live is restarted, one that is not ready
//! gets no requests.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_services::monitoring::{DiskState, Readiness};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::Phase;
use crate::App;
use crate::extract::Json;
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.under("").get("/health/live", Gate::Public, get_health_live).get("/health/ready", Gate::Public, get_health_ready)
}

/// The process answers. What it depends on is not checked: a restart would not mend that.
pub(super) async fn get_health_live() -> Response {
    answer(StatusCode::OK, json!({"status": "live"}))
}

pub(super) async fn get_health_ready(State(app): State<App>) -> Response {
    let phase = app.monitoring.phase();
    let readiness = app.services.monitoring().readiness().await;
    let is_ready = phase == Phase::Running && readiness.is_ready();
    let (status, text) = if is_ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    answer(status, json!({"status": text, "parts": parts(phase, readiness)}))
}

fn parts(phase: Phase, Readiness { database, disk }: Readiness) -> Value {
    json!({
        "process": match phase {
            Phase::Starting => "starting",
            Phase::Running => "ok",
            Phase::Stopping => "stopping",
        },
        "database": if database { "ok" } else { "failed" },
        "disk": match disk {
            DiskState::Usable => "ok",
            DiskState::Low => "low",
            DiskState::Unusable => "failed",
        },
    })
}

fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}
