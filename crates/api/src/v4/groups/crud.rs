//! Making, reading, changing, archiving and restoring groups.

use axum::extract::State;
use guildhall_model::codes::groups as codes;
use guildhall_model::id::GroupId;
use guildhall_services::groups::{GroupPatch, NewGroup};
use guildhall_wire::group::{CUSTOM, CreateGroup, Group, GroupStats, PatchGroup};
use serde::Deserialize;

use super::to_wire;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/groups", Gate::Session, create_group)
        .get("/groups/{group_id}", Gate::SessionOrLocal, get_group)
        .put("/groups/{group_id}/patch", Gate::SessionOrLocal, patch_group)
        .delete("/groups/{group_id}", Gate::SessionOrLocal, delete_group)
        .post("/groups/{group_id}/restore", Gate::SessionOrLocal, restore_group)
        .get("/groups/{group_id}/stats", Gate::SessionOrLocal, get_group_stats)
}

async fn create_group(State(app): State<App>, me: Me, Json(new): Json<CreateGroup>) -> ApiResult<Created<Group>> {
    if new.source != CUSTOM {
        return Err(codes::NOT_CUSTOM.into());
    }
    if !new.allow_reference {
        return Err(codes::NOT_MENTIONABLE.into());
    }
    if !new.remote_id.is_empty() {
        return Err(codes::REMOTE_ID.into());
    }
    let new = NewGroup { name: new.name, display_name: new.display_name, description: new.description, user_ids: new.user_ids };
    Ok(Created(to_wire(app.services.groups().create_group(&me, new).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GroupParams {
    include_member_count: String,
}

async fn get_group(State(app): State<App>, me: Me, Path(id): Path<GroupId>, Query(params): Query<GroupParams>) -> ApiResult<Json<Group>> {
    let mut group = app.services.groups().group(&me, id).await?;
    group.member_count = group.member_count.filter(|_| params.include_member_count == "true");
    Ok(Json(to_wire(group)))
}

async fn patch_group(State(app): State<App>, me: Me, Path(id): Path<GroupId>, Json(patch): Json<PatchGroup>) -> ApiResult<Json<Group>> {
    if patch.allow_reference == Some(false) {
        return Err(codes::NOT_MENTIONABLE.into());
    }
    let patch = GroupPatch { name: patch.name, display_name: patch.display_name, description: patch.description };
    Ok(Json(to_wire(app.services.groups().patch_group(&me, id, patch).await?)))
}

/// The archived group: more than the status that the API's description names, as Mattermost's server answers.
async fn delete_group(State(app): State<App>, me: Me, Path(id): Path<GroupId>) -> ApiResult<Json<Group>> {
    Ok(Json(to_wire(app.services.groups().delete_group(&me, id).await?)))
}

async fn restore_group(State(app): State<App>, me: Me, Path(id): Path<GroupId>) -> ApiResult<Json<Group>> {
    Ok(Json(to_wire(app.services.groups().restore_group(&me, id).await?)))
}

async fn get_group_stats(State(app): State<App>, me: Me, Path(id): Path<GroupId>) -> ApiResult<Json<GroupStats>> {
    let total_member_count = app.services.groups().group_member_count(&me, id).await?;
    Ok(Json(GroupStats { group_id: id, total_member_count }))
}
