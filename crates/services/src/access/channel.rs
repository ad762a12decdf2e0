//! Authorization for channels.

use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channels::{self, ChannelWithMember};

use super::decision::ChannelPolicy;
use super::{Access, ChannelGrant, Writing, check_permits_writing};

impl Access {
    /// The channel, if the actor has the permission in it. Inaccessible and missing channels give the same error.
    pub async fn channel(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<Writing<ChannelGrant>> {
        check_permits_writing(permission)?;
        self.channel_to_read(actor, id, permission).await.map(Writing::new)
    }

    /// The same, for reading only.
    pub async fn channel_to_read(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<ChannelGrant> {
        let membership = self.load_channel(actor, id).await?;
        let allowed = policy(&self.roles(), actor, &membership).allows(permission);
        self.granted_channel(membership, allowed)
    }

    /// The channel, if the actor may read it: as a member; public channels also as a member of the team.
    pub async fn read_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let membership = self.load_channel(actor, id).await?;
        let allowed = policy(&self.roles(), actor, &membership).may_read();
        self.granted_channel(membership, allowed)
    }

    /// The channel, if the actor may post in it: as a member; some roles (those of bots) in every public channel.
    pub async fn channel_to_post(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        let membership = self.load_channel(actor, id).await?;
        let allowed = policy(&self.roles(), actor, &membership).may_post();
        self.granted_channel(membership, allowed).map(Writing::new)
    }

    /// The channel, if the actor may leave it: requires `ReadChannel` only.
    pub async fn channel_to_leave(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        self.channel_to_read(actor, id, Permission::ReadChannel).await.map(Writing::new)
    }

    /// The channels among `ids` that the actor may read, in no order: for pages that mix channels.
    pub async fn readable_channels(&self, actor: &Actor, ids: &[ChannelId]) -> Result<Vec<ChannelGrant>> {
        let memberships = channels::each_with_member(&self.db, ids, actor.user_id).await?;
        let roles = self.roles();
        let readable = memberships.into_iter().filter(|membership| policy(&roles, actor, membership).may_read());
        Ok(readable.map(|membership| self.channel_grant(membership)).collect())
    }

    /// The channel, if the actor has the permission that its kind requires (public, private); in a direct or group
    /// channel, if the actor is a member.
    pub async fn channel_by_kind(
        &self,
        actor: &Actor,
        id: ChannelId,
        public: Permission,
        private: Permission,
    ) -> Result<Writing<ChannelGrant>> {
        check_permits_writing(public)?;
        check_permits_writing(private)?;
        let membership = self.load_channel(actor, id).await?;
        let allowed = policy(&self.roles(), actor, &membership).allows_by_kind(public, private);
        self.granted_channel(membership, allowed).map(Writing::new)
    }

    /// Whether an actor that holds a grant for the channel has another permission in it.
    pub fn has_channel_permission(&self, actor: &Actor, grant: &ChannelGrant, permission: Permission) -> bool {
        let (member, team_member) = (grant.member.as_ref(), grant.team_member.as_ref());
        ChannelPolicy { roles: &self.roles(), channel: &grant.channel, member, team_member, system_roles: &actor.roles }.allows(permission)
    }

    pub(super) async fn load_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelWithMember> {
        channels::with_member(&self.db, id, actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }

    fn granted_channel(&self, membership: ChannelWithMember, is_allowed: bool) -> Result<ChannelGrant> {
        if is_allowed { Ok(self.channel_grant(membership)) } else { Err(context::PERMISSIONS.into()) }
    }

    fn channel_grant(&self, membership: ChannelWithMember) -> ChannelGrant {
        let ChannelWithMember { channel, member, team_member, team_delete_at } = membership;
        ChannelGrant {
            id: self.db.grant(channel.id),
            team_id: channel.team_id.map(|team| self.db.grant(team)),
            is_archived: channel.is_archived() || !team_delete_at.is_zero(),
            channel,
            member,
            team_member,
        }
    }
}

pub(super) fn policy<'a>(roles: &'a RoleTable, actor: &'a Actor, membership: &'a ChannelWithMember) -> ChannelPolicy<'a> {
    let (member, team_member) = (membership.member.as_ref(), membership.team_member.as_ref());
    ChannelPolicy { roles, channel: &membership.channel, member, team_member, system_roles: &actor.roles }
}
