//! Statements that fail a batch when what authorized it has ended meanwhile: a request that is in flight while its sender is
//! removed does not land after the removal.

use guildhall_model::Actor;
use guildhall_storage::{Statement, channel_members, channels, team_members, users};

use super::{Access, ChannelGrant};

impl Access {
    /// For the batch of a write in the channel: requires at the commit that the actor is still a member, or else still has the
    /// membership of the team or the account that authorized the write, and that the channel is not archived.
    pub fn guard(&self, actor: &Actor, grant: &ChannelGrant) -> Vec<Statement> {
        let is_in_team = grant.team_member.as_ref().is_some_and(|member| member.delete_at.is_zero());
        match (grant.member.is_some(), grant.channel.team_id.filter(|_| is_in_team)) {
            // The local administrator.
            _ if !actor.has_account() => vec![channels::guard_active(grant.id())],
            (true, _) => vec![channel_members::guard(grant.id(), actor.user_id)],
            (false, Some(team)) => vec![channels::guard_active(grant.id()), team_members::guard_active(team, actor.user_id)],
            (false, None) => vec![channels::guard_active(grant.id()), users::guard_active(actor.user_id)],
        }
    }
}
