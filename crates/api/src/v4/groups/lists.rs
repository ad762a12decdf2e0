//! Lists of groups.

use axum::extract::State;
use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_services::groups::GroupQuery;
use guildhall_wire::common::{Page, UserRef, empty_is_none};
use guildhall_wire::group::{CUSTOM, ChannelMemberCountByGroup, Group};
use serde::Deserialize;

use super::to_wire;
use crate::App;
use crate::error::ApiResult;
use crate::extract::{Json, Me, Path, Query};
use crate::routes::{Gate, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups", Gate::SessionOrLocal, get_groups)
        .post("/groups/names", Gate::SessionOrLocal, get_groups_by_names)
        .get("/users/{user_id}/groups", Gate::SessionOrLocal, get_groups_by_user_id)
        .get("/channels/{channel_id}/member_counts_by_group", Gate::SessionOrLocal, get_channel_member_counts_by_group)
}

/// Filters of the list, and what it tells of each group. A flag that is not `true` is off. All groups can be mentioned and linked, so
/// that `filter_allow_reference` and `only_syncable_sources` select all of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct GroupsQuery {
    q: String,
    group_source: String,
    since: String,
    include_archived: String,
    filter_archived: String,
    include_member_count: String,
    include_member_ids: String,
    include_timezones: String,
    #[serde(deserialize_with = "empty_is_none")]
    include_channel_member_count: Option<ChannelId>,
    #[serde(deserialize_with = "empty_is_none")]
    filter_has_member: Option<UserId>,
    #[serde(deserialize_with = "empty_is_none")]
    not_associated_to_team: Option<TeamId>,
    #[serde(deserialize_with = "empty_is_none")]
    not_associated_to_channel: Option<ChannelId>,
}

impl GroupsQuery {
    pub(super) fn to_query(&self) -> ApiResult<GroupQuery> {
        let since = match self.since.as_str() {
            "" => None,
            since => {
                let invalid = |error: std::num::ParseIntError| context::INVALID_URL_PARAM.with("name", "since").with_source(error);
                Some(since.parse().map(Millis).map_err(invalid)?)
            }
        };
        Ok(GroupQuery {
            text: self.q.clone(),
            has_member: self.filter_has_member,
            since: since.filter(|since| since.0 > 0),
            include_archived: self.include_archived == "true",
            only_archived: self.filter_archived == "true",
            with_member_count: self.include_member_count == "true",
            with_member_ids: self.include_member_ids == "true",
            counted_in_channel: self.include_channel_member_count,
            with_timezones: self.include_timezones == "true",
            for_team: self.not_associated_to_team,
            for_channel: self.not_associated_to_channel,
            linked_to: None,
        })
    }

    /// No group comes from a directory or another source.
    fn selects_custom_groups(&self) -> bool {
        self.group_source.is_empty() || self.group_source == CUSTOM
    }
}

async fn get_groups(
    State(app): State<App>,
    me: Me,
    Query(page): Query<Page>,
    Query(query): Query<GroupsQuery>,
) -> ApiResult<Json<Vec<Group>>> {
    let mut groups = app.services.groups().list_groups(&me, &query.to_query()?, page.per_page, page.offset()).await?;
    groups.retain(|_| query.selects_custom_groups());
    Ok(Json(groups.into_iter().map(to_wire).collect()))
}

async fn get_groups_by_names(State(app): State<App>, me: Me, Json(names): Json<Vec<String>>) -> ApiResult<Json<Vec<Group>>> {
    Ok(Json(app.services.groups().groups_by_names(&me, &names).await?.into_iter().map(to_wire).collect()))
}

async fn get_groups_by_user_id(
    State(app): State<App>,
    me: Me,
    Path(user): Path<UserRef>,
    Query(query): Query<GroupsQuery>,
) -> ApiResult<Json<Vec<Group>>> {
    let groups = app.services.groups().groups_of_user(&me, user.resolve(me.user_id), query.to_query()?).await?;
    Ok(Json(groups.into_iter().map(to_wire).collect()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CountsQuery {
    include_timezones: String,
}

async fn get_channel_member_counts_by_group(
    State(app): State<App>,
    me: Me,
    Path(channel): Path<ChannelId>,
    Query(query): Query<CountsQuery>,
) -> ApiResult<Json<Vec<ChannelMemberCountByGroup>>> {
    let counts = app.services.groups().channel_member_counts(&me, channel, query.include_timezones == "true").await?;
    let to_wire = |count: guildhall_services::groups::ChannelMemberCount| ChannelMemberCountByGroup {
        group_id: count.group_id,
        channel_member_count: count.members,
        channel_member_timezones_count: count.timezones,
    };
    Ok(Json(counts.into_iter().map(to_wire).collect()))
}
