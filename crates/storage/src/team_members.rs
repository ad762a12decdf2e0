//! Team members.

use guildhall_model::Result;
use guildhall_model::codes::{context, teams as codes};
use guildhall_model::id::{ChannelId, InviteId, TeamId, UserId};
use guildhall_model::team::TeamMember;
use guildhall_model::time::Millis;

use crate::entity::Entity;
use crate::sql::with_locking_subquery;
use crate::{Granted, Reader, Sql, Statement, Write, in_list, in_values, params};

/// The membership, also of a person who left: see `delete_at`.
pub async fn get(db: &Reader, team: Granted<TeamId>, user: UserId) -> Result<Option<TeamMember>> {
    db.optional(TeamMember::select("WHERE team_id = ? AND user_id = ?"), params![team, user]).await
}

/// The memberships of a person, archived teams left out.
pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<TeamMember>> {
    let sql = format!(
        "SELECT {} FROM team_members m JOIN teams t ON t.id = m.team_id \
         WHERE m.user_id = ? AND m.delete_at = 0 AND t.delete_at = 0 ORDER BY m.create_at, m.team_id",
        TeamMember::columns_of("m")
    );
    db.all(sql, params![user]).await
}

/// Every team of a person, archived ones included: the subscriptions of their connections.
pub async fn team_ids(db: &Reader, user: Granted<UserId>) -> Result<Vec<TeamId>> {
    db.all("SELECT team_id FROM team_members WHERE user_id = ? AND delete_at = 0", params![user]).await
}

pub async fn count(db: &Reader, team: Granted<TeamId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM team_members WHERE team_id = ? AND delete_at = 0", params![team]).await
}

/// The invitation that was valid when the person was removed by somebody else; `None` for everybody else.
pub async fn removed_invite(db: &Reader, team: Granted<TeamId>, user: UserId) -> Result<Option<InviteId>> {
    let sql = "SELECT removed_invite_id FROM team_members WHERE team_id = ? AND user_id = ? AND delete_at > 0";
    Ok(db.optional::<Option<InviteId>>(sql, params![team, user]).await?.flatten())
}

/// Inserts the membership of a person who was never in the team.
pub fn insert(team: Granted<TeamId, Write>, member: &TeamMember) -> Statement {
    member.insert().bind(0, team)
}

/// Restores the membership of a person who left at `left_at`.
pub fn rejoin(team: Granted<TeamId, Write>, member: &TeamMember, left_at: Millis) -> Statement {
    Statement::new(
        "UPDATE team_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = ?, explicit_roles = ?, create_at = ?, delete_at = 0, \
         removed_invite_id = NULL WHERE team_id = ? AND user_id = ? AND delete_at = ?",
        params![
            member.scheme_guest,
            member.scheme_user,
            member.scheme_admin,
            &member.explicit_roles,
            member.create_at,
            team,
            member.user_id,
            left_at
        ],
    )
    .expect_rows(1)
}

/// Changes nothing, and fails the batch unless the person is in the team.
pub fn guard_membership(team: TeamId, user: UserId) -> Statement {
    Statement::new("UPDATE team_members SET delete_at = 0 WHERE team_id = ? AND user_id = ? AND delete_at = 0", params![team, user])
        .expect_rows(1)
        .or(codes::MEMBER_NOT_FOUND)
}

/// Changes nothing, and fails the batch with `PERMISSIONS` unless the person is in the team, with an active account.
pub fn guard_active(team: TeamId, user: UserId) -> Statement {
    const SQL: Sql = with_locking_subquery!(
        "UPDATE team_members SET delete_at = 0 WHERE team_id = ? AND user_id = ? AND delete_at = 0 \
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0",
        ")"
    );
    Statement::new(SQL, params![team, user, user]).expect_rows(1).or(context::PERMISSIONS)
}

/// Changes nothing, and locks the team memberships of a channel's members until the batch is committed.
pub fn lock_members_in_channel(team: Granted<TeamId>, channel: ChannelId) -> Statement {
    Statement::new(
        "UPDATE team_members SET delete_at = 0 WHERE team_id = ? AND delete_at = 0 AND user_id IN \
         (SELECT user_id FROM channel_members WHERE channel_id = ?)",
        params![team, channel],
    )
}

