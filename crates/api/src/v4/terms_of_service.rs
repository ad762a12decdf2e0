//! The operations on terms of service.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::codes::context;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::terms_of_service::{NewTermsOfService, TermsOfService, TermsOfServiceAction, UserTermsOfService};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/terms_of_service", Gate::SessionOrLocal, get_terms_of_service)
        .post("/terms_of_service", Gate::System(Permission::SysconsoleWriteComplianceCustomTermsOfService), create_terms_of_service)
        .get("/users/{user_id}/terms_of_service", Gate::Session, get_user_terms_of_service)
        .post("/users/{user_id}/terms_of_service", Gate::Session, register_terms_of_service_action)
}

async fn get_terms_of_service(State(app): State<App>, me: Me) -> ApiResult<Json<TermsOfService>> {
    Ok(Json((&app.services.terms_of_service().latest_terms(&me).await?).into()))
}

async fn create_terms_of_service(State(app): State<App>, me: Me, Json(new): Json<NewTermsOfService>) -> ApiResult<Json<TermsOfService>> {
    Ok(Json((&app.services.terms_of_service().create_terms(&me, &new.text).await?).into()))
}

async fn get_user_terms_of_service(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<UserTermsOfService>> {
    let user = user.resolve(me.user_id);
    Ok(Json(UserTermsOfService::new(user, app.services.terms_of_service().accepted_terms(&me, user).await?)))
}

async fn register_terms_of_service_action(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(action): Json<TermsOfServiceAction>,
) -> ApiResult<Json<StatusOk>> {
    let id = action.terms_of_service_id.parse().map_err(|_| context::INVALID_PARAM.with("name", "serviceTermsId"))?;
    app.services.terms_of_service().answer_terms(&me, user.resolve(me.user_id), id, action.accepted).await?;
    Ok(Json(OK))
}
