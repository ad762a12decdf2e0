//! Who may do what in a team.

use guildhall_model::codes::context;
use guildhall_model::id::TeamId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams::{self, TeamStanding};

use super::decision::AtTeam;
use super::{Access, SystemGrant, TeamGrant, Writing, must_write};

impl Access {
    /// The team, when the actor may do this in it. Hidden and absent answer alike.
    pub async fn team(&self, actor: &Actor, id: TeamId, permission: Permission) -> Result<Writing<TeamGrant>> {
        must_write(permission)?;
        self.team_to_read(actor, id, permission).await.map(Writing::new)
    }

    /// The same for reading: what the permission allows beyond that is left out.
    pub async fn team_to_read(&self, actor: &Actor, id: TeamId, permission: Permission) -> Result<TeamGrant> {
        let standing = self.team_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).allows(permission);
        self.granted_team(standing, allowed)
    }

    /// The team, when the actor may see it: as a member, or one that anybody may find.
    pub async fn view_team(&self, actor: &Actor, id: TeamId) -> Result<TeamGrant> {
        let standing = self.team_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).may_view();
        self.granted_team(standing, allowed)
    }

    /// The team, for somebody who joins it by themselves: how open it is says which permission that takes.
    pub async fn team_to_join(&self, actor: &Actor, id: TeamId) -> Result<Writing<TeamGrant>> {
        let standing = self.team_standing(actor, id).await?;
        let allowed = at(&self.roles(), actor, &standing).may_join();
        self.granted_team(standing, allowed).map(Writing::new)
    }

    /// The team, for somebody who leaves it: every member may.
    pub async fn team_to_leave(&self, actor: &Actor, id: TeamId) -> Result<Writing<TeamGrant>> {
        self.team_to_read(actor, id, Permission::ViewTeam).await.map(Writing::new)
    }

    /// The team, for whoever holds an invitation to it, and for what the server does by itself.
    pub fn team_for(&self, grant: &Writing<SystemGrant>, team: guildhall_model::team::Team) -> Writing<TeamGrant> {
        Writing::new(TeamGrant { id: grant.write_id(team.id), team, member: None })
    }

    /// Whether somebody who holds a grant may also do this there.
    pub fn also_in_team(&self, actor: &Actor, on: &TeamGrant, permission: Permission) -> bool {
        AtTeam { roles: &self.roles(), team: &on.team, member: on.member.as_ref(), system_roles: &actor.roles }.allows(permission)
    }

    async fn team_standing(&self, actor: &Actor, id: TeamId) -> Result<TeamStanding> {
        teams::standing(&self.db, id, actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }

    fn granted_team(&self, standing: TeamStanding, is_allowed: bool) -> Result<TeamGrant> {
        let TeamStanding { team, member } = standing;
        if !is_allowed {
            return Err(context::PERMISSIONS.into());
        }
        Ok(TeamGrant { id: self.db.grant(team.id), team, member: member.filter(|m| m.delete_at.is_zero()) })
    }
}

fn at<'a>(roles: &'a RoleTable, actor: &'a Actor, standing: &'a TeamStanding) -> AtTeam<'a> {
    AtTeam { roles, team: &standing.team, member: standing.member.as_ref(), system_roles: &actor.roles }
}
