//! Projects as somebody sees them: with the channels that they may see. Whoever sees no channel of a project does not see it.

use guildhall_model::channel::Channel;
use guildhall_model::id::{ProjectId, TeamId};
use guildhall_model::project::Project;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::projects::{self, ProjectFilter, ProjectViewer};

use crate::access::TeamGrant;
use crate::boxed;
use crate::projects::Projects;

/// A project, with those of its channels that the viewer sees, archived ones included.
#[derive(Debug, Clone)]
pub struct ListedProject {
    pub project: Project,
    pub channels: Vec<Channel>,
}

impl Projects<'_> {
    /// Those of the team, by name. Guests see those of whose channels they are members; administrators of the team see all.
    #[boxed]
    pub async fn list_projects(
        &self,
        actor: &Actor,
        team: TeamId,
        filter: ProjectFilter,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<ListedProject>> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let viewer = self.viewer(actor, &grant);
        let found = projects::list(self.access.read(&grant), grant.id(), &viewer, filter, limit, offset).await?;
        self.with_channels(actor, &grant, found).await
    }

    pub(super) async fn with_channels(&self, actor: &Actor, grant: &TeamGrant, found: Vec<Project>) -> Result<Vec<ListedProject>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<ProjectId> = found.iter().map(|project| project.id).collect();
        let viewer = self.viewer(actor, grant);
        let channels = projects::channels(self.access.read(grant), grant.id(), &viewer, &ids).await?;
        let listed = |project: Project| {
            let own = channels.iter().filter(|channel| channel.project_id == project.id);
            ListedProject { channels: own.map(|channel| channel.channel.clone()).collect(), project }
        };
        Ok(found.into_iter().map(listed).collect())
    }

    fn viewer(&self, actor: &Actor, grant: &TeamGrant) -> ProjectViewer {
        ProjectViewer {
            user_id: actor.user_id,
            sees_public_channels: self.access.has_team_permission(actor, grant, Permission::ListTeamChannels),
            sees_all_channels: self.access.has_system_permission(actor, Permission::ManageSystem),
            sees_all_projects: self.access.has_team_permission(actor, grant, Permission::ManageTeam),
        }
    }
}
