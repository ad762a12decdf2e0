//! Authorization for channels.

use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channels::{self, ChannelWithMember};

use super::authority::Authority;
use super::decision::ChannelPolicy;
use super::{Access, ChannelGrant, Writing, check_permits_writing};

impl Access {
    /// The channel, if the actor has the permission in it. Inaccessible and missing channels give the same error.
    pub async fn channel(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<Writing<ChannelGrant>> {
        check_permits_writing(permission)?;
        self.decide(actor, id, permission, |policy| policy.allows(permission)).await.map(Writing::new)
    }

    /// The same, for reading only.
    pub async fn channel_to_read(&self, actor: &Actor, id: ChannelId, permission: Permission) -> Result<ChannelGrant> {
        let grant = self.decide(actor, id, permission, |policy| policy.allows(permission)).await?;
        self.note_readings(actor, [&grant]).await?;
        Ok(grant)
    }

    /// The channel, if the actor may read it: as a member; public channels also as a member of the team.
    pub async fn read_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let grant = self.readable_channel(actor, id).await?;
        self.note_readings(actor, [&grant]).await?;
        Ok(grant)
    }

    /// The same before a decision on more than reading, which a read by itself is recorded for.
    pub(super) async fn readable_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        self.decide(actor, id, Permission::ReadChannel, |policy| policy.may_read()).await
    }

    /// The channel, if the actor may post in it: as a member; some roles (those of bots) in every public channel.
    pub async fn channel_to_post(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        self.decide(actor, id, Permission::CreatePost, |policy| policy.may_post()).await.map(Writing::new)
    }

    /// The channel, if the actor may leave it: requires `ReadChannel` only.
    pub async fn channel_to_leave(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        let permission = Permission::ReadChannel;
        self.decide(actor, id, permission, |policy| policy.allows(permission)).await.map(Writing::new)
    }

    /// The channels among `ids` that the actor may read, in no order: for pages that mix channels.
    pub async fn readable_channels(&self, actor: &Actor, ids: &[ChannelId]) -> Result<Vec<ChannelGrant>> {
        let memberships = channels::each_with_member(&self.db, ids, actor.user_id).await?;
        let roles = self.roles();
        let decide = |membership| self.decide_on(actor, &roles, membership, Permission::ReadChannel, |policy| policy.may_read());
        let grants: Vec<ChannelGrant> = memberships.into_iter().filter_map(decide).collect();
        self.note_readings(actor, &grants).await?;
        Ok(grants)
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
        let permission = if membership.channel.kind == ChannelKind::Public { public } else { private };
        let grant = self.decide_on(actor, &self.roles(), membership, permission, |policy| policy.allows_by_kind(public, private));
        grant.map(Writing::new).ok_or_else(|| context::PERMISSIONS.into())
    }

    /// The channel, if the actor may change what is moderated in it.
    pub async fn channel_to_moderate(&self, actor: &Actor, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        let needed = Permission::SysconsoleWriteUserManagementChannels;
        self.decide(actor, id, Permission::ManageChannelRoles, |policy| policy.may_moderate(needed)).await.map(Writing::new)
    }

    /// The channel, if the actor may see what is moderated in it: nothing of what is written there.
    pub async fn channel_to_read_moderation(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let needed = Permission::SysconsoleReadUserManagementChannels;
        self.decide(actor, id, Permission::ManageChannelRoles, |policy| policy.may_moderate(needed)).await
    }

    /// The channel, if the actor may see which groups are linked to it.
    pub async fn channel_to_read_groups(&self, actor: &Actor, id: ChannelId) -> Result<ChannelGrant> {
        let (public, private) = (Permission::ReadPublicChannelGroups, Permission::ReadPrivateChannelGroups);
        self.decide(actor, id, public, |policy| policy.allows_by_kind(public, private)).await
    }

    /// Whether an actor that holds a grant for the channel has another permission in it.
    pub fn has_channel_permission(&self, actor: &Actor, grant: &ChannelGrant, permission: Permission) -> bool {
        let (member, team_member, team_scheme) = (grant.member.as_ref(), grant.team_member.as_ref(), grant.team_scheme_id);
        let (roles, channel, system_roles) = (&self.roles(), &grant.channel, actor.roles.as_str());
        ChannelPolicy { roles, channel, member, team_member, team_scheme, system_roles }.allows(permission)
    }

    pub(super) async fn load_channel(&self, actor: &Actor, id: ChannelId) -> Result<ChannelWithMember> {
        channels::with_member(&self.db, id, actor.user_id).await?.ok_or_else(|| self.absent(actor, codes::NOT_FOUND))
    }

    async fn decide(
        &self,
        actor: &Actor,
        id: ChannelId,
        permission: Permission,
        rule: impl Fn(ChannelPolicy<'_>) -> bool,
    ) -> Result<ChannelGrant> {
        let membership = self.load_channel(actor, id).await?;
        self.decide_on(actor, &self.roles(), membership, permission, rule).ok_or_else(|| context::PERMISSIONS.into())
    }

    /// The grant, if the rule allows it. `permission` names what it allows, which decides on audit records: what only a role
    /// of the system allows is recorded.
    fn decide_on(
        &self,
        actor: &Actor,
        roles: &RoleTable,
        membership: ChannelWithMember,
        permission: Permission,
        rule: impl Fn(ChannelPolicy<'_>) -> bool,
    ) -> Option<ChannelGrant> {
        let policy = policy(roles, actor, &membership);
        // Almost always it is the membership that allows it, so that the roles of the system are looked at afterwards.
        let as_member = rule(policy.as_member());
        if !as_member && !rule(policy) {
            return None;
        }
        let authority = match membership.channel.kind {
            ChannelKind::Direct | ChannelKind::Group => Authority::own(actor),
            ChannelKind::Public | ChannelKind::Private => Authority::in_object(actor, permission, as_member),
        };
        let ChannelWithMember { channel, member, team_member, team_delete_at, team_scheme_id } = membership;
        Some(ChannelGrant {
            id: self.db.grant(channel.id),
            team_id: channel.team_id.map(|team| self.db.grant(team)),
            is_archived: channel.is_archived() || !team_delete_at.is_zero(),
            channel,
            member,
            team_member,
            team_scheme_id,
            authority,
        })
    }
}

pub(super) fn policy<'a>(roles: &'a RoleTable, actor: &'a Actor, membership: &'a ChannelWithMember) -> ChannelPolicy<'a> {
    let (member, team_member) = (membership.member.as_ref(), membership.team_member.as_ref());
    let team_scheme = membership.team_scheme_id;
    ChannelPolicy { roles, channel: &membership.channel, member, team_member, team_scheme, system_roles: &actor.roles }
}
