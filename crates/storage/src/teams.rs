//! Teams.

use guildhall_model::Result;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::{InviteId, TeamId, UserId};
use guildhall_model::ports::BlobKey;
use guildhall_model::team::{Team, TeamMember};
use guildhall_model::time::Millis;

use crate::entity::{Entity, entity};
use crate::{
    Database, DecodeError, FromRow, Granted, Reader, Row, Statement, Unchecked, Value, Write, in_list, in_values, like_escape, params,
};

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
    ],
    // A new team has none; it is given by `set_scheme`.
    scheme_id from "{}.scheme_id"
);
entity!(
    TeamMember,
    "team_members",
    [team_id, user_id, scheme_guest, scheme_user, scheme_admin, explicit_roles, create_at, delete_at],
    scheme_id from "(SELECT own_team.scheme_id FROM teams own_team WHERE own_team.id = {}.team_id)"
);

/// A team with the membership of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamWithMember {
    pub team: Team,
    /// Present for people who left as well: look at `delete_at`.
    pub member: Option<TeamMember>,
}

impl FromRow for TeamWithMember {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { team: Team::decode(row, 0)?, member: TeamMember::decode_optional(row, Team::WIDTH)? })
    }
}

pub async fn with_member(db: &Database, team: TeamId, user: UserId) -> Result<Option<TeamWithMember>> {
    let sql = format!(
        "SELECT {}, {} FROM teams t LEFT JOIN team_members m ON m.team_id = t.id AND m.user_id = ? WHERE t.id = ?",
        Team::columns_of("t"),
        TeamMember::columns_with("m", "t.scheme_id")
    );
    db.optional(sql, params![user, team]).await
}

/// The team, archived ones too.
pub async fn get(db: &Reader, id: Granted<TeamId>) -> Result<Option<Team>> {
    db.optional(Team::select("WHERE id = ?"), params![id]).await
}

pub async fn by_name(db: &Reader, name: &str) -> Result<Unchecked<Option<Team>>> {
    db.optional(Team::select("WHERE name = ?"), params![name]).await.map(Unchecked::new)
}

pub async fn by_invite(db: &Reader, invite: InviteId) -> Result<Unchecked<Option<Team>>> {
    db.optional(Team::select("WHERE invite_id = ?"), params![invite]).await.map(Unchecked::new)
}

/// Inserts a team; `NAME_TAKEN` if the name is in use. The granted id is for what else is inserted into it.
pub fn insert(team: &Team) -> (Statement, Granted<TeamId, Write>) {
    (team.insert().on_duplicate(codes::NAME_TAKEN), Granted::new(team.id))
}

/// Stores who made a team, for their limits.
pub fn set_creator(id: Granted<TeamId, Write>, user: UserId) -> Statement {
    Statement::new("UPDATE teams SET created_by = ? WHERE id = ?", params![user, id])
}

/// Writes the team as it is now, unless it was changed since `read_at`.
pub fn update(id: Granted<TeamId, Write>, team: &Team, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE teams SET update_at = ?, delete_at = ?, name = ?, display_name = ?, description = ?, email = ?, kind = ?, \
         company_name = ?, allowed_domains = ?, invite_id = ?, allow_open_invite = ? WHERE id = ? AND update_at = ?",
        params![
            team.update_at,
            team.delete_at,
            &team.name,
            &team.display_name,
            &team.description,
            &team.email,
            team.kind,
            &team.company_name,
            &team.allowed_domains,
            team.invite_id,
            team.allow_open_invite,
            id,
            read_at
        ],
    )
    .expect_rows(1)
    .on_duplicate(codes::NAME_TAKEN)
}

/// Gives the team a scheme or none, unless it was changed since `read_at`.
pub fn set_scheme(id: Granted<TeamId, Write>, team: &Team, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE teams SET scheme_id = ?, update_at = ? WHERE id = ? AND update_at = ?",
        params![team.scheme_id, team.update_at, id, read_at],
    )
    .expect_rows(1)
}

/// The blob of the team's icon.
pub async fn icon_key(db: &Reader, id: Granted<TeamId>) -> Result<Option<BlobKey>> {
    let key: Option<Option<String>> = db.optional("SELECT icon_key FROM teams WHERE id = ?", params![id]).await?;
    Ok(key.flatten().and_then(|key| key.parse().ok()))
}

/// Sets or removes the icon.
pub fn set_icon(id: Granted<TeamId, Write>, key: Option<BlobKey>, now: Millis) -> Statement {
    let last_team_icon_update = if key.is_some() { now } else { Millis::ZERO };
    Statement::new(
        "UPDATE teams SET icon_key = ?, last_team_icon_update = ?, update_at = CASE WHEN update_at < ? THEN ? ELSE update_at + 1 END WHERE id = ?",
        params![key.map(|key| key.to_string()), last_team_icon_update, now, now, id],
    )
    .expect_rows(1)
}

/// Selects the teams of a list.
#[derive(Debug, Clone, Default)]
pub struct TeamFilter {
    /// Only teams with open invitations, or only the others.
    pub allow_open_invite: Option<bool>,
    /// Part of a name, in any case; empty for all.
    pub term: String,
    pub include_archived: bool,
}

impl TeamFilter {
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut conditions = vec!["1 = 1"];
        let mut values = Vec::new();
        if let Some(open) = self.allow_open_invite {
            conditions.push("allow_open_invite = ?");
            values.push(open.into());
        }
        if !self.include_archived {
            conditions.push("delete_at = 0");
        }
        if !self.term.is_empty() {
            conditions.push("(name LIKE ? ESCAPE '!' OR LOWER(display_name) LIKE ? ESCAPE '!')");
            let pattern = format!("%{}%", like_escape(&self.term.to_lowercase()));
            values.extend(params![&pattern, &pattern]);
        }
        (conditions.join(" AND "), values)
    }
}

pub async fn list(db: &Reader, filter: &TeamFilter, limit: i64, offset: i64) -> Result<Vec<Team>> {
    let (conditions, mut values) = filter.conditions();
    values.extend(params![limit, offset]);
    db.all(Team::select(&format!("WHERE {conditions} ORDER BY display_name, id LIMIT ? OFFSET ?")), values).await
}

pub async fn count(db: &Reader, filter: &TeamFilter) -> Result<i64> {
    let (conditions, values) = filter.conditions();
    db.one(format!("SELECT COUNT(*) FROM teams WHERE {conditions}"), values).await
}

/// The teams of a person with their memberships, archived teams left out.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<TeamWithMember>> {
    let sql = format!(
        "SELECT {}, {} FROM teams t JOIN team_members m ON m.team_id = t.id \
         WHERE m.user_id = ? AND m.delete_at = 0 AND t.delete_at = 0 ORDER BY t.display_name, t.id",
        Team::columns_of("t"),
        TeamMember::columns_with("m", "t.scheme_id")
    );
    db.all(sql, params![user]).await
}

/// The teams that all of these people are in, archived ones left out.
pub async fn common(db: &Reader, users: &[UserId]) -> Result<Vec<Team>> {
    let sql = format!(
        "SELECT {} FROM teams t WHERE t.delete_at = 0 AND \
         (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id AND m.delete_at = 0 AND m.user_id IN {}) = ? ORDER BY t.display_name, t.id",
        Team::columns_of("t"),
        in_list(users.len())
    );
    let mut values = in_values(users);
    values.push(users.len().into());
    db.all(sql, values).await
}
