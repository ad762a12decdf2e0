//! The operations on preferences.

use axum::extract::State;
use guildhall_model::user;
use guildhall_wire::common::{OK, StatusOk, UserRef};
use guildhall_wire::preference::Preference;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/users/{user_id}/preferences", Gate::Session, get_preferences)
        .put("/users/{user_id}/preferences", Gate::Session, update_preferences)
        .post("/users/{user_id}/preferences/delete", Gate::Session, delete_preferences)
        .get("/users/{user_id}/preferences/{category}", Gate::Session, get_preferences_by_category)
        .get("/users/{user_id}/preferences/{category}/name/{preference_name}", Gate::Session, get_preferences_by_category_by_name)
}

fn to_wire_list(preferences: &[user::Preference]) -> Json<Vec<Preference>> {
    Json(preferences.iter().map(Preference::from).collect())
}

async fn get_preferences(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<Vec<Preference>>> {
    Ok(to_wire_list(&app.services.preferences().preferences(&me, user.resolve(me.user_id)).await?))
}

async fn get_preferences_by_category(
    State(app): State<App>,
    me: Me,
    Path((user, category)): Path<(UserRef, String)>,
) -> ApiResult<Json<Vec<Preference>>> {
    Ok(to_wire_list(&app.services.preferences().preferences_of_category(&me, user.resolve(me.user_id), &category).await?))
}

async fn get_preferences_by_category_by_name(
    State(app): State<App>,
    me: Me,
    Path((user, category, name)): Path<(UserRef, String, String)>,
) -> ApiResult<Json<Preference>> {
    let preference = app.services.preferences().preference(&me, user.resolve(me.user_id), &category, &name).await?;
    Ok(Json(Preference::from(&preference)))
}

async fn update_preferences(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(changed): Json<Vec<Preference>>,
) -> ApiResult<Json<StatusOk>> {
    let changed = changed.into_iter().map(user::Preference::from).collect();
    app.services.preferences().save_preferences(&me, user.resolve(me.user_id), changed).await?;
    Ok(Json(OK))
}

async fn delete_preferences(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Json(deleted): Json<Vec<Preference>>,
) -> ApiResult<Json<StatusOk>> {
    let deleted = deleted.into_iter().map(user::Preference::from).collect();
    app.services.preferences().delete_preferences(&me, user.resolve(me.user_id), deleted).await?;
    Ok(Json(OK))
}
