//! The public information about an invitation's team.

use guildhall_model::Result;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::InviteId;
use guildhall_model::team::{Team, TeamKind};

use crate::boxed;
use crate::teams::Teams;

impl Teams<'_> {
    /// Takes no actor: the invitation id authorizes the request. An error for private teams.
    #[boxed]
    pub async fn get_team_invite_info(&self, invite: InviteId) -> Result<Team> {
        let team = self.invited_team(invite).await?;
        if team.kind == TeamKind::Open { Ok(team) } else { Err(codes::INVITE_NOT_OPEN.into()) }
    }
}
