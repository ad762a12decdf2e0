//! Who may do what in a team.

use guildhall_model::codes::context;
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams::{self, TeamStanding};

use super::grant::Proof;
use super::{Access, TeamGrant};

impl Access {
    /// The team, when the actor may do this in it. Hidden and absent answer alike.
    pub async fn team(&self, actor: &Actor, id: TeamId, permission: Permission) -> Result<TeamGrant> {
        let standing = teams::standing(&self.db, id, actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        if self.allows_in_team(actor, &standing, permission) { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The team, when the actor may see it: as a member, or one that anybody may find.
    pub async fn view_team(&self, actor: &Actor, id: TeamId) -> Result<TeamGrant> {
        let standing = teams::standing(&self.db, id, actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        let visible = self.allows_in_team(actor, &standing, Permission::ViewTeam)
            || standing.team.allow_open_invite && self.has_system_permission(actor, Permission::ListPublicTeams);
        if visible { Ok(grant(standing)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Whether somebody who holds a grant may also do this there.
    pub fn also_in_team(&self, actor: &Actor, on: &TeamGrant, permission: Permission) -> bool {
        let own = on.member.as_ref().filter(|m| m.delete_at.is_zero()).map(|m| m.roles()).unwrap_or_default();
        let roles = self.roles();
        roles.allows(&own, permission) || roles.allows(&actor.roles, permission)
    }

    fn allows_in_team(&self, actor: &Actor, standing: &TeamStanding, permission: Permission) -> bool {
        let own = standing.member.as_ref().filter(|m| m.delete_at.is_zero()).map(|m| m.roles()).unwrap_or_default();
        let roles = self.roles();
        roles.allows(&own, permission) || roles.allows(&actor.roles, permission)
    }
}

fn grant(standing: TeamStanding) -> TeamGrant {
    TeamGrant { team: standing.team, member: standing.member.filter(|m| m.delete_at.is_zero()), _proof: Proof }
}
