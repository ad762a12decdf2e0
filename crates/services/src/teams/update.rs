//! Changing a team: texts, privacy, invitation, archiving and restoring.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::TeamId;
use guildhall_model::team::{Team, TeamKind, TeamView};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::teams;

use crate::boxed;
use crate::retry::retry_on_conflict;
use crate::teams::Teams;

/// Fields to change; `None` leaves the field unchanged.
#[derive(Debug, Clone, Default)]
pub struct TeamPatch {
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub company_name: Option<String>,
    pub allowed_domains: Option<String>,
    pub allow_open_invite: Option<bool>,
}

enum Change {
    Patch(TeamPatch),
    Privacy(TeamKind),
    NewInvite,
    Archive,
    Restore,
}

impl Change {
    /// In the audit trail.
    const fn action(&self) -> &'static str {
        match self {
            Self::Patch(_) => "teams.patch",
            Self::Privacy(_) => "teams.update_privacy",
            Self::NewInvite => "teams.regenerate_invite",
            Self::Archive => "teams.archive",
            Self::Restore => "teams.restore",
        }
    }
}

impl Teams<'_> {
    #[boxed]
    pub async fn patch_team(&self, actor: &Actor, id: TeamId, patch: TeamPatch) -> Result<TeamView> {
        self.change_team(actor, id, Change::Patch(patch)).await
    }

    /// Open teams can be found and joined by all users.
    #[boxed]
    pub async fn update_team_privacy(&self, actor: &Actor, id: TeamId, kind: TeamKind) -> Result<TeamView> {
        self.change_team(actor, id, Change::Privacy(kind)).await
    }

    /// Invalidates the existing invitation links.
    #[boxed]
    pub async fn regenerate_team_invite_id(&self, actor: &Actor, id: TeamId) -> Result<TeamView> {
        self.change_team(actor, id, Change::NewInvite).await
    }

    #[boxed]
    pub async fn archive_team(&self, actor: &Actor, id: TeamId) -> Result<()> {
        self.change_team(actor, id, Change::Archive).await.map(|_| ())
    }

    #[boxed]
    pub async fn restore_team(&self, actor: &Actor, id: TeamId) -> Result<TeamView> {
        self.change_team(actor, id, Change::Restore).await
    }

    async fn change_team(&self, actor: &Actor, id: TeamId, change: Change) -> Result<TeamView> {
        retry_on_conflict(|| self.write_team_change(actor, id, &change)).await
    }

    async fn write_team_change(&self, actor: &Actor, id: TeamId, change: &Change) -> Result<TeamView> {
        let grant = self.access.team(actor, id, Permission::ManageTeam).await?;
        let mut team = grant.team.clone();
        self.apply(&mut team, change)?;
        if team == grant.team {
            return Ok(self.team_view(actor, grant.into_read_grant()));
        }
        let previous_update_at = team.update_at;
        team.update_at = self.now_after(previous_update_at);
        let mut write = self.access.write(&grant, change.action());
        write.changed("type", grant.team.kind.name(), team.kind.name());
        write.changed("allow_open_invite", grant.team.allow_open_invite, team.allow_open_invite);
        write.changed("allowed_domains", &grant.team.allowed_domains, &team.allowed_domains);
        write.changed("display_name", &grant.team.display_name, &team.display_name);
        write.push(teams::update(grant.write_id(), &team, previous_update_at));
        let event = match change {
            Change::Archive => Event::TeamArchived(team.clone()),
            Change::Restore => Event::TeamRestored(team.clone()),
            Change::Patch(_) | Change::Privacy(_) | Change::NewInvite => Event::TeamUpdated(team.clone()),
        };
        write.commit(event).await?;
        let mut after = grant.into_read_grant();
        after.team = team;
        Ok(self.team_view(actor, after))
    }

    fn apply(&self, team: &mut Team, change: &Change) -> Result<()> {
        let is_archived = !team.delete_at.is_zero();
        match change {
            Change::Restore if !is_archived => return Err(codes::NOT_ARCHIVED.into()),
            Change::Restore => team.delete_at = Millis::ZERO,
            _ if is_archived => return Err(codes::ARCHIVED.into()),
            Change::Archive => team.delete_at = self.clock.now(),
            Change::NewInvite => team.invite_id = self.new_invite_id(),
            Change::Privacy(kind) => {
                let open = *kind == TeamKind::Open;
                // Old invitations must not work after the team has become private.
                if !open && (team.kind == TeamKind::Open || team.allow_open_invite) {
                    team.invite_id = self.new_invite_id();
                }
                team.kind = *kind;
                team.allow_open_invite = open;
            }
            Change::Patch(patch) => {
                patch.apply(team);
                team.check()?;
            }
        }
        Ok(())
    }
}

impl TeamPatch {
    fn apply(&self, team: &mut Team) {
        let set = |field: &mut String, new: &Option<String>| {
            if let Some(new) = new {
                field.clone_from(new);
            }
        };
        set(&mut team.display_name, &self.display_name);
        set(&mut team.description, &self.description);
        set(&mut team.company_name, &self.company_name);
        set(&mut team.allowed_domains, &self.allowed_domains);
        team.allow_open_invite = self.allow_open_invite.unwrap_or(team.allow_open_invite);
    }
}
