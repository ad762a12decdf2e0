//! Lists of groups, with the numbers that clients show beside them.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_model::codes::{context, groups as codes};
use guildhall_model::group::{Group, IDS_MAX};
use guildhall_model::group_link::LinkTarget;
use guildhall_model::id::{ChannelId, GroupId, TeamId, UserId};
use guildhall_model::user::Props;
use guildhall_model::{Actor, Millis, Permission, Result};
use guildhall_storage::group_links;
use guildhall_storage::groups::{self as rows, Archived, GroupFilter};

use crate::access::ChannelGrant;
use crate::boxed;
use crate::groups::Groups;

/// Which groups to list, and what to tell of each. All conditions that are set must hold.
#[derive(Debug, Clone, Default)]
pub struct GroupQuery {
    /// Part of the name or display name.
    pub text: String,
    pub has_member: Option<UserId>,
    /// Changed since then, archived ones included.
    pub since: Option<Millis>,
    pub include_archived: bool,
    pub only_archived: bool,
    pub with_member_count: bool,
    pub with_member_ids: bool,
    /// Count the members who are in this channel, and their time zones.
    pub counted_in_channel: Option<ChannelId>,
    pub with_timezones: bool,
    /// For adding groups to a team or channel, which only those who manage it may ask for.
    pub for_team: Option<TeamId>,
    pub for_channel: Option<ChannelId>,
    /// Only groups that are linked to this. Who asks for it has asked whether the actor may see that.
    pub linked_to: Option<LinkTarget>,
}

/// A group, with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGroup {
    pub group: Group,
    pub member_count: Option<i64>,
    pub member_ids: Option<Vec<UserId>>,
    pub in_channel: Option<ChannelMemberCount>,
    /// Whether teams or channels are linked to it.
    pub is_linked: bool,
}

/// The members of a group who are in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelMemberCount {
    pub group_id: GroupId,
    pub members: i64,
    /// In how many time zones they are; 0 where this was not asked for.
    pub timezones: i64,
}

/// Longest text that is searched for.
const TEXT_CHARS_MAX: usize = 256;

/// Most members whose ids one list has.
const MEMBER_IDS_MAX: i64 = 100_000;

impl ListedGroup {
    pub(super) const fn with_count(group: Group, member_count: i64, is_linked: bool) -> Self {
        Self { group, member_count: Some(member_count), member_ids: None, in_channel: None, is_linked }
    }
}

