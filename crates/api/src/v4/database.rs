//! The mode of the database while the command line moves it. Not Mattermost's.

use axum::extract::State;
use guildhall_wire::common::{OK, StatusOk};
use guildhall_wire::database::DatabaseModeRequest;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.put("/database/mode", Gate::Local, set_database_mode)
}

async fn set_database_mode(State(app): State<App>, me: Me, Json(request): Json<DatabaseModeRequest>) -> ApiResult<Json<StatusOk>> {
    app.services.database().set_mode(&me, request.into(), request.lease_ms).await?;
    Ok(Json(OK))
}
