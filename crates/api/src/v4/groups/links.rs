//! Links of groups with teams and channels.

use axum::extract::State;
use guildhall_model::group_link::LinkTarget;
use guildhall_model::id::{ChannelId, GroupId, TeamId};
use guildhall_services::groups::{GroupQuery, LinkChange, ListedGroup, NamedLink};
use guildhall_wire::common::{OK, Page, StatusOk};
use guildhall_wire::group_link::{GroupSyncable, GroupSyncablePatch, GroupWithSchemeAdmin, GroupsByChannel, LinkedGroupList, Names};
use serde::Deserialize;

use super::lists::GroupsQuery;
use super::to_wire;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Created, Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .post("/groups/{group_id}/teams/{team_id}/link", Gate::SessionOrLocal, link_group_syncable_for_team)
        .delete("/groups/{group_id}/teams/{team_id}/link", Gate::SessionOrLocal, unlink_group_syncable_for_team)
        .post("/groups/{group_id}/channels/{channel_id}/link", Gate::SessionOrLocal, link_group_syncable_for_channel)
        .delete("/groups/{group_id}/channels/{channel_id}/link", Gate::SessionOrLocal, unlink_group_syncable_for_channel)
        .get("/groups/{group_id}/teams/{team_id}", Gate::SessionOrLocal, get_group_syncable_for_team_id)
        .get("/groups/{group_id}/channels/{channel_id}", Gate::SessionOrLocal, get_group_syncable_for_channel_id)
        .get("/groups/{group_id}/teams", Gate::SessionOrLocal, get_group_syncables_teams)
        .get("/groups/{group_id}/channels", Gate::SessionOrLocal, get_group_syncables_channels)
        .put("/groups/{group_id}/teams/{team_id}/patch", Gate::SessionOrLocal, patch_group_syncable_for_team)
        .put("/groups/{group_id}/channels/{channel_id}/patch", Gate::SessionOrLocal, patch_group_syncable_for_channel)
        .get("/teams/{team_id}/groups", Gate::SessionOrLocal, get_groups_by_team)
        .get("/channels/{channel_id}/groups", Gate::SessionOrLocal, get_groups_by_channel)
        .get("/teams/{team_id}/groups_by_channels", Gate::SessionOrLocal, get_groups_associated_to_channels_by_team)
}

fn link_to_wire(named: NamedLink) -> GroupSyncable {
    let names = Names {
        team_id: named.team_id,
        team_display_name: named.team_display_name,
        team_type: named.team_kind.name(),
        channel: named.channel.map(|(name, kind)| (name, kind.name())),
    };
    GroupSyncable::new(&named.link, names)
}

const fn change_of(patch: GroupSyncablePatch) -> LinkChange {
    LinkChange { auto_add: patch.auto_add, scheme_admin: patch.scheme_admin }
}

async fn link_group_syncable_for_team(
    State(app): State<App>,
    me: Me,
    Path((group, team)): Path<(GroupId, TeamId)>,
    Json(patch): Json<GroupSyncablePatch>,
) -> ApiResult<Created<GroupSyncable>> {
    let link = app.services.groups().link_group(&me, group, LinkTarget::Team(team), change_of(patch)).await?;
    Ok(Created(link_to_wire(link)))
}

async fn link_group_syncable_for_channel(
    State(app): State<App>,
    me: Me,
    Path((group, channel)): Path<(GroupId, ChannelId)>,
    Json(patch): Json<GroupSyncablePatch>,
) -> ApiResult<Created<GroupSyncable>> {
    let link = app.services.groups().link_group(&me, group, LinkTarget::Channel(channel), change_of(patch)).await?;
    Ok(Created(link_to_wire(link)))
}

