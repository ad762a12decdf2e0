//! Links of groups with teams and channels, which Mattermost calls group syncables.

use std::collections::BTreeMap;

use guildhall_model::Millis;
use guildhall_model::group_link::GroupLink;
use guildhall_model::id::{ChannelId, GroupId, TeamId};
use serde::{Deserialize, Serialize};

use crate::group::Group;

/// A link with a team, or with a channel where `channel_id` is set.
#[derive(Debug, Clone, Serialize)]
pub struct GroupSyncable {
    pub group_id: GroupId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_type: Option<&'static str>,
    /// Of a channel the team that it is in.
    pub team_id: TeamId,
    pub team_display_name: String,
    pub team_type: &'static str,
    pub auto_add: bool,
    /// Links make nobody an administrator.
    pub scheme_admin: bool,
    pub create_at: Millis,
    pub delete_at: Millis,
    pub update_at: Millis,
}

/// What a link is to.
#[derive(Debug, Clone)]
pub struct Names {
    pub team_id: TeamId,
    pub team_display_name: String,
    pub team_type: &'static str,
    pub channel: Option<(String, &'static str)>,
}

impl GroupSyncable {
    pub fn new(link: &GroupLink, names: Names) -> Self {
        let (channel_display_name, channel_type) = names.channel.unzip();
        Self {
            group_id: link.group_id,
            channel_id: link.channel_id,
            channel_display_name,
            channel_type,
            team_id: names.team_id,
            team_display_name: names.team_display_name,
            team_type: names.team_type,
            auto_add: link.auto_add,
            scheme_admin: false,
            create_at: link.create_at,
            delete_at: Millis::ZERO,
            update_at: link.update_at,
        }
    }
}

/// The fields of a link that can be set.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct GroupSyncablePatch {
    pub auto_add: Option<bool>,
    pub scheme_admin: Option<bool>,
}

/// A group that is linked to something.
#[derive(Debug, Clone, Serialize)]
pub struct GroupWithSchemeAdmin {
    #[serde(flatten)]
    pub group: Group,
    pub scheme_admin: bool,
}

impl From<Group> for GroupWithSchemeAdmin {
    fn from(group: Group) -> Self {
        Self { group, scheme_admin: false }
    }
}

/// The groups of a team or channel, as Mattermost's server answers: its description names the list alone.
#[derive(Debug, Clone, Serialize)]
pub struct LinkedGroupList {
    pub groups: Vec<GroupWithSchemeAdmin>,
    pub total_group_count: usize,
}

/// By channel.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GroupsByChannel {
    pub groups: BTreeMap<ChannelId, Vec<GroupWithSchemeAdmin>>,
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::{GroupLinkId, UserId};

    use super::*;

    #[test]
    fn a_link_has_the_fields_of_what_it_is_to() {
        let link = GroupLink {
            id: GroupLinkId::from_bytes([1; 16]),
            group_id: GroupId::from_bytes([2; 16]),
            team_id: Some(TeamId::from_bytes([3; 16])),
            channel_id: None,
            creator_id: Some(UserId::from_bytes([4; 16])),
            auto_add: true,
            create_at: Millis(1),
            update_at: Millis(2),
        };
        let names = Names { team_id: TeamId::from_bytes([3; 16]), team_display_name: "One".to_owned(), team_type: "O", channel: None };
        let fields = |link: &GroupLink, names: Names| {
            let json = serde_json::to_value(GroupSyncable::new(link, names)).unwrap();
            let mut fields: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
            fields.sort_unstable();
            fields.join(" ")
        };
        let common = "create_at delete_at group_id scheme_admin team_display_name team_id team_type update_at";
        assert_eq!(fields(&link, names.clone()), format!("auto_add {common}"));
        let to_channel = GroupLink { team_id: None, channel_id: Some(ChannelId::from_bytes([5; 16])), ..link };
        let names = Names { channel: Some(("Dev".to_owned(), "P")), ..names };
        let of_channel = "auto_add channel_display_name channel_id channel_type";
        assert_eq!(fields(&to_channel, names), format!("{of_channel} {common}"));
    }
}
