//! Who may do what in a channel.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channels::{self, ChannelStanding};

use super::grant::Proof;
use super::{Access, ChannelGrant};

impl Access {
    /// The channel, when the actor may do this in it. Hidden and absent answer alike.
    pub async fn channel(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        if self.allows_in_channel(actor, &standing, permission) { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The channel, when the actor may read it: as a member, or a public one as a member of its team.
    pub async fn read_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        if self.is_readable(actor, &standing) { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The channel, when the actor may post in it: some roles (bots have them) may in every public one.
    pub async fn channel_to_post(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        let allowed = self.allows_in_channel(actor, &standing, Permission::CreatePost)
            || standing.channel.kind == ChannelKind::Public && self.allows_in_channel(actor, &standing, Permission::CreatePostPublic);
        if allowed { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Those of the channels that the actor may read, in no order: for pages that mix channels.
    pub async fn readable_channels(&self, actor: &Actor, ids: &[ChannelId]) -> Result<Vec<ChannelGrant>> {
        let standings = channels::standings(&self.db, ids, actor.user_id).await?;
        Ok(standings.into_iter().filter(|standing| self.is_readable(actor, standing)).map(grant).collect())
    }

    /// The channel, when the actor has the permission that its kind asks for (public, private); in a direct or
    /// group channel, when they are a member.
    pub async fn channel_by_kind(&self, actor: &Actor, id: ChannelId, public: Permission, private: Permission) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        let allowed = match standing.channel.kind {
            ChannelKind::Public => self.allows_in_channel(actor, &standing, public),
            ChannelKind::Private => self.allows_in_channel(actor, &standing, private),
            ChannelKind::Direct | ChannelKind::Group => standing.member.is_some(),
        };
        if allowed { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Whether somebody who holds a grant may also do this there.
    pub fn also_in_channel(&self, actor: &Actor, on: &ChannelGrant, permission: Permission) -> bool {
        let team_roles = on.team_member.as_ref().filter(|m| m.delete_at.is_zero()).map(|m| m.roles()).unwrap_or_default();
        let own_roles = on.member.as_ref().map(|m| m.roles()).unwrap_or_default();
        self.decide(actor, &on.channel, on.member.is_some(), &own_roles, &team_roles, permission)
    }

    async fn channel_standing(&self, actor: &Actor, id: ChannelId) -> Result<ChannelStanding> {
        channels::standing(&self.db, id, actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }

    fn is_readable(&self, actor: &Actor, standing: &ChannelStanding) -> bool {
        self.allows_in_channel(actor, standing, Permission::ReadChannel)
            || standing.channel.kind == ChannelKind::Public && self.allows_in_channel(actor, standing, Permission::ReadPublicChannel)
    }

    fn allows_in_channel(&self, actor: &Actor, standing: &ChannelStanding, permission: Permission) -> bool {
        let team_roles = standing.team_member.as_ref().filter(|m| m.delete_at.is_zero()).map(|m| m.roles()).unwrap_or_default();
        let own_roles = standing.member.as_ref().map(|m| m.roles()).unwrap_or_default();
        self.decide(actor, &standing.channel, standing.member.is_some(), &own_roles, &team_roles, permission)
    }

    /// Any role of the channel, its team or the system is enough. Direct and group channels are their members'
    /// alone: no system role opens them.
    fn decide(&self, actor: &Actor, channel: &Channel, is_member: bool, own: &str, team: &str, permission: Permission) -> bool {
        if channel.kind.is_personal() && !is_member {
            return false;
        }
        let roles = self.roles();
        roles.allows(own, permission) || roles.allows(team, permission) || roles.allows(&actor.roles, permission)
    }
}

fn grant(standing: ChannelStanding) -> ChannelGrant {
    ChannelGrant { channel: standing.channel, member: standing.member, team_member: standing.team_member, _proof: Proof }
}
