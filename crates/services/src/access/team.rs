//! Authorization for teams.

use guildhall_model::codes::{context, teams as codes};
use guildhall_model::id::TeamId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams::{self, TeamWithMember};

use super::authority::Authority;
use super::decision::TeamPolicy;
use super::grant::authority_of;
use super::{Access, SystemGrant, TeamGrant, Writing, check_permits_writing};

impl Access {
    /// The team, if the actor has the permission in it. Inaccessible and missing teams give the same error.
    pub async fn team(&self, actor: &Actor, id: TeamId, permission: Permission) -> Result<Writing<TeamGrant>> {
        check_permits_writing(permission)?;
        self.team_to_read(actor, id, permission).await.map(Writing::new)
    }

    /// The same, for reading only.
    pub async fn team_to_read(&self, actor: &Actor, id: TeamId, permission: Permission) -> Result<TeamGrant> {
        let membership = self.load_team(actor, id).await?;
        let roles = self.roles();
        let policy = policy(&roles, actor, &membership);
        let as_member = policy.as_member().allows(permission);
        let authority = Authority::in_object(actor, permission, as_member);
        let allowed = as_member || policy.allows(permission);
        self.granted_team(membership, allowed, authority)
    }

    /// The team, if the actor may see it: as a member; open teams also with the permission to list them.
    pub async fn view_team(&self, actor: &Actor, id: TeamId) -> Result<TeamGrant> {
        let membership = self.load_team(actor, id).await?;
        let allowed = policy(&self.roles(), actor, &membership).may_view();
        self.granted_team(membership, allowed, Authority::own(actor))
    }

    /// The actor's teams in which they have the permission; archived teams are left out.
    pub async fn own_teams(&self, actor: &Actor, permission: Permission) -> Result<Vec<TeamGrant>> {
        let grant = self.own_account(actor);
        let memberships = teams::of_user(self.read(&grant), grant.id()).await?;
        let roles = self.roles();
        let allowed = memberships.into_iter().filter(|membership| policy(&roles, actor, membership).allows(permission));
        allowed.map(|membership| self.granted_team(membership, true, Authority::own(actor))).collect()
    }

    /// The team, if the actor may join it without an invitation: open and closed teams require different permissions.
    pub async fn team_to_join(&self, actor: &Actor, id: TeamId) -> Result<Writing<TeamGrant>> {
        let membership = self.load_team(actor, id).await?;
        let roles = self.roles();
        let policy = policy(&roles, actor, &membership);
        let (allowed, authority) = (policy.may_join(), Authority::of_permission(actor, policy.permission_to_join()));
        self.granted_team(membership, allowed, authority).map(Writing::new)
    }

    /// The team, if the actor may leave it: every member may.
    pub async fn team_to_leave(&self, actor: &Actor, id: TeamId) -> Result<Writing<TeamGrant>> {
        self.team_to_read(actor, id, Permission::ViewTeam).await.map(Writing::new)
    }

    /// The team of a batch whose other grants are for its channels: these decide what the actor may do.
    pub async fn team_of_channels(&self, actor: &Actor, id: TeamId) -> Result<Writing<TeamGrant>> {
        self.team_to_read(actor, id, Permission::ViewTeam).await.map(Writing::new)
    }

    /// The team without a check of the actor: for joining by invitation, and for what the server does by itself.
    pub fn team_for_system(&self, grant: &Writing<SystemGrant>, team: guildhall_model::team::Team) -> Writing<TeamGrant> {
        Writing::new(TeamGrant { id: grant.write_id(team.id), team, member: None, authority: authority_of(grant) })
    }

    /// Whether an actor that holds a grant for the team has another permission in it.
    pub fn has_team_permission(&self, actor: &Actor, grant: &TeamGrant, permission: Permission) -> bool {
        TeamPolicy { roles: &self.roles(), team: &grant.team, member: grant.member.as_ref(), system_roles: &actor.roles }.allows(permission)
    }

    async fn load_team(&self, actor: &Actor, id: TeamId) -> Result<TeamWithMember> {
        teams::with_member(&self.db, id, actor.user_id).await?.ok_or_else(|| self.absent(actor, codes::NOT_FOUND))
    }

    fn granted_team(&self, membership: TeamWithMember, is_allowed: bool, authority: Authority) -> Result<TeamGrant> {
        let TeamWithMember { team, member } = membership;
        if !is_allowed {
            return Err(context::PERMISSIONS.into());
        }
        Ok(TeamGrant { id: self.db.grant(team.id), team, member: member.filter(|member| member.delete_at.is_zero()), authority })
    }
}

fn policy<'a>(roles: &'a RoleTable, actor: &'a Actor, membership: &'a TeamWithMember) -> TeamPolicy<'a> {
    TeamPolicy { roles, team: &membership.team, member: membership.member.as_ref(), system_roles: &actor.roles }
}
