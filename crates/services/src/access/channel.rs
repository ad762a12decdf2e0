//! Who may do what in a channel.

use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channels::{self, ChannelStanding};

use super::decision::AtChannel;
use super::{Access, ChannelGrant, Writing, must_write};

impl Access {
    /// The channel, when the actor may do this in it. Hidden and absent answer alike.
    pub async fn channel(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<Writing<ChannelGrant>> {
        must_write(permission)?;
        self.channel_to_read(actor, id, permission).await.map(Writing::new)
    }

    /// The same for reading: what the permission allows beyond that is left out.
    pub async fn channel_to_read(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).allows(permission);
        self.granted_channel(standing, allowed)
    }

    /// The channel, when the actor may read it: as a member, or a public one as a member of its team.
    pub async fn read_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let standing = self.channel_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).may_read();
        self.granted_channel(standing, allowed)
    }

    /// The channel, when the actor may post in it: some roles (bots have them) may in every public one.
    pub async fn channel_to_post(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        let standing = self.channel_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).may_post();
        self.granted_channel(standing, allowed).map(Writing::new)
    }

    /// The channel, for somebody who leaves it: whoever sees it may.
    pub async fn channel_to_leave(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        self.channel_to_read(actor, id, Permission::ReadChannel).await.map(Writing::new)
    }

    /// Those of the channels that the actor may read, in no order: for pages that mix channels.
    pub async fn readable_channels(&self, actor: &Actor, ids: &[ChannelId]) -> Result<Vec<ChannelGrant>> {
        let standings = channels::standings(&self.db, ids, actor.user_id).await?;
        let roles = self.roles();
        let readable = standings.into_iter().filter(|standing| at(&roles, actor, standing).may_read());
        Ok(readable.map(|standing| self.channel_grant(standing)).collect())
    }

    /// The channel, when the actor has the permission that its kind asks for (public, private); in a direct or
    /// group channel, when they are a member.
    pub async fn channel_by_kind(
        &self,
        actor: &Actor,
        id: ChannelId,
        public: Permission,
        private: Permission,
    ) -> Result<Writing<ChannelGrant>> {
        must_write(public)?;
        must_write(private)?;
        let standing = self.channel_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).allows_by_kind(public, private);
        self.granted_channel(standing, allowed).map(Writing::new)
    }

    /// Whether somebody who holds a grant may also do this there.
    pub fn also_in_channel(&self, actor: &Actor, on: &ChannelGrant, permission: Permission) -> bool {
        let (member, team_member) = (on.member.as_ref(), on.team_member.as_ref());
        AtChannel { roles: &self.roles(), channel: &on.channel, member, team_member, system_roles: &actor.roles }.allows(permission)
    }

    async fn channel_standing(&self, actor: &Actor, id: ChannelId) -> Result<ChannelStanding> {
        channels::standing(&self.db, id, actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }

    fn granted_channel(&self, standing: ChannelStanding, is_allowed: bool) -> Result<ChannelGrant> {
        if is_allowed { Ok(self.channel_grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    fn channel_grant(&self, standing: ChannelStanding) -> ChannelGrant {
        let ChannelStanding { channel, member, team_member } = standing;
        ChannelGrant {
            id: self.db.grant(channel.id),
            team_id: channel.team_id.map(|team| self.db.grant(team)),
            channel,
            member,
            team_member,
        }
    }
}

fn at<'a>(roles: &'a RoleTable, actor: &'a Actor, standing: &'a ChannelStanding) -> AtChannel<'a> {
    let (member, team_member) = (standing.member.as_ref(), standing.team_member.as_ref());
    AtChannel { roles, channel: &standing.channel, member, team_member, system_roles: &actor.roles }
}
