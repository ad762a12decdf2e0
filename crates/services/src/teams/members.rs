//! The members of a team and their roles.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::{TeamId, UserId};
use guildhall_model::role::{TEAM_ADMIN, TEAM_GUEST, TEAM_USER};
use guildhall_model::scheme;
use guildhall_model::team::{TeamMember, TeamStats};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::team_members::{self, MemberFilter};

use crate::boxed;
use crate::channels::SchemeRoles;
use crate::teams::Teams;

/// Limit of user ids per request.
pub const IDS_PER_REQUEST_MAX: usize = 1000;

/// Filter, order and page of a list of members.
#[derive(Debug, Clone, Copy, Default)]
pub struct TeamMembersRequest {
    pub active_only: bool,
    pub by_username: bool,
    pub limit: i64,
    pub offset: i64,
}

impl Teams<'_> {
    #[boxed]
    pub async fn get_team_members(&self, actor: &Actor, team: TeamId, list: TeamMembersRequest) -> Result<Vec<TeamMember>> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let visible_to = self.users().restricted_viewer(actor);
        let filter = MemberFilter { active_only: list.active_only, by_username: list.by_username, visible_to };
        team_members::page(self.access.read(&grant), grant.id(), filter, list.limit, list.offset).await
    }

    #[boxed]
    pub async fn get_team_members_by_ids(&self, actor: &Actor, team: TeamId, users: &[UserId]) -> Result<Vec<TeamMember>> {
        if users.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY_USERS.with("max", IDS_PER_REQUEST_MAX));
        }
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        team_members::by_ids(self.access.read(&grant), grant.id(), users, self.users().restricted_viewer(actor)).await
    }

    #[boxed]
    pub async fn get_team_member(&self, actor: &Actor, team: TeamId, user: UserId) -> Result<TeamMember> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let visible_to = self.users().restricted_viewer(actor).filter(|viewer| *viewer != user);
        let member = team_members::by_ids(self.access.read(&grant), grant.id(), &[user], visible_to).await?.pop();
        member.ok_or_else(|| codes::MEMBER_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn get_team_members_for_user(&self, actor: &Actor, user: UserId) -> Result<Vec<TeamMember>> {
        let grant = self.access.user_to_read(actor, user, Permission::ReadOtherUsersTeams)?;
        team_members::of_user(self.access.read(&grant), grant.id()).await
    }

    #[boxed]
    pub async fn get_team_stats(&self, actor: &Actor, team: TeamId) -> Result<TeamStats> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let (total_member_count, active_member_count) =
            team_members::stats(self.access.read(&grant), grant.id(), self.users().restricted_viewer(actor)).await?;
        Ok(TeamStats { total_member_count, active_member_count })
    }

    #[boxed]
    pub async fn update_team_member_roles(&self, actor: &Actor, team: TeamId, user: UserId, names: &str) -> Result<()> {
        self.update_team_member_scheme_roles(actor, team, user, parse_team_roles(names)?).await
    }

    #[boxed]
    pub async fn update_team_member_scheme_roles(&self, actor: &Actor, team: TeamId, user: UserId, roles: SchemeRoles) -> Result<()> {
        let grant = self.access.team(actor, team, Permission::ManageTeamRoles).await?;
        let member = team_members::get(self.access.read(&grant), grant.id(), user).await?;
        let mut member = member.filter(|member| member.delete_at.is_zero()).ok_or(codes::MEMBER_NOT_FOUND)?;
        if roles.guest != member.scheme_guest || roles.user != member.scheme_user {
            return Err(codes::GUEST_ROLE_CHANGE.into());
        }
        if roles.guest && roles.admin {
            return Err(codes::GUEST_AS_ADMIN.into());
        }
        let old_roles = member.roles();
        member.scheme_admin = roles.admin;
        let mut write = self.access.write(&grant, "teams.update_member_roles");
        write.detail("user_id", user);
        write.changed("roles", old_roles, member.roles());
        write.push(team_members::set_roles(grant.write_id(), &member));
        write.commit(Event::TeamMemberUpdated(member)).await
    }
}

/// Parses the names of team roles, or of those of a scheme in their place. `ROLE_INVALID` for other roles.
fn parse_team_roles(names: &str) -> Result<SchemeRoles> {
    let mut roles = SchemeRoles { guest: false, user: false, admin: false };
    for name in names.split_ascii_whitespace() {
        match scheme::of_role(name).map_or(name, |(_, built_in)| built_in) {
            TEAM_GUEST => roles.guest = true,
            TEAM_USER => roles.user = true,
            TEAM_ADMIN => roles.admin = true,
            _ => return Err(codes::ROLE_INVALID.into()),
        }
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_team_roles_are_accepted() {
        assert_eq!(parse_team_roles("team_user team_admin").unwrap(), SchemeRoles { guest: false, user: true, admin: true });
        for bad in ["system_admin", "channel_admin", "team_user nonsense"] {
            assert!(parse_team_roles(bad).unwrap_err().is(codes::ROLE_INVALID), "{bad}");
        }
    }
}
