//! The operations on the sidebar's categories.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::TeamId;
use guildhall_services::categories::{CategoryUpdate, NewCategory};
use guildhall_wire::category as wire;
use guildhall_wire::common::{OK, StatusOk, UserRef};

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path};
use crate::routes::{Gate, Routes};

const CATEGORIES: &str = "/users/{user_id}/teams/{team_id}/channels/categories";
const ORDER: &str = "/users/{user_id}/teams/{team_id}/channels/categories/order";
const CATEGORY: &str = "/users/{user_id}/teams/{team_id}/channels/categories/{category_id}";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get(CATEGORIES, Gate::Session, get_sidebar_categories_for_team_for_user)
        .post(CATEGORIES, Gate::Session, create_sidebar_category_for_team_for_user)
        .put(CATEGORIES, Gate::Session, update_sidebar_categories_for_team_for_user)
        .get(ORDER, Gate::Session, get_sidebar_category_order_for_team_for_user)
        .put(ORDER, Gate::Session, update_sidebar_category_order_for_team_for_user)
        .get(CATEGORY, Gate::Session, get_sidebar_category_for_team_for_user)
        .put(CATEGORY, Gate::Session, update_sidebar_category_for_team_for_user)
        .delete(CATEGORY, Gate::Session, remove_sidebar_category_for_team_for_user)
}

type TeamPath = Path<(UserRef, TeamId)>;
type CategoryPath = Path<(UserRef, TeamId, wire::CategoryRef)>;

async fn get_sidebar_categories_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): TeamPath,
) -> ApiResult<Json<wire::OrderedCategories>> {
    let categories = app.services.categories().get_sidebar_categories(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(categories.as_slice().into()))
}

async fn create_sidebar_category_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): TeamPath,
    Json(new): Json<wire::NewCategory>,
) -> ApiResult<Json<wire::Category>> {
    let new = NewCategory {
        display_name: new.display_name,
        sorting: new.sorting,
        muted: new.muted,
        collapsed: new.collapsed,
        channel_ids: new.channel_ids.unwrap_or_default(),
    };
    let category = app.services.categories().create_sidebar_category(&me, user.resolve(me.user_id), team, new).await?;
    Ok(Json(wire::Category::from(&category)))
}

fn to_service_update(update: wire::CategoryUpdate) -> CategoryUpdate {
    CategoryUpdate {
        id: update.id.0,
        display_name: update.display_name,
        sorting: update.sorting,
        muted: update.muted,
        collapsed: update.collapsed,
        channel_ids: update.channel_ids.unwrap_or_default(),
    }
}

async fn update_sidebar_categories_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): TeamPath,
    Json(updates): Json<Vec<wire::CategoryUpdate>>,
) -> ApiResult<Json<Vec<wire::Category>>> {
    let updates = updates.into_iter().map(to_service_update).collect();
    let changed = app.services.categories().update_sidebar_categories(&me, user.resolve(me.user_id), team, updates).await?;
    Ok(Json(changed.iter().map(wire::Category::from).collect()))
}

async fn get_sidebar_category_order_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): TeamPath,
) -> ApiResult<Json<Vec<String>>> {
    let categories = app.services.categories().get_sidebar_categories(&me, user.resolve(me.user_id), team).await?;
    Ok(Json(wire::order(&categories)))
}

async fn update_sidebar_category_order_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team)): TeamPath,
    Json(order): Json<Vec<wire::CategoryRef>>,
) -> ApiResult<Json<Vec<String>>> {
    let order: Vec<_> = order.into_iter().map(|category| category.0).collect();
    let ordered = app.services.categories().update_sidebar_category_order(&me, user.resolve(me.user_id), team, &order).await?;
    Ok(Json(wire::order(&ordered)))
}

async fn get_sidebar_category_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team, category)): CategoryPath,
) -> ApiResult<Json<wire::Category>> {
    let category = app.services.categories().get_sidebar_category(&me, user.resolve(me.user_id), team, category.0).await?;
    Ok(Json(wire::Category::from(&category)))
}

async fn update_sidebar_category_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team, category)): CategoryPath,
    Json(change): Json<wire::CategoryUpdate>,
) -> ApiResult<Json<wire::Category>> {
    if change.id != category {
        return Err(context::INVALID_PARAM.with("name", "id").into());
    }
    let mut changed =
        app.services.categories().update_sidebar_categories(&me, user.resolve(me.user_id), team, vec![to_service_update(change)]).await?;
    let category = changed.pop().ok_or(context::INTERNAL)?;
    Ok(Json(wire::Category::from(&category)))
}

async fn remove_sidebar_category_for_team_for_user(
    State(app): State<App>,
    Me(me): Me,
    Path((user, team, category)): CategoryPath,
) -> ApiResult<Json<StatusOk>> {
    app.services.categories().delete_sidebar_category(&me, user.resolve(me.user_id), team, category.0).await?;
    Ok(Json(OK))
}
