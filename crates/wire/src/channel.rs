//! Channels and their members.

use std::collections::BTreeMap;

use guildhall_model::channel as model;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::time::Millis;
use guildhall_model::user::Props;
use serde::{Deserialize, Serialize};

use crate::common::{empty_is_none, opt_id};

#[derive(Debug, Clone, Serialize)]
pub struct Channel {
    pub id: ChannelId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    /// Empty for direct and group channels.
    pub team_id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub display_name: String,
    pub name: String,
    pub header: String,
    pub purpose: String,
    pub last_post_at: Millis,
    pub last_root_post_at: Millis,
    pub total_msg_count: i64,
    pub total_msg_count_root: i64,
    /// Unused; old clients expect it.
    pub extra_update_at: i64,
    pub creator_id: String,
    pub scheme_id: Option<String>,
    pub props: Option<Props>,
    pub group_constrained: Option<bool>,
    pub shared: Option<bool>,
    pub policy_id: Option<String>,
    pub policy_enforced: bool,
    pub default_category_name: &'static str,
}

impl From<model::Channel> for Channel {
    fn from(channel: model::Channel) -> Self {
        Self {
            id: channel.id,
            create_at: channel.create_at,
            update_at: channel.update_at,
            delete_at: channel.delete_at,
            team_id: opt_id(channel.team_id),
            kind: channel.kind.name(),
            display_name: channel.display_name,
            name: channel.name,
            header: channel.header,
            purpose: channel.purpose,
            last_post_at: channel.last_post_at,
            last_root_post_at: channel.last_root_post_at,
            total_msg_count: channel.total_msg_count,
            total_msg_count_root: channel.total_msg_count_root,
            extra_update_at: 0,
            creator_id: opt_id(channel.creator_id),
            scheme_id: channel.scheme_id.map(|scheme| scheme.to_string()),
            props: None,
            group_constrained: None,
            shared: (channel.kind == model::ChannelKind::Direct).then_some(false),
            policy_id: None,
            policy_enforced: false,
            default_category_name: "",
        }
    }
}

/// `POST /channels`
#[derive(Debug, Clone, Deserialize)]
pub struct NewChannel {
    pub team_id: TeamId,
    pub name: String,
    pub display_name: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub header: String,
    #[serde(default)]
    pub purpose: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelMember {
    pub channel_id: ChannelId,
    pub user_id: UserId,
    pub roles: String,
    pub last_viewed_at: Millis,
    pub msg_count: i64,
    pub msg_count_root: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
    pub notify_props: Props,
    pub last_update_at: Millis,
    pub scheme_guest: bool,
    pub scheme_user: bool,
    pub scheme_admin: bool,
    pub explicit_roles: String,
}

impl From<model::ChannelMember> for ChannelMember {
    fn from(member: model::ChannelMember) -> Self {
        Self {
            roles: member.roles(),
            channel_id: member.channel_id,
            user_id: member.user_id,
            last_viewed_at: member.last_viewed_at,
            msg_count: member.msg_count,
            msg_count_root: member.msg_count_root,
            mention_count: member.mention_count,
            mention_count_root: member.mention_count_root,
            urgent_mention_count: member.urgent_mention_count,
            notify_props: member.notify_props,
            last_update_at: member.last_update_at,
            scheme_guest: member.scheme_guest,
            scheme_user: member.scheme_user,
            scheme_admin: member.scheme_admin,
            explicit_roles: member.explicit_roles,
        }
    }
}

/// Stands for what is not the reader's business.
const HIDDEN: Millis = Millis(-1);

impl ChannelMember {
    /// As somebody reads it: when somebody else has read the channel, nobody learns, administrators neither.
    pub fn for_reader(member: model::ChannelMember, reader: UserId) -> Self {
        let is_own = member.user_id == reader;
        let shown = Self::from(member);
        if is_own { shown } else { Self { last_viewed_at: HIDDEN, last_update_at: HIDDEN, ..shown } }
    }
}

/// `POST /channels/{channel_id}/members`: one user or several.
#[derive(Debug, Clone, Deserialize)]
pub struct NewChannelMembers {
    pub user_id: Option<UserId>,
    pub user_ids: Option<Vec<UserId>>,
}

/// `PUT /channels/{channel_id}/patch` and `PUT /channels/{channel_id}`: missing fields are not changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChannelPatch {
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub header: Option<String>,
    pub purpose: Option<String>,
}

