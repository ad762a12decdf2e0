//! The operations on the audit trail.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_wire::audit::{Audit, AuditFault, AuditSeal, AuditVerification};
use guildhall_wire::common::{Page, UserRef};

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
