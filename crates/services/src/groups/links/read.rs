//! Which teams and channels a group is linked to, and which groups a team, a channel or the channels of a team have.

use guildhall_model::codes::groups as codes;
use guildhall_model::group_link::{LINKS_TO_ONE_MAX, LinkTarget};
use guildhall_model::id::{ChannelId, GroupId, TeamId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::group_links::{self, ChannelViewer, GroupOfChannel, NamedLink, Target};
use guildhall_storage::groups as rows;

use crate::boxed;
use crate::groups::{GroupQuery, Groups, ListedGroup};

/// A page of groups, and how many there are.
#[derive(Debug, Clone)]
pub struct LinkedGroups {
    pub groups: Vec<ListedGroup>,
    pub total: usize,
}

impl Groups<'_> {
    /// For administrators of groups: the names of private channels are in it.
    #[boxed]
    pub async fn group_link(&self, actor: &Actor, id: GroupId, target: LinkTarget) -> Result<NamedLink> {
        self.require_enabled()?;
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementGroups)?;
        let target = match target {
            LinkTarget::Team(team) => Target::Team(grant.id(team)),
            LinkTarget::Channel(channel) => Target::Channel(grant.id(channel)),
        };
        let db = self.access.read(&grant);
        let link = group_links::get(db, id, target).await?.ok_or(codes::LINK_NOT_FOUND)?;
        group_links::get_named(db, grant.server(), link.id).await?.ok_or_else(|| codes::LINK_NOT_FOUND.into())
    }

    /// The same for all teams, or all channels, of a group.
    #[boxed]
    pub async fn links_of_group(&self, actor: &Actor, id: GroupId, to_channels: bool) -> Result<Vec<NamedLink>> {
        self.require_enabled()?;
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementGroups)?;
        let db = self.access.read(&grant);
        rows::get(db, id).await?.ok_or(codes::NOT_FOUND)?;
        group_links::of_group(db, grant.server(), id, to_channels).await
    }

    /// The groups that are linked to a team or channel, of those that the actor sees.
    #[boxed]
    pub async fn linked_groups(
        &self,
        actor: &Actor,
        target: LinkTarget,
        query: GroupQuery,
        page: Option<(usize, usize)>,
    ) -> Result<LinkedGroups> {
        match target {
            LinkTarget::Team(team) => self.access.team_to_read(actor, team, Permission::ListTeamChannels).await.map(drop)?,
            LinkTarget::Channel(channel) => self.access.channel_to_read_groups(actor, channel).await.map(drop)?,
        }
        let query = GroupQuery { linked_to: Some(target), for_team: None, for_channel: None, ..query };
        let mut groups = self.list_groups(actor, &query, LINKS_TO_ONE_MAX, 0).await?;
        let total = groups.len();
        if let Some((limit, offset)) = page {
            groups = groups.into_iter().skip(offset).take(limit).collect();
        }
        Ok(LinkedGroups { groups, total })
    }

    /// For each channel in the team that is public, or that the actor is in, the groups that are linked to it.
    #[boxed]
    pub async fn groups_by_channels(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<(ChannelId, ListedGroup)>> {
        self.require_enabled()?;
        let grant = self.access.team_to_read(actor, team, Permission::ListTeamChannels).await?;
        // Guests see only groups with a member whom they see.
        if self.users().restricted_viewer(actor).is_some() {
            return Ok(Vec::new());
        }
        let sees_all_channels = self.access.has_system_permission(actor, Permission::SysconsoleReadUserManagementGroups);
        let viewer = ChannelViewer { user_id: actor.user_id, sees_public_channels: true, sees_all_channels };
        let found = group_links::by_channels(self.access.read(&grant), grant.id(), viewer, limit, offset).await?;
        let listed = |GroupOfChannel(channel, group)| {
            (channel, ListedGroup { group, member_count: None, member_ids: None, in_channel: None, is_linked: true })
        };
        Ok(found.into_iter().map(listed).collect())
    }
}
