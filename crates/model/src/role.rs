//! Roles: named sets of permissions, the built-in roles, and the check whether a list of roles grants a permission.

use std::collections::{BTreeMap, BTreeSet};

use crate::permission::Permission::{self, *};
use crate::{Millis, id::RoleId};

pub const SYSTEM_ADMIN: &str = "system_admin";
pub const SYSTEM_USER: &str = "system_user";
pub const SYSTEM_GUEST: &str = "system_guest";
pub const SYSTEM_USER_ACCESS_TOKEN: &str = "system_user_access_token";
pub const TEAM_ADMIN: &str = "team_admin";
pub const TEAM_USER: &str = "team_user";
pub const TEAM_GUEST: &str = "team_guest";
pub const CHANNEL_ADMIN: &str = "channel_admin";
pub const CHANNEL_USER: &str = "channel_user";
pub const CHANNEL_GUEST: &str = "channel_guest";
/// Manages all custom groups.
pub const SYSTEM_CUSTOM_GROUP_ADMIN: &str = "system_custom_group_admin";
/// What each member of a custom group may do with the group.
pub const CUSTOM_GROUP_USER: &str = "custom_group_user";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub permissions: BTreeSet<Permission>,
    pub scheme_managed: bool,
    pub built_in: bool,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
}

/// The permissions of all roles by name, for permission checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleTable(BTreeMap<String, BTreeSet<Permission>>);

impl RoleTable {
    pub fn new(roles: impl IntoIterator<Item = (String, BTreeSet<Permission>)>) -> Self {
        roles.into_iter().fold(Self::default(), |table, (name, permissions)| table.with(&name, permissions))
    }