/// `POST /channels/{channel_id}/move`
#[derive(Debug, Clone, Deserialize)]
pub struct MoveChannelRequest {
    pub team_id: TeamId,
    #[serde(default)]
    pub force: bool,
}

/// `POST /channels/{channel_id}/convert_to_channel`
#[derive(Debug, Clone, Deserialize)]
pub struct ConvertToChannelRequest {
    pub team_id: TeamId,
    pub name: String,
    pub display_name: String,
}

/// `POST .../channels/search` and `POST /channels/group/search`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Term {
    pub term: String,
}

/// `POST /channels/search`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChannelSearch {
    pub term: String,
    pub team_ids: Vec<TeamId>,
    pub public: bool,
    pub private: bool,
    pub deleted: bool,
    pub include_deleted: bool,
    pub exclude_default_channels: bool,
    pub page: Option<i64>,
    pub per_page: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelWithTeam {
    #[serde(flatten)]
    pub channel: Channel,
    pub team_display_name: String,
    pub team_name: String,
    pub team_update_at: Millis,
}

impl From<model::WithTeam<model::Channel>> for ChannelWithTeam {
    fn from(channel: model::WithTeam<model::Channel>) -> Self {
        Self {
            channel: channel.item.into(),
            team_display_name: channel.team_display_name,
            team_name: channel.team_name,
            team_update_at: channel.team_update_at,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelsWithCount {
    pub channels: Vec<ChannelWithTeam>,
    pub total_count: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct MemberWithTeam {
    #[serde(flatten)]
    pub member: ChannelMember,
    pub team_display_name: String,
    pub team_name: String,
    pub team_update_at: Millis,
}

impl MemberWithTeam {
    pub fn for_reader(member: model::WithTeam<model::ChannelMember>, reader: UserId) -> Self {
        Self {
            member: ChannelMember::for_reader(member.item, reader),
            team_display_name: member.team_display_name,
            team_name: member.team_name,
            team_update_at: member.team_update_at,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelStats {
    pub channel_id: ChannelId,
    pub member_count: i64,
    pub guest_count: i64,
    pub pinnedpost_count: i64,
    /// -1 if the count was not requested.
    pub files_count: i64,
}

impl ChannelStats {
    pub fn of(channel_id: ChannelId, stats: model::ChannelStats) -> Self {
        Self {
            channel_id,
            member_count: stats.member_count,
            guest_count: stats.guest_count,
            pinnedpost_count: stats.pinned_post_count,
            files_count: stats.files_count.unwrap_or(-1),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelUnread {
    /// Empty for direct and group channels.
    pub team_id: String,
    pub channel_id: ChannelId,
    pub user_id: UserId,
    pub msg_count: i64,
    pub msg_count_root: i64,
    pub mention_count: i64,
    pub mention_count_root: i64,
    pub urgent_mention_count: i64,
}

impl ChannelUnread {
    pub fn of(team_id: Option<TeamId>, channel_id: ChannelId, user_id: UserId, unread: model::Unread) -> Self {
        Self {
            team_id: opt_id(team_id),
            channel_id,
            user_id,
            msg_count: unread.msg_count,
            msg_count_root: unread.msg_count_root,
            mention_count: unread.mention_count,
            mention_count_root: unread.mention_count_root,
            urgent_mention_count: unread.urgent_mention_count,
        }
    }
}

/// `POST /channels/members/{user_id}/view`: the channel being viewed, and the one viewed before.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ViewChannelRequest {
    #[serde(deserialize_with = "empty_is_none")]
    pub channel_id: Option<ChannelId>,
    #[serde(deserialize_with = "empty_is_none")]
    pub prev_channel_id: Option<ChannelId>,
    /// Whether the client displays threads separately from their channel.
    #[serde(default)]
    pub collapsed_threads_supported: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct ViewChannelResponse {
    pub status: &'static str,
    pub last_viewed_at_times: BTreeMap<ChannelId, Millis>,
}

impl ViewChannelResponse {
    pub fn new(times: Vec<(ChannelId, Millis)>) -> Self {
        Self { status: "OK", last_viewed_at_times: times.into_iter().collect() }
    }
}
