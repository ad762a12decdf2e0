//! The operations on findings, the results of the checks of the machine. They are not Mattermost's.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use guildhall_model::Permission;
use guildhall_model::codes::findings as codes;
use guildhall_model::finding::FindingId;
use guildhall_services::findings as services;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::finding::{Finding, FindingList, Node, Progress};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    let gate = Gate::System(Permission::SysconsoleWriteEnvironmentPerformanceMonitoring);
    routes
        .get("/findings", Gate::System(Permission::SysconsoleReadEnvironmentPerformanceMonitoring), get_findings)
        .post("/findings/examine", gate, examine)
        .put("/findings/{finding_id}/mute", gate, mute_finding)
        .delete("/findings/{finding_id}/mute", gate, unmute_finding)
}

async fn get_findings(State(app): State<App>, me: Me) -> ApiResult<Json<FindingList>> {
    Ok(Json(to_wire(app.services.findings().findings(&me).await?)))
}

/// Begins an examination; `GET /findings` has its progress.
async fn examine(State(app): State<App>, me: Me) -> ApiResult<(StatusCode, Json<StatusOk>)> {
    app.services.findings().request_examination(&me).await?;
    let services = Arc::clone(&app.services);
    tokio::spawn(async move {
        if let Err(error) = services.findings().examine(true).await {
            tracing::warn!(%error, "an examination was not stored");
        }
    });
    Ok((StatusCode::ACCEPTED, Json(OK)))
}

async fn mute_finding(State(app): State<App>, me: Me, Path(id): Path<String>) -> ApiResult<Json<StatusOk>> {
    app.services.findings().mute_finding(&me, &parse(&id)?).await?;
    Ok(Json(OK))
}

async fn unmute_finding(State(app): State<App>, me: Me, Path(id): Path<String>) -> ApiResult<Json<StatusOk>> {
    app.services.findings().unmute_finding(&me, &parse(&id)?).await?;
    Ok(Json(OK))
}

fn parse(id: &str) -> ApiResult<FindingId> {
    Ok(FindingId::from_name(id).ok_or(codes::NOT_FOUND)?)
}

fn to_wire(list: services::FindingList) -> FindingList {
    let services::Progress { is_running, done, total } = list.progress;
    let node = |node: services::NodeExamination| Node {
        id: node.id.to_string(),
        name: node.name,
        version: node.version,
        examined_at: node.examined_at.0,
        thorough_at: node.thorough_at.0,
    };
    let finding = |listed: services::ListedFinding| {
        let node_id = listed.node.map(|node| node.to_string()).unwrap_or_default();
        let finding = Finding::new(listed.finding, listed.explanation, listed.is_muted);
        Finding { node_id, since: listed.since.0, ..finding }
    };
    FindingList {
        examination: Progress { is_running, done, total },
        nodes: list.nodes.into_iter().map(node).collect(),
        findings: list.findings.into_iter().map(finding).collect(),
    }
}
