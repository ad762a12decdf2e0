//! Channels, their members, and the sidebar categories that group them.

mod moderation;
mod rules;

pub use moderation::*;
pub use rules::*;

use crate::id::{CategoryId, ChannelId, SchemeId, TeamId, UserId};
use crate::time::Millis;
use crate::user::Props;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    Public,
    Private,
    Direct,
    Group,
}

impl ChannelKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "O",
            Self::Private => "P",
            Self::Direct => "D",
            Self::Group => "G",
        }
    }
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Public, Self::Private, Self::Direct, Self::Group].into_iter().find(|kind| kind.name() == name)
    }
    /// Direct and group channels belong to no team.
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Direct | Self::Group)
    }
}

pub const TOWN_SQUARE: &str = "town-square";
pub const OFF_TOPIC: &str = "off-topic";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelId,
    pub create_at: Millis,
    pub update_at: Millis,
    /// When the channel was archived; zero while it is active.
    pub delete_at: Millis,
    /// `None` for direct and group channels.
    pub team_id: Option<TeamId>,
    pub kind: ChannelKind,
    pub name: String,
    pub display_name: String,
    pub header: String,
    pub purpose: String,
    pub creator_id: Option<UserId>,
    pub last_post_at: Millis,
    pub last_root_post_at: Millis,
    /// Posts by users, replies included; system messages are not counted.
    pub total_msg_count: i64,
    /// Like `total_msg_count`, without replies.
    pub total_msg_count_root: i64,
    /// What is moderated in the channel.
    pub scheme_id: Option<SchemeId>,
}

impl Channel {
    pub const fn is_archived(&self) -> bool {
        !self.delete_at.is_zero()
    }
    pub fn is_default(&self) -> bool {
        self.kind == ChannelKind::Public && self.name == TOWN_SQUARE
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelMember {
    pub channel_id: ChannelId,
    pub user_id: UserId,
    pub scheme_guest: bool,
    pub scheme_user: bool,
    pub scheme_admin: bool,
    pub explicit_roles: String,
    pub last_viewed_at: Millis,
    /// How many of the channel's `total_msg_count` the member has seen.
    pub msg_count: i64,
    pub msg_count_root: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
    pub notify_props: Props,
    pub last_update_at: Millis,
    /// Whose roles the member has: the channel's scheme, or else its team's. Not stored with the membership.
    pub scheme_id: Option<SchemeId>,
}

impl ChannelMember {
    /// Every role of the member in the channel, space-separated.
    pub fn roles(&self) -> String {
        crate::member_roles("channel", self.scheme_id, self.scheme_guest, self.scheme_user, self.scheme_admin, &self.explicit_roles)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CategoryKind {
    Favorites,
    Channels,
    DirectMessages,
    Custom,
}

impl CategoryKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Favorites => "favorites",
            Self::Channels => "channels",
            Self::DirectMessages => "direct_messages",
            Self::Custom => "custom",
        }
    }
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Favorites, Self::Channels, Self::DirectMessages, Self::Custom].into_iter().find(|kind| kind.name() == name)
    }
}

/// A group of channels in the sidebar of one user and one team. Clients know the three built-in categories by the
/// ids `<kind>_<user>_<team>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidebarCategory {
    pub id: CategoryId,
    pub user_id: UserId,
    pub team_id: TeamId,
    pub kind: CategoryKind,
    pub display_name: String,
    /// "", "manual", "recent" or "alpha".
    pub sorting: String,
    pub sort_order: i64,
    pub muted: bool,
    pub collapsed: bool,
    pub channel_ids: Vec<ChannelId>,
}

/// What a user has not read yet.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    pub msg_count: i64,
    pub msg_count_root: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
}

impl Unread {
    pub const fn plus(self, other: Self) -> Self {
        Self {
            msg_count: self.msg_count + other.msg_count,
            msg_count_root: self.msg_count_root + other.msg_count_root,
            mention_count: self.mention_count + other.mention_count,
            mention_count_root: self.mention_count_root + other.mention_count_root,
            urgent_mention_count: self.urgent_mention_count + other.urgent_mention_count,
        }
    }
}

/// A channel or a membership with its team's names; the names are empty for direct and group channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithTeam<T> {
    pub item: T,
    pub team_name: String,
    pub team_display_name: String,
    pub team_update_at: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelStats {
    pub member_count: i64,
    pub guest_count: i64,
    pub pinned_post_count: i64,
    /// `None` where the count was not requested.
    pub files_count: Option<i64>,
}
