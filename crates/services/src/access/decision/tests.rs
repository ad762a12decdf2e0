//! Properties of the authorization rules, for every kind of channel, membership and set of roles.

use std::collections::BTreeSet;

use guildhall_model::Millis;
use guildhall_model::channel::default_notify_props;
use guildhall_model::id::{ChannelId, InviteId, TeamId, UserId};
use guildhall_model::role::{
    self, CHANNEL_ADMIN, CHANNEL_GUEST, CHANNEL_USER, SYSTEM_ADMIN, SYSTEM_USER, TEAM_ADMIN, TEAM_GUEST, TEAM_USER,
};
use guildhall_model::team::TeamKind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

const CUSTOM: [&str; 2] = ["custom_one", "custom_two"];
const ROLES: [&str; 10] =
    [SYSTEM_USER, SYSTEM_ADMIN, TEAM_GUEST, TEAM_USER, TEAM_ADMIN, CHANNEL_GUEST, CHANNEL_USER, CHANNEL_ADMIN, CUSTOM[0], CUSTOM[1]];
const PERMISSIONS: [Permission; 9] = [
    Permission::ReadChannel,
    Permission::ReadChannelContent,
    Permission::ReadPublicChannel,
    Permission::CreatePost,
    Permission::CreatePostPublic,
    Permission::ManagePublicChannelMembers,
    Permission::ManagePrivateChannelMembers,
    Permission::ViewTeam,
    Permission::ListPublicTeams,
];

/// A channel, a team and an actor with roles and memberships.
#[derive(Debug, Clone)]
struct Case {
    roles: RoleTable,
    channel: Channel,
    team: Team,
    member: Option<ChannelMember>,
    team_member: Option<TeamMember>,
    system_roles: String,
}

impl Case {
    fn channel_policy(&self) -> ChannelPolicy<'_> {
        ChannelPolicy {
            roles: &self.roles,
            channel: &self.channel,
            member: self.member.as_ref(),
            team_member: self.team_member.as_ref(),
            team_scheme: None,
            system_roles: &self.system_roles,
        }
    }

    fn team_policy(&self) -> TeamPolicy<'_> {
        TeamPolicy { roles: &self.roles, team: &self.team, member: self.team_member.as_ref(), system_roles: &self.system_roles }
    }

    /// The names of all roles that apply: the actor's system roles and those of its active memberships.
    fn role_names(&self) -> Vec<String> {
        let of_channel = self.member.as_ref().map(ChannelMember::roles);
        let of_team = self.team_member.as_ref().filter(|member| member.delete_at.is_zero()).map(TeamMember::roles);
        let all = [Some(self.system_roles.clone()), of_channel, of_team];
        all.iter().flatten().flat_map(|names| names.split_ascii_whitespace().map(str::to_owned)).collect()
    }

    /// The result of every check.
    fn decisions(&self) -> Vec<bool> {
        let (channel, team) = (self.channel_policy(), self.team_policy());
        let mut decisions: Vec<bool> =
            PERMISSIONS.iter().flat_map(|permission| [channel.allows(*permission), team.allows(*permission)]).collect();
        let by_kind = channel.allows_by_kind(Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
        decisions.extend([channel.may_read(), channel.may_post(), by_kind, team.may_view(), team.may_join()]);
        decisions
    }
}

fn role_tables() -> impl Strategy<Value = RoleTable> {
    vec(subsequence(PERMISSIONS.to_vec(), 0..=PERMISSIONS.len()), ROLES.len()).prop_map(|sets| {
        let named = ROLES.iter().zip(sets).map(|(name, set)| ((*name).to_owned(), set.into_iter().collect::<BTreeSet<_>>()));
        RoleTable::new(named)
    })
}

fn kinds() -> impl Strategy<Value = ChannelKind> {
    select(vec![ChannelKind::Public, ChannelKind::Private, ChannelKind::Direct, ChannelKind::Group])
}

fn role_lists() -> impl Strategy<Value = String> {
    subsequence(CUSTOM.to_vec(), 0..=CUSTOM.len()).prop_map(|names| names.join(" "))
}

fn channel_members() -> impl Strategy<Value = Option<ChannelMember>> {
    proptest::option::of((any::<[bool; 3]>(), role_lists())).prop_map(|roles| {
        roles.map(|([scheme_guest, scheme_user, scheme_admin], explicit_roles)| ChannelMember {
            channel_id: ChannelId::from_bytes([1; 16]),
            user_id: UserId::from_bytes([2; 16]),
            scheme_guest,
            scheme_user,
            scheme_admin,
            explicit_roles,
            last_viewed_at: Millis::ZERO,
            msg_count: 0,
            msg_count_root: 0,
            mention_count: 0,
            mention_count_root: 0,
            urgent_mention_count: 0,
            notify_props: default_notify_props(),
            last_update_at: Millis::ZERO,
            scheme_id: None,
        })
    })
}

fn team_members() -> impl Strategy<Value = Option<TeamMember>> {
    proptest::option::of((any::<[bool; 3]>(), role_lists(), select(vec![Millis::ZERO, Millis(5)]))).prop_map(|roles| {
        roles.map(|([scheme_guest, scheme_user, scheme_admin], explicit_roles, delete_at)| TeamMember {
            team_id: TeamId::from_bytes([3; 16]),
            user_id: UserId::from_bytes([2; 16]),
            scheme_guest,
            scheme_user,
            scheme_admin,
            explicit_roles,
            create_at: Millis::ZERO,
            delete_at,
            scheme_id: None,
        })
    })
}

