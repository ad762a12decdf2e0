//! Links of groups with teams and channels, to which they add their members.

use crate::Millis;
use crate::id::{ChannelId, GroupId, GroupLinkId, TeamId, UserId};

/// Links that one group has.
pub const LINKS_OF_GROUP_MAX: i64 = 32;
/// Groups that are linked to one team, or to one channel.
pub const LINKS_TO_ONE_MAX: i64 = 32;
/// Members of a group when a link is made that adds them.
pub const LINKED_MEMBERS_MAX: i64 = 10_000;

/// What a group is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkTarget {
    Team(TeamId),
    Channel(ChannelId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLink {
    pub id: GroupLinkId,
    pub group_id: GroupId,
    /// One of both ids is set.
    pub team_id: Option<TeamId>,
    pub channel_id: Option<ChannelId>,
    /// `None` for the local administrator.
    pub creator_id: Option<UserId>,
    /// Whether members of the group are added to the team or channel.
    pub auto_add: bool,
    pub create_at: Millis,
    pub update_at: Millis,
}

impl GroupLink {
    /// `None` for a row that names nothing.
    pub fn target(&self) -> Option<LinkTarget> {
        self.channel_id.map(LinkTarget::Channel).or(self.team_id.map(LinkTarget::Team))
    }
}

impl LinkTarget {
    pub const fn team_id(self) -> Option<TeamId> {
        match self {
            Self::Team(id) => Some(id),
            Self::Channel(_) => None,
        }
    }

    pub const fn channel_id(self) -> Option<ChannelId> {
        match self {
            Self::Channel(id) => Some(id),
            Self::Team(_) => None,
        }
    }
}