/// Ends a membership. `known_invite` is the team's invitation at a removal, by which the person cannot come back.
pub fn leave(team: Granted<TeamId, Write>, user: UserId, known_invite: Option<InviteId>, now: Millis) -> Statement {
    let sql = "UPDATE team_members SET delete_at = ?, removed_invite_id = ? WHERE team_id = ? AND user_id = ? AND delete_at = 0";
    Statement::new(sql, params![now, known_invite, team, user]).expect_rows(1).or(codes::MEMBER_NOT_FOUND)
}

/// Selects and orders the members of a list.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemberFilter {
    /// Leave deactivated accounts out.
    pub active_only: bool,
    pub by_username: bool,
    /// Only people who share a channel with this one: guests see nobody else.
    pub visible_to: Option<UserId>,
}

/// Whether `m.user_id` shares a channel with the viewer.
const SHARES_CHANNEL: &str = "EXISTS (SELECT 1 FROM channel_members a JOIN channel_members b ON b.channel_id = a.channel_id \
    WHERE a.user_id = ? AND b.user_id = m.user_id)";

pub async fn page(db: &Reader, team: Granted<TeamId>, filter: MemberFilter, limit: i64, offset: i64) -> Result<Vec<TeamMember>> {
    let mut values = params![team];
    let mut sql = format!(
        "SELECT {} FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = ? AND m.delete_at = 0",
        TeamMember::columns_of("m")
    );
    if filter.active_only {
        sql.push_str(" AND u.delete_at = 0");
    }
    if let Some(viewer) = filter.visible_to {
        sql.push_str(" AND ");
        sql.push_str(SHARES_CHANNEL);
        values.push(viewer.into());
    }
    sql.push_str(if filter.by_username { " ORDER BY u.username" } else { " ORDER BY m.user_id" });
    sql.push_str(" LIMIT ? OFFSET ?");
    values.extend(params![limit, offset]);
    db.all(sql, values).await
}

/// The memberships of these people.
pub async fn by_ids(db: &Reader, team: Granted<TeamId>, users: &[UserId], visible_to: Option<UserId>) -> Result<Vec<TeamMember>> {
    let mut sql = format!(
        "SELECT {} FROM team_members m WHERE m.team_id = ? AND m.delete_at = 0 AND m.user_id IN {}",
        TeamMember::columns_of("m"),
        in_list(users.len())
    );
    let mut values = params![team];
    values.extend(in_values(users));
    if let Some(viewer) = visible_to {
        sql.push_str(" AND ");
        sql.push_str(SHARES_CHANNEL);
        values.push(viewer.into());
    }
    db.all(sql, values).await
}

/// All members, and those whose accounts are active; with `visible_to`, of those who share a channel with this person.
pub async fn stats(db: &Reader, team: Granted<TeamId>, visible_to: Option<UserId>) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN u.delete_at = 0 THEN 1 ELSE 0 END), 0) \
               FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = ? AND m.delete_at = 0";
    match visible_to {
        None => db.one(sql, params![team]).await,
        Some(viewer) => db.one(format!("{sql} AND (m.user_id = ? OR {SHARES_CHANNEL})"), params![team, viewer, viewer]).await,
    }
}

/// Resets a person's roles in every team, after they became a guest or a full member of the server.
pub fn set_guest(user: Granted<UserId, Write>, is_guest: bool) -> Statement {
    let sql = "UPDATE team_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = 0, explicit_roles = '' WHERE user_id = ?";
    Statement::new(sql, params![is_guest, !is_guest, user])
}

/// Writes the member's roles.
pub fn set_roles(team: Granted<TeamId, Write>, member: &TeamMember) -> Statement {
    Statement::new(
        "UPDATE team_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = ?, explicit_roles = ? \
         WHERE team_id = ? AND user_id = ? AND delete_at = 0",
        params![member.scheme_guest, member.scheme_user, member.scheme_admin, &member.explicit_roles, team, member.user_id],
    )
    .expect_rows(1)
    .or(codes::MEMBER_NOT_FOUND)
}
