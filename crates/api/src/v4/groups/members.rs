//! The members of groups.

use axum::extract::State;
use guildhall_model::codes::context;
use guildhall_model::id::GroupId;
use guildhall_services::users::Order;
use guildhall_wire::common::Page;
use guildhall_wire::group::{GroupMember, GroupMemberList, ModifyGroupMembers};
use guildhall_wire::user::User;
use serde::Deserialize;

use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups/{group_id}/members", Gate::SessionOrLocal, get_group_users)
        .post("/groups/{group_id}/members", Gate::SessionOrLocal, add_group_members)
        .delete("/groups/{group_id}/members", Gate::SessionOrLocal, delete_group_members)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MembersQuery {
    sort: String,
}

async fn get_group_users(
    State(app): State<App>,
    me: Me,
    Path(id): Path<GroupId>,
    Query(page): Query<Page>,
    Query(query): Query<MembersQuery>,
) -> ApiResult<Json<GroupMemberList>> {
    let order = match query.sort.as_str() {
        "" => Order::Username,
        "display_name" => Order::DisplayName,
        _ => return Err(context::INVALID_URL_PARAM.with("name", "sort").into()),
    };
    let page = app.services.groups().group_members(&me, id, order, page.per_page, page.offset()).await?;
    Ok(Json(GroupMemberList { members: page.users.iter().map(User::public).collect(), total_member_count: page.total }))
}

async fn add_group_members(
    State(app): State<App>,
    me: Me,
    Path(id): Path<GroupId>,
    Json(body): Json<ModifyGroupMembers>,
) -> ApiResult<Json<Vec<GroupMember>>> {
    let members = app.services.groups().add_group_members(&me, id, &body.user_ids).await?;
    Ok(Json(members.into_iter().map(GroupMember::from).collect()))
}

async fn delete_group_members(
    State(app): State<App>,
    me: Me,
    Path(id): Path<GroupId>,
    Json(body): Json<ModifyGroupMembers>,
) -> ApiResult<Json<Vec<GroupMember>>> {
    let (members, removed_at) = app.services.groups().remove_group_members(&me, id, &body.user_ids).await?;
    Ok(Json(members.into_iter().map(|member| GroupMember::ended(member, removed_at)).collect()))
}
