//! Reading a team, and which of its fields the viewer gets.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::TeamId;
use guildhall_model::team::{Team, TeamView};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams;

use crate::access::TeamGrant;
use crate::boxed;
use crate::teams::Teams;

impl Teams<'_> {
    #[boxed]
    pub async fn get_team(&self, actor: &Actor, id: TeamId) -> Result<TeamView> {
        let grant = self.access.view_team(actor, id).await?;
        Ok(self.team_view(actor, grant))
    }

    /// The team of this name, when the actor may see it. Hidden and absent teams give the same error.
    #[boxed]
    pub async fn get_team_by_name(&self, actor: &Actor, name: &str) -> Result<TeamView> {
        let grant = self.find_visible_team(actor, name).await?.ok_or(codes::NOT_FOUND_BY_NAME)?;
        Ok(self.team_view(actor, grant))
    }

    #[boxed]
    pub async fn team_exists(&self, actor: &Actor, name: &str) -> Result<bool> {
        if self.find_visible_team(actor, name).await?.is_some() {
            return Ok(true);
        }
        if !self.access.has_system_permission(actor, Permission::ListPrivateTeams) {
            return Ok(false);
        }
        let grant = self.access.system("users who may list private teams may know that a name is taken");
        let team = teams::by_name(self.access.read(&grant), name).await?;
        Ok(self.access.open(&grant, team).is_some())
    }

    async fn find_visible_team(&self, actor: &Actor, name: &str) -> Result<Option<TeamGrant>> {
        let grant = self.access.system("a name is resolved to the team to check");
        let team = teams::by_name(self.access.read(&grant), name).await?;
        match self.access.open(&grant, team) {
            Some(Team { id, .. }) => Ok(self.access.view_team(actor, id).await.ok()),
            None => Ok(None),
        }
    }

    pub(crate) fn team_view(&self, actor: &Actor, grant: TeamGrant) -> TeamView {
        TeamView {
            with_email: self.access.has_team_permission(actor, &grant, Permission::ManageTeam),
            with_invite_id: self.access.has_team_permission(actor, &grant, Permission::InviteUser),
            team: grant.team,
        }
    }
}