    /// The table with one role's permissions replaced. `system_admin` always has all permissions: those that a newer
    /// version added too, and administrators cannot be locked out.
    pub fn with(mut self, name: &str, permissions: BTreeSet<Permission>) -> Self {
        let permissions = if name == SYSTEM_ADMIN { Permission::ALL.iter().copied().collect() } else { permissions };
        self.0.insert(name.to_owned(), permissions);
        self
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The roles with this permission.
    pub fn names_with(&self, permission: Permission) -> Vec<String> {
        self.0.iter().filter(|(_, set)| set.contains(&permission)).map(|(name, _)| name.clone()).collect()
    }

    /// Whether any of the space-separated role `names` grants `permission`.
    pub fn allows(&self, names: &str, permission: Permission) -> bool {
        names.split_ascii_whitespace().any(|name| self.0.get(name).is_some_and(|set| set.contains(&permission)))
    }
}

/// The initial permissions of the built-in roles: (name, permissions).
pub fn built_in() -> Vec<(&'static str, BTreeSet<Permission>)> {
    let admin: BTreeSet<Permission> = Permission::ALL.iter().copied().collect();
    vec![
        (SYSTEM_ADMIN, admin),
        (
            SYSTEM_USER,
            set(&[
                CreateTeam,
                CreateEmojis,
                DeleteEmojis,
                ListPublicTeams,
                JoinPublicTeams,
                CreateDirectChannel,
                CreateGroupChannel,
                ViewMembers,
                CreateCustomGroup,
                EditCustomGroup,
                DeleteCustomGroup,
                RestoreCustomGroup,
                ManageCustomGroupMembers,
            ]),
        ),
        (SYSTEM_GUEST, set(&[CreateDirectChannel, CreateGroupChannel])),
        (
            SYSTEM_CUSTOM_GROUP_ADMIN,
            set(&[CreateCustomGroup, EditCustomGroup, DeleteCustomGroup, RestoreCustomGroup, ManageCustomGroupMembers]),
        ),
        (CUSTOM_GROUP_USER, BTreeSet::new()),
        ("system_post_all", set(&[CreatePost, UseChannelMentions])),
        ("system_post_all_public", set(&[CreatePostPublic, UseChannelMentions])),
        (SYSTEM_USER_ACCESS_TOKEN, set(&[CreateUserAccessToken, ReadUserAccessToken, RevokeUserAccessToken])),
        (
            TEAM_ADMIN,
            set(&[
                RemoveUserFromTeam,
                ManageTeam,
                ImportTeam,
                ManageTeamRoles,
                ManageChannelRoles,
                ManageOthersIncomingWebhooks,
                ManageOthersOutgoingWebhooks,
                ManageSlashCommands,
                ManageOthersSlashCommands,
                ManageIncomingWebhooks,
                ManageOutgoingWebhooks,
                ManageOwnIncomingWebhooks,
                ManageOwnOutgoingWebhooks,
                ManageOwnSlashCommands,
                ConvertPublicChannelToPrivate,
                ConvertPrivateChannelToPublic,
                DeletePost,
                DeleteOthersPosts,
                CreatePost,
                AddReaction,
                RemoveReaction,
                ManagePublicChannelMembers,
                ManagePrivateChannelMembers,
                ManagePublicChannelProperties,
                ManagePrivateChannelProperties,
                DeletePublicChannel,
                DeletePrivateChannel,
                ReadPublicChannelGroups,
                ReadPrivateChannelGroups,
                UseChannelMentions,
                UseGroupMentions,
                InviteGuest,
            ]),
        ),
        (
            TEAM_USER,
            set(&[
                AddUserToTeam,
                ListTeamChannels,
                JoinPublicChannels,
                ReadPublicChannel,
                ViewTeam,
                CreatePublicChannel,
                CreatePrivateChannel,
                InviteUser,
            ]),
        ),
        ("team_post_all", set(&[CreatePost, UseChannelMentions])),
        ("team_post_all_public", set(&[CreatePostPublic, UseChannelMentions])),
        (TEAM_GUEST, set(&[ViewTeam])),
        (
            CHANNEL_ADMIN,
            set(&[
                RemoveReaction,
                ManagePublicChannelMembers,
                ManagePrivateChannelMembers,
                AddReaction,
                ReadPrivateChannelGroups,
                ReadPublicChannelGroups,
                UseChannelMentions,
                UseGroupMentions,
                ManageChannelRoles,
                CreatePost,
                ManagePublicChannelProperties,
                ManagePrivateChannelProperties,
            ]),
        ),
        (
            CHANNEL_USER,
            set(&[
                UseChannelMentions,
                GetPublicLink,
                ManagePublicChannelProperties,
                ManagePrivateChannelMembers,
                RemoveReaction,
                ReadPrivateChannelGroups,
                AddReaction,
                UseGroupMentions,
                DeletePrivateChannel,
                EditPost,
                ManagePublicChannelMembers,
                DeletePublicChannel,
                ManagePrivateChannelProperties,
                CreatePost,
                UploadFile,
                UseSlashCommands,
                DeletePost,
                ReadChannel,
                ReadChannelContent,
                ReadPublicChannelGroups,
                AddBookmarkPublicChannel,
                EditBookmarkPublicChannel,
                DeleteBookmarkPublicChannel,
                OrderBookmarkPublicChannel,
                AddBookmarkPrivateChannel,
                EditBookmarkPrivateChannel,
                DeleteBookmarkPrivateChannel,
                OrderBookmarkPrivateChannel,
            ]),
        ),
        (
            CHANNEL_GUEST,
            set(&[
                ReadChannel,
                ReadChannelContent,
                AddReaction,
                RemoveReaction,
                UploadFile,
                EditPost,
                DeletePost,
                CreatePost,
                UseChannelMentions,
                UseSlashCommands,
            ]),
        ),
    ]
}

fn set(permissions: &[Permission]) -> BTreeSet<Permission> {
    permissions.iter().copied().collect()
}

/// The names of a space-separated list of roles without duplicates, in order.
pub fn normalize(names: &str) -> String {
    let mut seen = Vec::new();
    for name in names.split_ascii_whitespace() {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_role_of_the_list_is_sufficient() {
        let table = RoleTable::new(built_in().into_iter().map(|(name, set)| (name.to_owned(), set)));
        assert!(table.allows("system_user system_admin", ManageSystem));
        assert!(!table.allows("system_user", ManageSystem));
        assert!(!table.allows("no_such_role", CreatePost));
    }

    #[test]
    fn team_admins_cannot_read_channels_without_membership() {
        let table = RoleTable::new(built_in().into_iter().map(|(name, set)| (name.to_owned(), set)));
        assert!(!table.allows(TEAM_ADMIN, ReadChannel) && !table.allows(TEAM_ADMIN, ReadChannelContent));
    }

    #[test]
    fn permission_names_round_trip() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.name()), Some(*permission));
        }
    }
}
