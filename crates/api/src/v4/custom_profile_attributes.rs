//! Custom profile attributes: the fields of all profiles, and the values of people.

use std::collections::BTreeMap;

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::id::PropertyId;
use guildhall_model::profile_attribute::AttributeValue;
use guildhall_services::profile_attributes as services;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::profile_attribute::{FieldChange, Group, to_wire, values_from_wire, values_to_wire};
use guildhall_wire::property::PropertyField;
use http::StatusCode;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

const ADMIN: Gate = Gate::System(Permission::ManageSystem);

type Values = Json<BTreeMap<String, AttributeValue>>;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/custom_profile_attributes/fields", Gate::SessionOrLocal, list_all_cpa_fields)
        .post("/custom_profile_attributes/fields", ADMIN, create_cpa_field)
        .patch("/custom_profile_attributes/fields/{field_id}", ADMIN, patch_cpa_field)
        .delete("/custom_profile_attributes/fields/{field_id}", ADMIN, delete_cpa_field)
        .get("/custom_profile_attributes/group", Gate::SessionOrLocal, get_cpa_group)
        .patch("/custom_profile_attributes/values", Gate::Session, patch_cpa_values)
        .get("/users/{user_id}/custom_profile_attributes", Gate::SessionOrLocal, list_cpa_values)
        .patch("/users/{user_id}/custom_profile_attributes", Gate::SessionOrLocal, patch_cpa_values_for_user)
}

async fn list_all_cpa_fields(State(app): State<App>, Me(me): Me) -> ApiResult<Json<Vec<PropertyField>>> {
    Ok(Json(app.services.profile_attributes().profile_fields(&me).await?.iter().map(to_wire).collect()))
}

async fn create_cpa_field(
    State(app): State<App>,
    Me(me): Me,
    Json(new): Json<FieldChange>,
) -> ApiResult<(StatusCode, Json<PropertyField>)> {
    let field = app.services.profile_attributes().create_profile_field(&me, to_change(new)?).await?;
    Ok((StatusCode::CREATED, Json(to_wire(&field))))
}

async fn patch_cpa_field(
    State(app): State<App>,
    Me(me): Me,
    Path(field): Path<PropertyId>,
    Json(change): Json<FieldChange>,
) -> ApiResult<Json<PropertyField>> {
    Ok(Json(to_wire(&app.services.profile_attributes().patch_profile_field(&me, field, to_change(change)?).await?)))
}

async fn delete_cpa_field(State(app): State<App>, Me(me): Me, Path(field): Path<PropertyId>) -> ApiResult<Json<StatusOk>> {
    app.services.profile_attributes().delete_profile_field(&me, field).await?;
    Ok(Json(OK))
}

async fn get_cpa_group() -> Json<Group> {
    Json(Group::of_attributes())
}

async fn list_cpa_values(State(app): State<App>, Me(me): Me, Path(user): Path<UserRef>) -> ApiResult<Values> {
    Ok(Json(values_to_wire(app.services.profile_attributes().profile_values(&me, user.resolve(me.user_id)).await?)))
}

async fn patch_cpa_values(app: State<App>, me: Me, values: Values) -> ApiResult<Values> {
    patch_cpa_values_for_user(app, me, Path(UserRef::Me), values).await
}

async fn patch_cpa_values_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path(user): Path<UserRef>,
    Json(values): Values,
) -> ApiResult<Values> {
    let values = values_from_wire(values)?;
    Ok(Json(values_to_wire(app.services.profile_attributes().patch_profile_values(&me, user.resolve(me.user_id), values).await?)))
}

fn to_change(sent: FieldChange) -> ApiResult<services::FieldChange> {
    let (kind, attrs) = (sent.kind()?, sent.attrs.unwrap_or_default());
    attrs.check_number_of_options()?;
    let attrs = services::AttrsChange {
        visibility: attrs.visibility()?,
        sort_order: attrs.sort_order()?,
        text_kind: attrs.text_kind()?,
        is_managed: attrs.is_managed()?,
        options: attrs.options.map(|options| {
            options.into_iter().map(|option| services::NewOption { id: option.id, name: option.name, color: option.color }).collect()
        }),
        ldap: attrs.ldap,
        saml: attrs.saml,
    };
    Ok(services::FieldChange { name: sent.name, kind, attrs })
}
