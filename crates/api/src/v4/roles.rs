//! The operations on roles.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use guildhall_model::Permission;
use guildhall_model::codes::context;
use guildhall_model::id::RoleId;
use guildhall_model::role;
use guildhall_wire::role::{Role, RoleDefaults, RolePatch};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/roles", Gate::System(Permission::SysconsoleReadUserManagementPermissions), get_all_roles)
        .get("/roles/defaults", Gate::System(Permission::SysconsoleReadUserManagementPermissions), get_role_defaults)
        .get("/roles/{role_id}", Gate::SessionOrLocal, get_role)
        // Without this route, a GET would be answered as an unknown route instead of as an invalid id.
        .get("/roles/names", Gate::SessionOrLocal, get_role)
        .get("/roles/name/{role_name}", Gate::SessionOrLocal, get_role_by_name)
        .post("/roles/names", Gate::SessionOrLocal, get_roles_by_names)
        .put("/roles/{role_id}/patch", Gate::System(Permission::SysconsoleWriteUserManagementPermissions), patch_role)
        .post("/roles/{role_id}/reset", Gate::System(Permission::SysconsoleWriteUserManagementPermissions), reset_role)
}

fn to_wire_list(roles: &[role::Role]) -> Json<Vec<Role>> {
    Json(roles.iter().map(Role::from).collect())
}

async fn get_all_roles(State(app): State<App>, me: Me) -> ApiResult<Json<Vec<Role>>> {
    Ok(to_wire_list(&app.services.roles().all_roles(&me).await?))
}

async fn get_role_defaults() -> Json<RoleDefaults> {
    Json(RoleDefaults::new())
}

async fn get_role(State(app): State<App>, me: Me, params: Result<RawPathParams, RawPathParamsRejection>) -> ApiResult<Json<Role>> {
    let id = params.ok().and_then(|params| params.iter().find_map(|(_, value)| value.parse().ok()));
    let id: RoleId = id.ok_or_else(|| context::INVALID_URL_PARAM.with("name", "role_id"))?;
    Ok(Json(Role::from(&app.services.roles().role(&me, id).await?)))
}

async fn get_role_by_name(State(app): State<App>, me: Me, Path(name): Path<String>) -> ApiResult<Json<Role>> {
    Ok(Json(Role::from(&app.services.roles().role_by_name(&me, &name).await?)))
}

async fn get_roles_by_names(State(app): State<App>, me: Me, Json(names): Json<Vec<String>>) -> ApiResult<Json<Vec<Role>>> {
    Ok(to_wire_list(&app.services.roles().roles_by_names(&me, &names).await?))
}

async fn patch_role(State(app): State<App>, me: Me, Path(id): Path<RoleId>, Json(patch): Json<RolePatch>) -> ApiResult<Json<Role>> {
    let permissions = patch.permissions.ok_or_else(|| context::INVALID_PARAM.with("name", "permissions"))?;
    Ok(Json(Role::from(&app.services.roles().patch_role(&me, id, &permissions).await?)))
}

async fn reset_role(State(app): State<App>, me: Me, Path(id): Path<RoleId>) -> ApiResult<Json<Role>> {
    Ok(Json(Role::from(&app.services.roles().reset_role(&me, id).await?)))
}
