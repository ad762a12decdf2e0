//! How much is stored, and by whom. These operations are ours: Mattermost has only the total.

use axum::extract::State;
use guildhall_model::Permission;
use guildhall_model::usage::Scope;
use guildhall_wire::analytics::{DiskUsage, HolderUsage, UserUsage};
use guildhall_wire::common::{Page, UserRef};
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/usage/storage/largest", Gate::System(Permission::SysconsoleReadEnvironmentFileStorage), get_largest_storage_usage)
        .get("/usage/storage/disk", Gate::System(Permission::SysconsoleReadEnvironmentFileStorage), get_disk_usage)
        .get("/users/{user_id}/usage", Gate::SessionOrLocal, get_user_storage_usage)
}

/// What the list is of.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Users,
    Channels,
    Teams,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LargestQuery {
    of: Kind,
}

async fn get_largest_storage_usage(
    State(app): State<App>,
    me: Me,
    Query(query): Query<LargestQuery>,
    Query(page): Query<Page>,
) -> ApiResult<Json<Vec<HolderUsage>>> {
    let scope = match query.of {
        Kind::Users => Scope::User,
        Kind::Channels => Scope::Channel,
        Kind::Teams => Scope::Team,
    };
    let rows = app.services.files().largest_holders(&me, scope, page.per_page, page.offset()).await?;
    Ok(Json(rows.into_iter().map(Into::into).collect()))
}

async fn get_disk_usage(State(app): State<App>, me: Me) -> ApiResult<Json<DiskUsage>> {
    let disk = app.services.files().disk_space(&me).await?;
    Ok(Json(DiskUsage::new(disk, app.services.settings().files.free_space_reserve_bytes)))
}

async fn get_user_storage_usage(State(app): State<App>, me: Me, Path(user): Path<UserRef>) -> ApiResult<Json<UserUsage>> {
    Ok(Json(app.services.files().usage_of_user(&me, user.resolve(me.user_id)).await?.into()))
}
