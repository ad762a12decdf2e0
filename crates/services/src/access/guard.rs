//! Statements that fail a batch when what authorized it has ended meanwhile: a request that is in flight while its sender is
//! removed does not land after the removal.

use guildhall_model::Actor;
use guildhall_storage::{Statement, channel_members, team_members, users};

use super::{Access, ChannelGrant};

impl Access {
    /// For the batch of a write in the channel: requires at the commit that the actor is still a member, or else still has the
    /// membership of the team or the account that authorized the write. `None` for the local administrator.
    pub fn guard(&self, actor: &Actor, grant: &ChannelGrant) -> Option<Statement> {
        let is_in_team = grant.team_member.as_ref().is_some_and(|member| member.delete_at.is_zero());
        match (grant.member.is_some(), grant.channel.team_id.filter(|_| is_in_team)) {
            _ if !actor.has_account() => None,
            (true, _) => Some(channel_members::guard(grant.id(), actor.user_id)),
            (false, Some(team)) => Some(team_members::guard_active(team, actor.user_id)),
            (false, None) => Some(users::guard_active(actor.user_id)),
        }
    }
}
