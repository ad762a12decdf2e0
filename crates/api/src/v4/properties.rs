//! Properties of the whole server, by which Mattermost's apps learn of the classification banner. Channels have none.

use axum::extract::State;
use guildhall_model::codes::properties as codes;
use guildhall_wire::property::{
    GROUP_NAME, PropertyField, PropertyFieldSearch, PropertyValue, classification_fields, classification_values,
};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Path, Query};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .post("/properties/groups/{group_name}/fields/search", Gate::SessionOrLocal, search_property_fields)
        .get("/properties/groups/{group_name}/system/values", Gate::SessionOrLocal, get_system_property_values)
        .get("/properties/groups/{group_name}/{object_type}/fields", Gate::SessionOrLocal, get_property_fields)
        .get("/properties/groups/{group_name}/{object_type}/values/{target_id}", Gate::SessionOrLocal, get_property_values)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FieldsQuery {
    target_type: String,
    target_id: String,
}

fn check_group(name: &str) -> ApiResult<()> {
    if name == GROUP_NAME { Ok(()) } else { Err(codes::NO_GROUP.into()) }
}

async fn fields(app: &App, group_name: &str, search: &PropertyFieldSearch) -> ApiResult<Json<Vec<PropertyField>>> {
    check_group(group_name)?;
    let since = app.services.system().server_info().await?.installed_at;
    Ok(Json(classification_fields(&app.services.settings().classification, search, since, app.services.now())))
}

async fn search_property_fields(
    State(app): State<App>,
    Path(group_name): Path<String>,
    Json(search): Json<PropertyFieldSearch>,
) -> ApiResult<Json<Vec<PropertyField>>> {
    fields(&app, &group_name, &search).await
}

async fn get_property_fields(
    State(app): State<App>,
    Path((group_name, object_type)): Path<(String, String)>,
    Query(FieldsQuery { target_type, target_id }): Query<FieldsQuery>,
) -> ApiResult<Json<Vec<PropertyField>>> {
    fields(&app, &group_name, &PropertyFieldSearch { object_types: vec![object_type], target_type, target_id }).await
}

async fn get_system_property_values(State(app): State<App>, Path(group_name): Path<String>) -> ApiResult<Json<Vec<PropertyValue>>> {
    check_group(&group_name)?;
    let since = app.services.system().server_info().await?.installed_at;
    Ok(Json(classification_values(&app.services.settings().classification, since, app.services.now())))
}

/// Whatever the target is, so that the answer says nothing of it.
async fn get_property_values(Path((group_name, _, _)): Path<(String, String, String)>) -> ApiResult<Json<Vec<PropertyValue>>> {
    check_group(&group_name)?;
    Ok(Json(Vec::new()))
}
