//! Roles: named sets of permissions, the built-in roles, and the check whether a list of roles grants a permission.

use std::collections::{BTreeMap, BTreeSet};

mod ancillary;
mod built_in;

pub use ancillary::ancillary;
pub use built_in::{built_in, defaults};

use crate::Millis;
use crate::channel::{ChannelMember, is_moderated};
use crate::id::{RoleId, SchemeId};
use crate::permission::Permission::{self, *};
use crate::scheme::role_name;

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
/// Administers the server, but neither accounts nor how people log in.
pub const SYSTEM_MANAGER: &str = "system_manager";
/// The help desk: accounts, teams and channels.
pub const SYSTEM_USER_MANAGER: &str = "system_user_manager";
/// The auditor: sees what administrators see, and changes nothing.
pub const SYSTEM_READ_ONLY_ADMIN: &str = "system_read_only_admin";
pub const SYSTEM_SHARED_CHANNEL_MANAGER: &str = "system_shared_channel_manager";
pub const SYSTEM_SECURE_CONNECTION_MANAGER: &str = "system_secure_connection_manager";
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
    /// An administrator has changed its permissions; otherwise they are the defaults of the version that runs.
    pub is_changed: bool,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
}

/// The schemes that decide on the roles of a channel's members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChannelSchemes {
    pub channel: Option<SchemeId>,
    pub team: Option<SchemeId>,
}

/// The permissions of all roles by name, for permission checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleTable(BTreeMap<String, BTreeSet<Permission>>);

impl Role {
    /// Roles of administrators: only who may assign such roles changes what they allow.
    pub fn is_of_administrators(&self) -> bool {
        let administrates = |permission: &Permission| *permission == ManageSystem || permission.is_of_console();
        let is_built_in = [
            SYSTEM_ADMIN,
            SYSTEM_MANAGER,
            SYSTEM_USER_MANAGER,
            SYSTEM_READ_ONLY_ADMIN,
            SYSTEM_CUSTOM_GROUP_ADMIN,
            SYSTEM_SHARED_CHANNEL_MANAGER,
            SYSTEM_SECURE_CONNECTION_MANAGER,
        ];
        is_built_in.contains(&self.name.as_str()) || self.permissions.iter().any(administrates)
    }
}

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

    /// The table without these roles.
    pub fn without(mut self, names: &[String]) -> Self {
        names.iter().for_each(|name| {
            self.0.remove(name);
        });
        self
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The roles with this permission.
    pub fn names_with(&self, permission: Permission) -> Vec<String> {
        self.0.iter().filter(|(_, set)| set.contains(&permission)).map(|(name, _)| name.clone()).collect()
    }

    /// What the space-separated role `names` allow together.
    pub fn permissions(&self, names: &str) -> BTreeSet<Permission> {
        names.split_ascii_whitespace().filter_map(|name| self.0.get(name)).flatten().copied().collect()
    }

    /// Whether the first roles give power over others that the second ones do not give. Nobody exceeds who manages the system.
    pub fn exceed(&self, names: &str, others: &str) -> bool {
        if names == others || self.allows(others, ManageSystem) {
            return false;
        }
        let of_others = self.permissions(others);
        self.permissions(names).iter().any(|permission| !permission.is_personal() && !of_others.contains(permission))
    }

    /// Whether the roles administrate the server, or a part of it.
    pub fn administrate(&self, names: &str) -> bool {
        let administrates = |permission: &Permission| *permission == ManageSystem || permission.is_of_console();
        names.split_ascii_whitespace().filter_map(|name| self.0.get(name)).flatten().any(administrates)
    }

    /// Whether the member's roles grant the permission: the team's scheme or the built-in roles say what is allowed at most, and the
    /// channel's scheme takes from members and guests what is moderated.
    pub fn allows_in_channel(&self, member: &ChannelMember, schemes: ChannelSchemes, permission: Permission) -> bool {
        let own = schemes.channel.filter(|_| is_moderated(permission));
        let held = [(member.scheme_guest, CHANNEL_GUEST), (member.scheme_user, CHANNEL_USER), (member.scheme_admin, CHANNEL_ADMIN)];
        let is_allowed = |role: &str| {
            self.allows_one(schemes.team, role, permission)
                && (own.is_none() || role == CHANNEL_ADMIN || self.allows_one(own, role, permission))
        };
        held.into_iter().any(|(has, role)| has && is_allowed(role)) || self.allows(&member.explicit_roles, permission)
    }

    fn allows_one(&self, scheme: Option<SchemeId>, built_in: &str, permission: Permission) -> bool {
        let permissions = match scheme {
            None => self.0.get(built_in),
            Some(_) => self.0.get(&role_name(scheme, built_in)),
        };
        permissions.is_some_and(|permissions| permissions.contains(&permission))
    }

    /// Whether any of the space-separated role `names` grants `permission`.
    pub fn allows(&self, names: &str, permission: Permission) -> bool {
        names.split_ascii_whitespace().any(|name| self.0.get(name).is_some_and(|set| set.contains(&permission)))
    }
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
    fn power_over_others_is_compared() {
        let table = RoleTable::new(built_in().into_iter().map(|(name, set)| (name.to_owned(), set)));
        let manager = "system_user system_manager";
        for (names, others, expected) in [
            ("system_user", "system_user system_user_manager", false),
            ("system_user system_user_manager", "system_user", true),
            ("system_user system_user_access_token", "system_user", false),
            (SYSTEM_ADMIN, manager, true),
            (manager, SYSTEM_ADMIN, false),
            (manager, "system_user system_user_manager", true),
            ("system_user system_user_manager", manager, true),
            (manager, manager, false),
            ("system_user system_post_all", manager, true),
        ] {
            assert_eq!(table.exceed(names, others), expected, "{names} and {others}");
        }
        assert!(table.administrate(manager) && !table.administrate("system_user team_admin system_custom_group_admin"));
    }

    #[test]
    fn delegated_administrators_have_what_mattermost_gives_them() {
        let table = RoleTable::new(built_in().into_iter().map(|(name, set)| (name.to_owned(), set)));
        let count = |name: &str| table.permissions(name).iter().filter(|permission| permission.is_of_console()).count();
        // The help desk also manages users.
        assert_eq!((count(SYSTEM_MANAGER), count(SYSTEM_USER_MANAGER), count(SYSTEM_READ_ONLY_ADMIN)), (77, 17, 52));
        assert!(table.permissions(SYSTEM_READ_ONLY_ADMIN).iter().all(|permission| permission.is_read_only() || *permission == TestLdap));
        for name in [SYSTEM_MANAGER, SYSTEM_USER_MANAGER, SYSTEM_READ_ONLY_ADMIN] {
            for permission in [ManageSystem, ManageRoles, ReadChannelContent, AssignSystemAdminRole] {
                assert!(!table.allows(name, permission), "{name}: {}", permission.name());
            }
        }
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
