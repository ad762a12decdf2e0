//! Groups of people and their members.

use guildhall_model::Millis;
use guildhall_model::group::{Group as Model, GroupMember as MemberModel};
use guildhall_model::id::{GroupId, UserId};
use serde::{Deserialize, Serialize};

use crate::user::User;

/// The source of all groups that people make here.
pub const CUSTOM: &str = "custom";

#[derive(Debug, Clone, Serialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub source: &'static str,
    /// Of groups that come from a directory.
    pub remote_id: Option<String>,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    /// Whether teams or channels have the members of the group.
    pub has_syncables: bool,
    /// Whether the group can be mentioned.
    pub allow_reference: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_member_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_member_timezones_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_ids: Option<Vec<UserId>>,
}

impl Group {
    pub fn new(group: Model, member_count: Option<i64>, has_syncables: bool) -> Self {
        Self {
            id: group.id,
            name: group.name,
            display_name: group.display_name,
            description: group.description,
            source: CUSTOM,
            remote_id: None,
            create_at: group.create_at,
            update_at: group.update_at,
            delete_at: group.delete_at,
            has_syncables,
            allow_reference: true,
            member_count,
            channel_member_count: None,
            channel_member_timezones_count: None,
            member_ids: None,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct GroupMember {
    pub group_id: GroupId,
    pub user_id: UserId,
    pub create_at: Millis,
    /// When the membership ended.
    pub delete_at: Millis,
}

impl GroupMember {
    pub const fn ended(member: MemberModel, delete_at: Millis) -> Self {
        Self { group_id: member.group_id, user_id: member.user_id, create_at: member.create_at, delete_at }
    }
}

impl From<MemberModel> for GroupMember {
    fn from(member: MemberModel) -> Self {
        Self::ended(member, Millis::ZERO)
    }
}

/// A page of members.
#[derive(Debug, Clone, Serialize)]
pub struct GroupMemberList {
    pub members: Vec<User>,
    pub total_member_count: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct GroupStats {
    pub group_id: GroupId,
    pub total_member_count: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct ChannelMemberCountByGroup {
    pub group_id: GroupId,
    pub channel_member_count: i64,
    pub channel_member_timezones_count: i64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CreateGroup {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub source: String,
    pub remote_id: String,
    pub allow_reference: bool,
    pub user_ids: Vec<UserId>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PatchGroup {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub allow_reference: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ModifyGroupMembers {
    pub user_ids: Vec<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_the_fields_of_mattermost_and_no_number_that_was_not_asked_for() {
        let model = Model {
            id: GroupId::from_bytes([1; 16]),
            create_at: Millis(1),
            update_at: Millis(2),
            delete_at: Millis::ZERO,
            creator_id: UserId::from_bytes([2; 16]),
            name: "dev".to_owned(),
            display_name: "Developers".to_owned(),
            description: String::new(),
        };
        let json = serde_json::to_value(Group::new(model.clone(), None, false)).unwrap();
        let fields: Vec<&String> = json.as_object().unwrap().keys().collect();
        let expected = "allow_reference create_at delete_at description display_name has_syncables id name remote_id source update_at";
        let mut sorted: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
        sorted.sort_unstable();
        assert_eq!(sorted.join(" "), expected);
        assert_eq!((&json["source"], &json["remote_id"]), (&serde_json::json!("custom"), &serde_json::Value::Null));
        assert_eq!(serde_json::to_value(Group::new(model, Some(0), false)).unwrap()["member_count"], 0);
    }
}
