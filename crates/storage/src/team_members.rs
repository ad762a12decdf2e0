//! Who is in a team.

use guildhall_model::Result;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::{TeamId, UserId};
use guildhall_model::team::TeamMember;
use guildhall_model::time::Millis;

use crate::entity::Entity;
use crate::{Database, Statement, params};

/// The membership, also of somebody who left: look at `delete_at`.
pub async fn get(db: &Database, team: TeamId, user: UserId) -> Result<Option<TeamMember>> {
    db.optional(TeamMember::select("WHERE team_id = ? AND user_id = ?"), params![team, user]).await
}

/// The teams that somebody is in, archived ones left out.
pub async fn of_user(db: &Database, user: UserId) -> Result<Vec<TeamMember>> {
    let sql = format!(
        "SELECT {} FROM team_members m JOIN teams t ON t.id = m.team_id \
         WHERE m.user_id = ? AND m.delete_at = 0 AND t.delete_at = 0 ORDER BY m.create_at, m.team_id",
        TeamMember::columns_of("m")
    );
    db.all(sql, params![user]).await
}

/// Every team of somebody, archived ones too: what the realtime side follows.
pub async fn team_ids(db: &Database, user: UserId) -> Result<Vec<TeamId>> {
    db.all("SELECT team_id FROM team_members WHERE user_id = ? AND delete_at = 0", params![user]).await
}

pub async fn count(db: &Database, team: TeamId) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM team_members WHERE team_id = ? AND delete_at = 0", params![team]).await
}

/// The first time somebody joins.
pub fn insert(member: &TeamMember) -> Statement {
    member.insert()
}

/// Somebody who left at `left_at` comes back.
pub fn rejoin(member: &TeamMember, left_at: Millis) -> Statement {
    Statement::new(
        "UPDATE team_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = ?, explicit_roles = ?, create_at = ?, delete_at = 0 \
         WHERE team_id = ? AND user_id = ? AND delete_at = ?",
        params![
            member.scheme_guest,
            member.scheme_user,
            member.scheme_admin,
            &member.explicit_roles,
            member.create_at,
            member.team_id,
            member.user_id,
            left_at
        ],
    )
    .expect_rows(1)
}

/// Changes nothing, and holds only while the person is in the team: stands before what only members may come by.
pub fn still_in(team: TeamId, user: UserId) -> Statement {
    Statement::new("UPDATE team_members SET delete_at = 0 WHERE team_id = ? AND user_id = ? AND delete_at = 0", params![team, user])
        .expect_rows(1)
        .or(codes::MEMBER_NOT_FOUND)
}

pub fn leave(team: TeamId, user: UserId, now: Millis) -> Statement {
    Statement::new("UPDATE team_members SET delete_at = ? WHERE team_id = ? AND user_id = ? AND delete_at = 0", params![now, team, user])
        .expect_rows(1)
        .or(codes::MEMBER_NOT_FOUND)
}
