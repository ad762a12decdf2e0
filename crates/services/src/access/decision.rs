//! The decisions themselves: from what is known of a channel or a team and somebody's roles, without a database.

use guildhall_model::Permission;
use guildhall_model::channel::{Channel, ChannelKind, ChannelMember};
use guildhall_model::role::RoleTable;
use guildhall_model::team::{Team, TeamMember};

/// Somebody before a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtChannel<'a> {
    pub roles: &'a RoleTable,
    pub channel: &'a Channel,
    pub member: Option<&'a ChannelMember>,
    /// Of the channel's team; those who left it as well.
    pub team_member: Option<&'a TeamMember>,
    /// Names, space-separated.
    pub system_roles: &'a str,
}

impl AtChannel<'_> {
    /// Any role of the channel, its team or the system is enough. Direct and group channels are their members'
    /// alone: no system role opens them.
    pub fn allows(self, permission: Permission) -> bool {
        if self.channel.kind.is_personal() && self.member.is_none() {
            return false;
        }
        self.roles.allows(self.system_roles, permission)
            || self.member.is_some_and(|member| self.roles.allows(&member.roles(), permission))
            || present(self.team_member).is_some_and(|member| self.roles.allows(&member.roles(), permission))
    }

    /// As a member, or a public one as a member of its team.
    pub fn may_read(self) -> bool {
        self.allows(Permission::ReadChannel) || self.is_public() && self.allows(Permission::ReadPublicChannel)
    }

    /// Some roles (bots have them) may post in every public one.
    pub fn may_post(self) -> bool {
        self.allows(Permission::CreatePost) || self.is_public() && self.allows(Permission::CreatePostPublic)
    }

    /// The permission that the channel's kind asks for; in a direct or group channel, membership.
    pub fn allows_by_kind(self, public: Permission, private: Permission) -> bool {
        match self.channel.kind {
            ChannelKind::Public => self.allows(public),
            ChannelKind::Private => self.allows(private),
            ChannelKind::Direct | ChannelKind::Group => self.member.is_some(),
        }
    }

    fn is_public(self) -> bool {
        self.channel.kind == ChannelKind::Public
    }
}

/// Somebody before a team.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtTeam<'a> {
    pub roles: &'a RoleTable,
    pub team: &'a Team,
    /// Those who left as well.
    pub member: Option<&'a TeamMember>,
    /// Names, space-separated.
    pub system_roles: &'a str,
}

impl AtTeam<'_> {
    /// Any role of the team or the system is enough.
    pub fn allows(self, permission: Permission) -> bool {
        self.roles.allows(self.system_roles, permission)
            || present(self.member).is_some_and(|member| self.roles.allows(&member.roles(), permission))
    }

    /// As a member, or one that anybody may find.
    pub fn may_view(self) -> bool {
        self.allows(Permission::ViewTeam)
            || self.team.allow_open_invite && self.roles.allows(self.system_roles, Permission::ListPublicTeams)
    }

    /// By themselves: how open the team is says which of the server's permissions that takes.
    pub fn may_join(self) -> bool {
        let needed = if self.team.allow_open_invite { Permission::JoinPublicTeams } else { Permission::JoinPrivateTeams };
        self.roles.allows(self.system_roles, needed)
    }
}

fn present(member: Option<&TeamMember>) -> Option<&TeamMember> {
    member.filter(|member| member.delete_at.is_zero())
}

#[cfg(test)]
mod tests;
