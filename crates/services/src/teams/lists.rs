//! Listing and searching teams.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::UserId;
use guildhall_model::team::{Team, TeamView};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams::{self, TeamFilter, TeamWithMember};

use crate::boxed;
use crate::teams::Teams;

/// Limit of results of a search without paging.
pub const SEARCH_RESULTS_MAX: i64 = 200;
/// Limit of a search term, in characters; longer ones are truncated.
pub const TERM_CHARS_MAX: usize = 64;

/// Which of the teams that the actor may find to return.
#[derive(Debug, Clone, Default)]
pub struct TeamSearch {
    pub term: String,
    pub allow_open_invite: Option<bool>,
}

impl Teams<'_> {
    /// A page of the teams that the actor may find, and their total number.
    #[boxed]
    pub async fn find_teams(&self, actor: &Actor, search: TeamSearch, limit: i64, offset: i64) -> Result<(Vec<TeamView>, i64)> {
        let filter = self.findable_filter(actor, search)?;
        let grant = self.access.own_account(actor);
        let db = self.access.read(&grant);
        let teams = teams::list(db, &filter, limit, offset).await?;
        let total = teams::count(db, &filter).await?;
        let mine = teams::of_user(db, grant.id()).await?;
        Ok((teams.into_iter().map(|team| self.view_for_member(actor, team, &mine)).collect(), total))
    }

    /// The teams of a user.
    #[boxed]
    pub async fn get_teams_for_user(&self, actor: &Actor, user: UserId) -> Result<Vec<TeamView>> {
        let grant = self.access.user_to_read(actor, user, Permission::ReadOtherUsersTeams)?;
        let db = self.access.read(&grant);
        let teams = teams::of_user(db, grant.id()).await?;
        let mine = if user == actor.user_id { teams.clone() } else { teams::of_user(db, self.access.own_account(actor).id()).await? };
        Ok(teams.into_iter().map(|standing| self.view_for_member(actor, standing.team, &mine)).collect())
    }

    fn findable_filter(&self, actor: &Actor, search: TeamSearch) -> Result<TeamFilter> {
        let open = self.access.has_system_permission(actor, Permission::ListPublicTeams);
        let closed = self.access.has_system_permission(actor, Permission::ListPrivateTeams);
        let allow_open_invite = match (open, closed, search.allow_open_invite) {
            (true, true, requested) => requested,
            (true, false, None | Some(true)) => Some(true),
            (false, true, None | Some(false)) => Some(false),
            _ => return Err(codes::LISTING_FORBIDDEN.into()),
        };
        let term = search.term.trim().chars().take(TERM_CHARS_MAX).collect();
        Ok(TeamFilter { allow_open_invite, term, include_archived: false })
    }

    fn view_for_member(&self, actor: &Actor, team: Team, mine: &[TeamWithMember]) -> TeamView {
        let member = mine.iter().find(|standing| standing.team.id == team.id).and_then(|standing| standing.member.as_ref());
        let own = member.map(|member| member.roles()).unwrap_or_default();
        let roles = self.access.roles();
        let allows = |permission| roles.allows(&own, permission) || roles.allows(&actor.roles, permission);
        TeamView { with_email: allows(Permission::ManageTeam), with_invite_id: allows(Permission::InviteUser), team }
    }
}
