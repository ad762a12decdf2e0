//! The operations on the audit trail.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guildhall_model::audit::ExportFormat;
use guildhall_model::codes::context;
use guildhall_model::{Millis, Permission};
use guildhall_services::audits::ExportRange;
use guildhall_wire::audit::{Audit, AuditFault, AuditSeal, AuditVerification};
use guildhall_wire::common::{Page, UserRef};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/audits", Gate::System(Permission::ReadAudits), get_audits)
        .get("/users/{user_id}/audits", Gate::SessionOrLocal, get_user_audits)
        // Not of Mattermost.
        .get("/audits/export", Gate::System(Permission::ReadAudits), export_audits)
        .get("/audits/seals/{seal_number}", Gate::System(Permission::ReadAudits), get_audit_seal)
        .get("/audits/verify", Gate::System(Permission::ReadAudits), verify_audits)
}

async fn get_audits(State(app): State<App>, me: Me, Query(page): Query<Page>) -> ApiResult<Json<Vec<Audit>>> {
    let audits = app.services.audits().audits(&me, page.per_page, page.offset()).await?;
    Ok(Json(audits.into_iter().map(Audit::from).collect()))
}

async fn get_user_audits(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<Audit>>> {
    let audits = app.services.audits().user_audits(&me, user.resolve(me.user_id), page.per_page, page.offset()).await?;
    Ok(Json(audits.into_iter().map(Audit::from).collect()))
}

/// Milliseconds since 1970, and sequence numbers.
#[derive(Deserialize)]
struct ExportQuery {
    #[serde(default)]
    since: i64,
    until: Option<i64>,
    #[serde(default)]
    after: i64,
    limit: Option<i64>,
    format: Option<String>,
}

/// Lines of JSON, as long as there are records in the range.
async fn export_audits(State(app): State<App>, me: Me, Query(query): Query<ExportQuery>) -> ApiResult<Response> {
    let invalid = |name| context::INVALID_PARAM.with("name", name);
    let format = ExportFormat::from_name(query.format.as_deref().unwrap_or("ocsf")).ok_or_else(|| invalid("format"))?;
    if query.limit.is_some_and(|limit| limit < 1) {
        return Err(invalid("limit").into());
    }
    let range =
        ExportRange { since: Millis(query.since), until: Millis(query.until.unwrap_or(i64::MAX)), after: query.after, limit: query.limit };
    let export = app.services.audits().begin_export(&me, range, format).await?;
    let services = Arc::clone(&app.services);
    let lines = futures::stream::try_unfold((services, export), |(services, mut export)| async move {
        let page = services.audits().next_page(&mut export).await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>((!page.is_empty()).then_some((page, (services, export))))
    });
    let headers = [(CONTENT_TYPE, "application/x-ndjson"), (CONTENT_DISPOSITION, "attachment; filename=\"audits.jsonl\"")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn get_audit_seal(State(app): State<App>, me: Me, Path(number): Path<i64>) -> ApiResult<Json<AuditSeal>> {
    Ok(Json(app.services.audits().seal(&me, number).await?.into()))
}

#[derive(Deserialize)]
struct VerifyQuery {
    #[serde(default = "first_seal")]
    from: i64,
}

const fn first_seal() -> i64 {
    1
}

async fn verify_audits(State(app): State<App>, me: Me, Query(query): Query<VerifyQuery>) -> ApiResult<Json<AuditVerification>> {
    let verified = app.services.audits().verify_seals(&me, query.from).await?;
    let faults = verified.faults.into_iter().map(|(seal, fault)| AuditFault { seal, fault: fault.name().to_owned() });
    Ok(Json(AuditVerification {
        seals: verified.seals,
        records: verified.records,
        faults: faults.collect(),
        last: verified.last.map(AuditSeal::from),
        next: verified.next,
    }))
}