impl Groups<'_> {
    #[boxed]
    pub async fn list_groups(&self, actor: &Actor, query: &GroupQuery, limit: i64, offset: i64) -> Result<Vec<ListedGroup>> {
        self.require_enabled()?;
        if query.text.chars().count() > TEXT_CHARS_MAX {
            return Err(context::INVALID_URL_PARAM.with("name", "q"));
        }
        if let Some(team) = query.for_team {
            self.access.team_to_read(actor, team, Permission::ManageTeam).await.map(drop)?;
        }
        if let Some(channel) = query.for_channel {
            let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
            self.access.channel_by_kind(actor, channel, public, private).await.map(drop)?;
        }
        let own = self.access.own_account(actor);
        if let Some(member) = query.has_member
            && !self.users().can_see(&own, actor, member).await?
        {
            return Ok(Vec::new());
        }
        let filter = GroupFilter {
            text: query.text.trim().trim_start_matches('@').to_lowercase(),
            has_member: query.has_member,
            since: query.since,
            archived: match (query.only_archived, query.include_archived || query.since.is_some()) {
                (true, _) => Archived::Only,
                (_, true) => Archived::Included,
                _ => Archived::Excluded,
            },
            visible_to: self.users().restricted_viewer(actor),
            names: None,
            linked_to: query.linked_to,
            not_linked_to: [query.for_team.map(LinkTarget::Team), query.for_channel.map(LinkTarget::Channel)],
        };
        let found = rows::list(self.access.read(&own), &filter, limit, offset).await?;
        self.with_numbers(actor, found, query).await
    }

    /// Those of the groups of these names that are not archived.
    #[boxed]
    pub async fn groups_by_names(&self, actor: &Actor, names: &[String]) -> Result<Vec<ListedGroup>> {
        self.require_enabled()?;
        if names.len() > IDS_MAX {
            return Err(codes::TOO_MANY_IDS.with("max", IDS_MAX));
        }
        let own = self.access.own_account(actor);
        let filter =
            GroupFilter { names: Some(names.to_vec()), visible_to: self.users().restricted_viewer(actor), ..GroupFilter::default() };
        let found = rows::list(self.access.read(&own), &filter, IDS_MAX as i64, 0).await?;
        self.with_numbers(actor, found, &GroupQuery::default()).await
    }

    /// The groups of a person: one's own, or another's with the permission to see the groups of all.
    #[boxed]
    pub async fn groups_of_user(&self, actor: &Actor, user: UserId, query: GroupQuery) -> Result<Vec<ListedGroup>> {
        self.require_enabled()?;
        let grant = self.access.user_to_read(actor, user, Permission::SysconsoleReadUserManagementGroups)?;
        let archived = if query.include_archived { Archived::Included } else { Archived::Excluded };
        let filter = GroupFilter { has_member: Some(user), archived, ..GroupFilter::default() };
        let found = rows::list(self.access.read(&grant), &filter, self.settings().quotas.groups, 0).await?;
        self.with_numbers(actor, found, &query).await
    }

    /// For each group with members in the channel, how many there are.
    #[boxed]
    pub async fn channel_member_counts(&self, actor: &Actor, channel: ChannelId, with_timezones: bool) -> Result<Vec<ChannelMemberCount>> {
        self.require_enabled()?;
        let grant = self.access.channel_to_read(actor, channel, Permission::ReadChannel).await?;
        self.counts_in_channel(&grant, with_timezones).await
    }

    async fn counts_in_channel(&self, grant: &ChannelGrant, with_timezones: bool) -> Result<Vec<ChannelMemberCount>> {
        let db = self.access.read(grant);
        let counts = rows::count_members_in_channel(db, grant.id()).await?;
        let zones = if with_timezones { rows::channel_timezones(db, grant.id()).await? } else { Vec::new() };
        let mut distinct: BTreeMap<GroupId, BTreeSet<String>> = BTreeMap::new();
        for (group, zone) in zones {
            distinct.entry(group).or_default().extend(zone_name(&zone));
        }
        let count = |(group_id, members): (GroupId, i64)| {
            let timezones = distinct.get(&group_id).map_or(0, BTreeSet::len) as i64;
            ChannelMemberCount { group_id, members, timezones }
        };
        Ok(counts.into_iter().map(count).collect())
    }

    pub(super) async fn with_numbers(&self, actor: &Actor, found: Vec<Group>, query: &GroupQuery) -> Result<Vec<ListedGroup>> {
        let own = self.access.own_account(actor);
        let db = self.access.read(&own);
        let visible_to = self.users().restricted_viewer(actor);
        let ids: Vec<GroupId> = found.iter().map(|group| group.id).collect();
        let counts = match query.with_member_count {
            true => Some(rows::count_members(db, &ids, visible_to).await?.into_iter().collect::<BTreeMap<_, _>>()),
            false => None,
        };
        let mut members: BTreeMap<GroupId, Vec<UserId>> = BTreeMap::new();
        if query.with_member_ids {
            let found = rows::member_ids(db, &ids, visible_to, MEMBER_IDS_MAX + 1).await?;
            if found.len() as i64 > MEMBER_IDS_MAX {
                return Err(codes::TOO_MANY_MEMBER_IDS.with("max", MEMBER_IDS_MAX));
            }
            found.into_iter().for_each(|(group, user)| members.entry(group).or_default().push(user));
        }
        let in_channel = match query.counted_in_channel {
            Some(channel) => Some(self.channel_member_counts(actor, channel, query.with_timezones).await?),
            None => None,
        };
        let linked = group_links::linked_among(db, &ids).await?;
        let listed = |group: Group| {
            let none = ChannelMemberCount { group_id: group.id, members: 0, timezones: 0 };
            let of_group = |counts: &[ChannelMemberCount]| counts.iter().find(|count| count.group_id == group.id).cloned();
            ListedGroup {
                member_count: counts.as_ref().map(|counts| counts.get(&group.id).copied().unwrap_or_default()),
                member_ids: query.with_member_ids.then(|| members.remove(&group.id).unwrap_or_default()),
                in_channel: in_channel.as_ref().map(|counts| of_group(counts).unwrap_or(none)),
                is_linked: linked.contains(&group.id),
                group,
            }
        };
        Ok(found.into_iter().map(listed).collect())
    }
}

/// The time zone that a person has chosen, or that their client found out.
fn zone_name(zone: &Props) -> Option<String> {
    let get = |name: &str| zone.get(name).filter(|value| !value.is_empty());
    let is_automatic = get("useAutomaticTimezone").is_none_or(|value| value == "true");
    if is_automatic { get("automaticTimezone") } else { get("manualTimezone") }.cloned()
}
