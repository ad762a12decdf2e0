//! The authorization rules: pure functions of a channel or team, the memberships and the roles.

use guildhall_model::Permission;
use guildhall_model::channel::{Channel, ChannelKind, ChannelMember};
use guildhall_model::id::SchemeId;
use guildhall_model::role::{ChannelSchemes, RoleTable};
use guildhall_model::team::{Team, TeamMember};

/// Decides what an actor may do in a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelPolicy<'a> {
    pub roles: &'a RoleTable,
    pub channel: &'a Channel,
    pub member: Option<&'a ChannelMember>,
    /// Membership of the channel's team; may be a deleted one.
    pub team_member: Option<&'a TeamMember>,
    /// The scheme of the channel's team.
    pub team_scheme: Option<SchemeId>,
    /// Names, space-separated.
    pub system_roles: &'a str,
}

impl ChannelPolicy<'_> {
    /// The same without the roles of the system: what the memberships alone allow.
    pub const fn as_member(self) -> Self {
        Self { system_roles: "", ..self }
    }

    /// Any role of the channel, its team or the system is enough. Direct and group channels are restricted to their
    /// members: no system role overrides that.
    pub fn allows(self, permission: Permission) -> bool {
        if self.channel.kind.is_personal() && self.member.is_none() {
            return false;
        }
        self.roles.allows(self.system_roles, permission)
            || self.member.is_some_and(|member| self.roles.allows_in_channel(member, self.schemes(), permission))
            || active(self.team_member).is_some_and(|member| self.roles.allows(&member.roles(), permission))
    }

    /// As a member; public channels also as a member of the team. `ReadChannel` alone, which delegated administrators have, is for
    /// the names of channels, not for what is in them.
    pub fn may_read(self) -> bool {
        let may_read_content = self.allows(Permission::ReadChannel) && self.allows(Permission::ReadChannelContent);
        may_read_content || self.is_public() && self.allows(Permission::ReadPublicChannel)
    }

    /// As a member; some roles (those of bots) may post in every public channel.
    pub fn may_post(self) -> bool {
        self.allows(Permission::CreatePost) || self.is_public() && self.allows(Permission::CreatePostPublic)
    }

    /// The permission that the channel's kind requires; in a direct or group channel, membership.
    pub fn allows_by_kind(self, public: Permission, private: Permission) -> bool {
        match self.channel.kind {
            ChannelKind::Public => self.allows(public),
            ChannelKind::Private => self.allows(private),
            ChannelKind::Direct | ChannelKind::Group => self.member.is_some(),
        }
    }

    /// Who may change what is moderated: who may say who administrates the channel, and administrators of the server or of its channels.
    pub fn may_moderate(self, of_console: Permission) -> bool {
        self.allows(Permission::ManageChannelRoles) || !self.channel.kind.is_personal() && self.roles.allows(self.system_roles, of_console)
    }

    const fn schemes(self) -> ChannelSchemes {
        ChannelSchemes { channel: self.channel.scheme_id, team: self.team_scheme }
    }

    fn is_public(self) -> bool {
        self.channel.kind == ChannelKind::Public
    }
}

/// Decides what an actor may do in a team.
#[derive(Debug, Clone, Copy)]
pub(super) struct TeamPolicy<'a> {
    pub roles: &'a RoleTable,
    pub team: &'a Team,
    /// May be a deleted membership.
    pub member: Option<&'a TeamMember>,
    /// Names, space-separated.
    pub system_roles: &'a str,
}

impl TeamPolicy<'_> {
    /// The same without the roles of the system: what the membership alone allows.
    pub const fn as_member(self) -> Self {
        Self { system_roles: "", ..self }
    }

    /// Any role of the team or the system is enough.
    pub fn allows(self, permission: Permission) -> bool {
        self.roles.allows(self.system_roles, permission)
            || active(self.member).is_some_and(|member| self.roles.allows(&member.roles(), permission))
    }

    /// As a member; open teams also with the permission to list them.
    pub fn may_view(self) -> bool {
        self.allows(Permission::ViewTeam)
            || self.team.allow_open_invite && self.roles.allows(self.system_roles, Permission::ListPublicTeams)
    }

    /// Without an invitation: open and closed teams require different system permissions.
    pub fn may_join(self) -> bool {
        self.roles.allows(self.system_roles, self.permission_to_join())
    }

    pub const fn permission_to_join(self) -> Permission {
        if self.team.allow_open_invite { Permission::JoinPublicTeams } else { Permission::JoinPrivateTeams }
    }
}

fn active(member: Option<&TeamMember>) -> Option<&TeamMember> {
    member.filter(|member| member.delete_at.is_zero())
}

#[cfg(test)]
mod tests;