fn channel(kind: ChannelKind) -> Channel {
    Channel {
        id: ChannelId::from_bytes([1; 16]),
        create_at: Millis::ZERO,
        update_at: Millis::ZERO,
        delete_at: Millis::ZERO,
        team_id: (!kind.is_personal()).then_some(TeamId::from_bytes([3; 16])),
        kind,
        name: "dev".to_owned(),
        display_name: "Dev".to_owned(),
        header: String::new(),
        purpose: String::new(),
        creator_id: None,
        last_post_at: Millis::ZERO,
        last_root_post_at: Millis::ZERO,
        total_msg_count: 0,
        total_msg_count_root: 0,
        scheme_id: None,
    }
}

fn team(allow_open_invite: bool) -> Team {
    Team {
        id: TeamId::from_bytes([3; 16]),
        create_at: Millis::ZERO,
        update_at: Millis::ZERO,
        delete_at: Millis::ZERO,
        name: "one".to_owned(),
        display_name: "One".to_owned(),
        description: String::new(),
        email: String::new(),
        kind: TeamKind::Open,
        company_name: String::new(),
        allowed_domains: String::new(),
        invite_id: InviteId::from_bytes([4; 16]),
        allow_open_invite,
        last_team_icon_update: Millis::ZERO,
        scheme_id: None,
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let system_roles = subsequence(ROLES.to_vec(), 0..=3).prop_map(|names| names.join(" "));
    (role_tables(), kinds(), any::<bool>(), channel_members(), team_members(), system_roles).prop_map(
        |(roles, kind, is_open, member, team_member, system_roles)| Case {
            roles,
            channel: channel(kind),
            team: team(is_open),
            member,
            team_member,
            system_roles,
        },
    )
}

fn built_in_roles() -> RoleTable {
    RoleTable::new(role::built_in().into_iter().map(|(name, permissions)| (name.to_owned(), permissions)))
}

proptest! {
    /// No role gives access to a direct or group channel without membership.
    #[test]
    fn personal_channels_are_restricted_to_their_members(case in cases()) {
        prop_assume!(case.channel.kind.is_personal() && case.member.is_none());
        let policy = case.channel_policy();
        prop_assert!(PERMISSIONS.iter().all(|permission| !policy.allows(*permission)));
        prop_assert!(!policy.may_read() && !policy.may_post());
        prop_assert!(!policy.allows_by_kind(Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers));
    }

    #[test]
    fn a_permission_is_allowed_if_and_only_if_an_applicable_role_has_it(case in cases(), permission in select(PERMISSIONS.to_vec())) {
        let by_role = case.role_names().iter().any(|name| case.roles.allows(name, permission));
        let is_restricted = case.channel.kind.is_personal() && case.member.is_none();
        prop_assert_eq!(case.channel_policy().allows(permission), by_role && !is_restricted);
    }

    /// Holds for every role of the channel, the team and the system.
    #[test]
    fn removing_a_role_never_allows_more(case in cases(), removed in select(ROLES.to_vec())) {
        let without = |names: &str| names.split_ascii_whitespace().filter(|name| *name != removed).collect::<Vec<_>>().join(" ");
        let mut reduced = case.clone();
        reduced.system_roles = without(&case.system_roles);
        if let Some(member) = &mut reduced.member {
            member.explicit_roles = without(&member.explicit_roles);
            member.scheme_guest &= removed != CHANNEL_GUEST;
            member.scheme_user &= removed != CHANNEL_USER;
            member.scheme_admin &= removed != CHANNEL_ADMIN;
        }
        if let Some(member) = &mut reduced.team_member {
            member.explicit_roles = without(&member.explicit_roles);
            member.scheme_guest &= removed != TEAM_GUEST;
            member.scheme_user &= removed != TEAM_USER;
            member.scheme_admin &= removed != TEAM_ADMIN;
        }
        for (before, after) in case.decisions().into_iter().zip(reduced.decisions()) {
            prop_assert!(before || !after);
        }
    }

    #[test]
    fn removing_a_membership_never_allows_more(case in cases()) {
        for reduced in [Case { member: None, ..case.clone() }, Case { team_member: None, ..case.clone() }] {
            for (before, after) in case.decisions().into_iter().zip(reduced.decisions()) {
                prop_assert!(before || !after);
            }
        }
    }

    #[test]
    fn a_deleted_team_membership_equals_no_membership(mut case in cases()) {
        if let Some(member) = &mut case.team_member {
            member.delete_at = Millis(5);
        }
        let without_membership = Case { team_member: None, ..case.clone() };
        prop_assert_eq!(case.decisions(), without_membership.decisions());
    }

    /// Use cases reject changes in archived channels; the authorization rules do not.
    #[test]
    fn archiving_does_not_change_permissions(case in cases()) {
        let mut archived = case.clone();
        archived.channel.delete_at = Millis(5);
        archived.team.delete_at = Millis(5);
        prop_assert_eq!(case.decisions(), archived.decisions());
    }

    /// With the built-in roles.
    #[test]
    fn guests_read_and_post_only_in_channels_they_are_members_of(mut case in cases()) {
        case.roles = built_in_roles();
        case.system_roles = role::SYSTEM_GUEST.to_owned();
        for member in case.team_member.iter_mut() {
            (member.scheme_guest, member.scheme_user, member.scheme_admin) = (true, false, false);
            member.explicit_roles.clear();
        }
        for member in case.member.iter_mut() {
            (member.scheme_guest, member.scheme_user, member.scheme_admin) = (true, false, false);
            member.explicit_roles.clear();
        }
        let policy = case.channel_policy();
        prop_assert_eq!(policy.may_read(), case.member.is_some());
        prop_assert_eq!(policy.may_post(), case.member.is_some());
    }
}
