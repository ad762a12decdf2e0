//! The operations on the audit trail.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_wire::audit::Audit;
use guildhall_wire::common::{Page, UserRef};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/audits", Gate::System(Permission::ReadAudits), get_audits).get(
        "/users/{user_id}/audits",
        Gate::SessionOrLocal,
        get_user_audits,
    )
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
