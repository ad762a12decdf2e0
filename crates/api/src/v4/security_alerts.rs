//! The operations on security alerts. They are not Mattermost's.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::id::SecurityAlertId;
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::security_alert::SecurityAlert;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/security_alerts", Gate::System(Permission::ReadAudits), get_security_alerts).post(
        "/security_alerts/{alert_id}/acknowledge",
        Gate::System(Permission::ManageSystem),
        acknowledge_security_alert,
    )
}

#[derive(Deserialize)]
struct AlertsQuery {
    /// Only those that nobody has acknowledged.
    #[serde(default)]
    open: bool,
}

async fn get_security_alerts(
    State(app): State<App>,
    me: Me,
    Query(query): Query<AlertsQuery>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<SecurityAlert>>> {
    let alerts = app.services.security_alerts().alerts(&me, query.open, page.per_page, page.offset()).await?;
    Ok(Json(alerts.into_iter().map(SecurityAlert::from).collect()))
}

async fn acknowledge_security_alert(State(app): State<App>, me: Me, Path(id): Path<SecurityAlertId>) -> ApiResult<Json<StatusOk>> {
    app.services.security_alerts().acknowledge_alert(&me, id).await?;
    Ok(Json(OK))
}
