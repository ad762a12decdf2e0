//! What of a team its viewer is shown, and the teams that people look up one by one.

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
        let on = self.access.view_team(actor, id).await?;
        Ok(self.team_view(actor, on))
    }

    /// The team of this name, where the actor may see it; hidden and absent ones answer alike.
    #[boxed]
    pub async fn get_team_by_name(&self, actor: &Actor, name: &str) -> Result<TeamView> {
        let on = self.team_named(actor, name).await?.ok_or(codes::NOT_FOUND_BY_NAME)?;
        Ok(self.team_view(actor, on))
    }

    #[boxed]
    pub async fn team_exists(&self, actor: &Actor, name: &str) -> Result<bool> {
        if self.team_named(actor, name).await?.is_some() {
            return Ok(true);
        }
        if !self.access.has_system_permission(actor, Permission::ListPrivateTeams) {
            return Ok(false);
        }
        let grant = self.access.system("those who list private teams may know a name is taken");
        let found = teams::by_name(self.access.read(&grant), name).await?;
        Ok(self.access.open(&grant, found).is_some())
    }

    async fn team_named(&self, actor: &Actor, name: &str) -> Result<Option<TeamGrant>> {
        let grant = self.access.system("a name leads to the team that the check is made on");
        let found = teams::by_name(self.access.read(&grant), name).await?;
        match self.access.open(&grant, found) {
            Some(Team { id, .. }) => Ok(self.access.view_team(actor, id).await.ok()),
            None => Ok(None),
        }
    }

    pub(crate) fn team_view(&self, actor: &Actor, on: TeamGrant) -> TeamView {
        TeamView {
            with_email: self.access.also_in_team(actor, &on, Permission::ManageTeam),
            with_invite_id: self.access.also_in_team(actor, &on, Permission::InviteUser),
            team: on.team,
        }
    }
}
