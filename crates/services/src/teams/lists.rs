//! Lists of teams: one's own, and those that can be found.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::UserId;
use guildhall_model::team::{Team, TeamView};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::teams::{self, TeamFilter, TeamStanding};

use crate::boxed;
use crate::teams::Teams;

/// How many teams a search without pages answers at most.
pub const FOUND_MAX: i64 = 200;
/// Longest text to look for, in characters; more is cut off.
pub const TERM_CHARS_MAX: usize = 64;

/// Which teams to look for: all that the actor may find, or only some of them.
#[derive(Debug, Clone, Default)]
pub struct TeamSearch {
    pub term: String,
    pub allow_open_invite: Option<bool>,
}

impl Teams<'_> {
    /// A page of the teams that the actor may find, and how many there are.
    #[boxed]
    pub async fn find_teams(&self, actor: &Actor, search: TeamSearch, limit: i64, offset: i64) -> Result<(Vec<TeamView>, i64)> {
        let filter = self.findable(actor, search)?;
        let grant = self.access.own(actor);
        let db = self.access.read(&grant);
        let found = teams::list(db, &filter, limit, offset).await?;
        let total = teams::count(db, &filter).await?;
        let mine = teams::of_user(db, grant.id()).await?;
        Ok((found.into_iter().map(|team| self.found_view(actor, team, &mine)).collect(), total))
    }

    /// Somebody's teams.
    #[boxed]
    pub async fn get_teams_for_user(&self, actor: &Actor, user: UserId) -> Result<Vec<TeamView>> {
        let grant = self.access.user_to_read(actor, user, Permission::ReadOtherUsersTeams)?;
        let db = self.access.read(&grant);
        let teams = teams::of_user(db, grant.id()).await?;
        let mine = if user == actor.user_id { teams.clone() } else { teams::of_user(db, self.access.own(actor).id()).await? };
        Ok(teams.into_iter().map(|standing| self.found_view(actor, standing.team, &mine)).collect())
    }

    fn findable(&self, actor: &Actor, search: TeamSearch) -> Result<TeamFilter> {
        let open = self.access.has_system_permission(actor, Permission::ListPublicTeams);
        let closed = self.access.has_system_permission(actor, Permission::ListPrivateTeams);
        let allow_open_invite = match (open, closed, search.allow_open_invite) {
            (true, true, asked) => asked,
            (true, false, None | Some(true)) => Some(true),
            (false, true, None | Some(false)) => Some(false),
            _ => return Err(codes::LISTING_FORBIDDEN.into()),
        };
        let term = search.term.trim().chars().take(TERM_CHARS_MAX).collect();
        Ok(TeamFilter { allow_open_invite, term, include_archived: false })
    }

    fn found_view(&self, actor: &Actor, team: Team, mine: &[TeamStanding]) -> TeamView {
        let member = mine.iter().find(|standing| standing.team.id == team.id).and_then(|standing| standing.member.as_ref());
        let own = member.map(|member| member.roles()).unwrap_or_default();
        let roles = self.access.roles();
        let allows = |permission| roles.allows(&own, permission) || roles.allows(&actor.roles, permission);
        TeamView { with_email: allows(Permission::ManageTeam), with_invite_id: allows(Permission::InviteUser), team }
    }
}
