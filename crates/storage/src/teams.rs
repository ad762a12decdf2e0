//! Teams and their members.

use guildhall_model::Result;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::{InviteId, TeamId, UserId};
use guildhall_model::team::{Team, TeamMember};

use crate::entity::{Entity, entity};
use crate::{Database, DecodeError, FromRow, Row, Statement, params};

entity!(
    Team,
    "teams",
    [
        id,
        create_at,
        update_at,
        delete_at,
        name,
        display_name,
        description,
        email,
        kind,
        company_name,
        allowed_domains,
        invite_id,
        allow_open_invite,
        last_team_icon_update
    ]
);
entity!(TeamMember, "team_members", [team_id, user_id, scheme_guest, scheme_user, scheme_admin, explicit_roles, create_at, delete_at]);

/// A team as one person stands to it.
pub struct TeamStanding {
    pub team: Team,
    /// Present for people who left as well: look at `delete_at`.
    pub member: Option<TeamMember>,
}

impl FromRow for TeamStanding {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { team: Team::decode(row, 0)?, member: TeamMember::decode_optional(row, Team::COLUMNS.len())? })
    }
}

pub async fn standing(db: &Database, team: TeamId, user: UserId) -> Result<Option<TeamStanding>> {
    let sql = format!(
        "SELECT {}, {} FROM teams t LEFT JOIN team_members m ON m.team_id = t.id AND m.user_id = ? WHERE t.id = ?",
        Team::columns_of("t"),
        TeamMember::columns_of("m")
    );
    db.optional(sql, params![user, team]).await
}

/// The team, archived ones too.
pub async fn get(db: &Database, id: TeamId) -> Result<Option<Team>> {
    db.optional(Team::select("WHERE id = ?"), params![id]).await
}

pub async fn by_name(db: &Database, name: &str) -> Result<Option<Team>> {
    db.optional(Team::select("WHERE name = ?"), params![name]).await
}

pub async fn by_invite(db: &Database, invite: InviteId) -> Result<Option<Team>> {
    db.optional(Team::select("WHERE invite_id = ?"), params![invite]).await
}

/// A new team; its name is free, or the batch answers `NAME_TAKEN`.
pub fn insert(team: &Team) -> Statement {
    team.insert().on_duplicate(codes::NAME_TAKEN)
}
