//! Who is added when a group has new members: only where whoever adds them to the group may add them to the team or channel, too.
//! Nobody gains by a group what they could not do themselves.

use guildhall_model::codes::context;
use guildhall_model::group::GroupMember;
use guildhall_model::group_link::{GroupLink, LinkTarget};
use guildhall_model::id::{ChannelId, GroupId, GroupLinkId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{Statement, group_links};

use crate::access::{ChannelGrant, Grant, TeamGrant, Writing};
use crate::groups::Groups;

impl Groups<'_> {
    /// For the batch that adds the members, after the lock of the group: it conflicts where a link was made meanwhile.
    pub(in crate::groups) async fn enqueue_new_members(
        &self,
        grant: &impl Grant,
        actor: &Actor,
        group: GroupId,
        added: &[GroupMember],
    ) -> Result<Vec<Statement>> {
        let links = group_links::adding(self.access.read(grant), group).await?;
        let known: Vec<GroupLinkId> = links.iter().map(|link| link.id).collect();
        let mut statements = vec![group_links::guard_no_other(group, &known)];
        let mut permitted = Vec::new();
        for link in &links {
            if self.may_add_by(actor, link).await? {
                permitted.push(link.id);
            }
        }
        if !permitted.is_empty() {
            let users: Vec<UserId> = added.iter().map(|member| member.user_id).collect();
            let added_by = actor.has_account().then_some(actor.user_id);
            statements.extend(group_links::enqueue(&permitted, Some(&users), added_by, self.clock.now()));
        }
        Ok(statements)
    }

    async fn may_add_by(&self, actor: &Actor, link: &GroupLink) -> Result<bool> {
        let result = match link.target() {
            Some(LinkTarget::Team(team)) => self.team_to_add_to(actor, team).await.map(drop),
            Some(LinkTarget::Channel(channel)) => self.channel_to_add_to(actor, channel).await.map(drop),
            None => return Ok(false),
        };
        match result {
            Err(error) if error.is(context::PERMISSIONS) => Ok(false),
            result => result.map(|()| true),
        }
    }

    pub(super) async fn team_to_add_to(&self, actor: &Actor, team: TeamId) -> Result<Writing<TeamGrant>> {
        self.access.team(actor, team, Permission::AddUserToTeam).await
    }

    /// Whoever is added to a channel is added to its team.
    pub(super) async fn channel_to_add_to(&self, actor: &Actor, channel: ChannelId) -> Result<Writing<ChannelGrant>> {
        let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
        let grant = self.access.channel_by_kind(actor, channel, public, private).await?;
        if let Some(team) = grant.channel.team_id {
            self.team_to_add_to(actor, team).await.map(drop)?;
        }
        Ok(grant)
    }
}