async fn unlink_group_syncable_for_team(
    State(app): State<App>,
    me: Me,
    Path((group, team)): Path<(GroupId, TeamId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.groups().unlink_group(&me, group, LinkTarget::Team(team)).await?;
    Ok(Json(OK))
}

async fn unlink_group_syncable_for_channel(
    State(app): State<App>,
    me: Me,
    Path((group, channel)): Path<(GroupId, ChannelId)>,
) -> ApiResult<Json<StatusOk>> {
    app.services.groups().unlink_group(&me, group, LinkTarget::Channel(channel)).await?;
    Ok(Json(OK))
}

async fn patch_group_syncable_for_team(
    State(app): State<App>,
    me: Me,
    Path((group, team)): Path<(GroupId, TeamId)>,
    Json(patch): Json<GroupSyncablePatch>,
) -> ApiResult<Json<GroupSyncable>> {
    let link = app.services.groups().patch_group_link(&me, group, LinkTarget::Team(team), change_of(patch)).await?;
    Ok(Json(link_to_wire(link)))
}

async fn patch_group_syncable_for_channel(
    State(app): State<App>,
    me: Me,
    Path((group, channel)): Path<(GroupId, ChannelId)>,
    Json(patch): Json<GroupSyncablePatch>,
) -> ApiResult<Json<GroupSyncable>> {
    let link = app.services.groups().patch_group_link(&me, group, LinkTarget::Channel(channel), change_of(patch)).await?;
    Ok(Json(link_to_wire(link)))
}

async fn get_group_syncable_for_team_id(
    State(app): State<App>,
    me: Me,
    Path((group, team)): Path<(GroupId, TeamId)>,
) -> ApiResult<Json<GroupSyncable>> {
    Ok(Json(link_to_wire(app.services.groups().group_link(&me, group, LinkTarget::Team(team)).await?)))
}

async fn get_group_syncable_for_channel_id(
    State(app): State<App>,
    me: Me,
    Path((group, channel)): Path<(GroupId, ChannelId)>,
) -> ApiResult<Json<GroupSyncable>> {
    Ok(Json(link_to_wire(app.services.groups().group_link(&me, group, LinkTarget::Channel(channel)).await?)))
}

async fn get_group_syncables_teams(State(app): State<App>, me: Me, Path(group): Path<GroupId>) -> ApiResult<Json<Vec<GroupSyncable>>> {
    let links = app.services.groups().links_of_group(&me, group, false).await?;
    Ok(Json(links.into_iter().map(link_to_wire).collect()))
}

async fn get_group_syncables_channels(State(app): State<App>, me: Me, Path(group): Path<GroupId>) -> ApiResult<Json<Vec<GroupSyncable>>> {
    let links = app.services.groups().links_of_group(&me, group, true).await?;
    Ok(Json(links.into_iter().map(link_to_wire).collect()))
}

/// Clients that ask for all of them say `paginate=false` where lists are paged otherwise, or leave `paginate` out where they are not.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PagingQuery {
    paginate: String,
}

async fn get_groups_by_team(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
    Query(paging): Query<PagingQuery>,
    Query(query): Query<GroupsQuery>,
) -> ApiResult<Json<LinkedGroupList>> {
    linked_groups(&app, &me, LinkTarget::Team(team), query.to_query()?, (page, &paging)).await
}

async fn get_groups_by_channel(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Query(page): Query<Page>,
    Query(paging): Query<PagingQuery>,
    Query(query): Query<GroupsQuery>,
) -> ApiResult<Json<LinkedGroupList>> {
    linked_groups(&app, &me, LinkTarget::Channel(channel), query.to_query()?, (page, &paging)).await
}

async fn linked_groups(
    app: &App,
    me: &Me,
    target: LinkTarget,
    query: GroupQuery,
    (page, paging): (Page, &PagingQuery),
) -> ApiResult<Json<LinkedGroupList>> {
    let bounds = (usize::try_from(page.per_page).unwrap_or_default(), usize::try_from(page.offset()).unwrap_or_default());
    let found = app.services.groups().linked_groups(me, target, query, (paging.paginate != "false").then_some(bounds)).await?;
    Ok(Json(LinkedGroupList { groups: found.groups.into_iter().map(linked_to_wire).collect(), total_group_count: found.total }))
}

fn linked_to_wire(group: ListedGroup) -> GroupWithSchemeAdmin {
    to_wire(group).into()
}

/// Links of channels in one answer where it is not paged.
const ALL_MAX: i64 = 1_000;

async fn get_groups_associated_to_channels_by_team(
    State(app): State<App>,
    me: Me,
    Path(team): Path<TeamId>,
    Query(page): Query<Page>,
    Query(paging): Query<PagingQuery>,
) -> ApiResult<Json<GroupsByChannel>> {
    let (limit, offset) = if paging.paginate == "true" { (page.per_page, page.offset()) } else { (ALL_MAX, 0) };
    let mut by_channel = GroupsByChannel::default();
    for (channel, group) in app.services.groups().groups_by_channels(&me, team, limit, offset).await? {
        by_channel.groups.entry(channel).or_default().push(linked_to_wire(group));
    }
    Ok(Json(by_channel))
}
