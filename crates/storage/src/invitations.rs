//! Invitations to teams, their tokens, and who has come by them.

use guildhall_model::codes::{context, invitations as codes};
use guildhall_model::id::{ChannelId, InvitationId, TeamId, UserId};
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Code, Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Sql, Statement, Value, Write, params};

entity!(
    Invitation,
    "invitations",
    [id, team_id, email, is_guest, channels, message, created_by, create_at, expires_at, uses_left, guest_expires_at]
);

/// Expired and used ones too.
pub async fn get(db: &Reader, _server: Granted<Server>, id: InvitationId) -> Result<Option<Invitation>> {
    db.optional(Invitation::select("WHERE id = ?"), params![id]).await
}

/// The same, if it is one of the team.
pub async fn in_team(db: &Reader, team: Granted<TeamId>, id: InvitationId) -> Result<Option<Invitation>> {
    db.optional(Invitation::select("WHERE id = ? AND team_id = ?"), params![id, team]).await
}

/// The invitation of a token, expired and used ones too.
pub async fn by_token(db: &Reader, _server: Granted<Server>, token: TokenHash) -> Result<Option<Invitation>> {
    let columns = Invitation::columns_of("i");
    let sql = format!("SELECT {columns} FROM invitation_tokens t JOIN invitations i ON i.id = t.invitation_id WHERE t.token_hash = ?");
    db.optional(sql, params![token]).await
}

/// Those that can still be used, of one creator or of all, newest first.
pub async fn pending(
    db: &Reader,
    team: Granted<TeamId>,
    creator: Option<UserId>,
    now: Millis,
    limit: i64,
    offset: i64,
) -> Result<Vec<Invitation>> {
    let mut params = params![team, now];
    params.extend(creator.map(Value::from));
    params.extend(params![limit, offset]);
    let of_creator = if creator.is_some() { "AND created_by = ?" } else { "" };
    let tail =
        format!("WHERE team_id = ? AND uses_left > 0 AND expires_at > ? {of_creator} ORDER BY create_at DESC, id DESC LIMIT ? OFFSET ?");
    db.all(Invitation::select(&tail), params).await
}

/// How many of the team wait for this address.
pub async fn count_pending_to(db: &Reader, team: Granted<TeamId>, email: &str, now: Millis) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM invitations WHERE team_id = ? AND email = ? AND uses_left > 0 AND expires_at > ?";
    db.one(sql, params![team, email, now]).await
}

/// Whether the person has come by it.
pub async fn is_used_by(db: &Reader, _team: Granted<TeamId>, id: InvitationId, user: UserId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM invitation_uses WHERE invitation_id = ? AND user_id = ?";
    Ok(db.one::<i64>(sql, params![id, user]).await? > 0)
}

pub fn insert(team: Granted<TeamId, Write>, invitation: &Invitation) -> Statement {
    invitation.insert().bind_column(Invitation::COLUMNS, "team_id", team)
}

/// A further token. The batch fails if the invitation is gone.
pub fn insert_token(_server: Granted<Server, Write>, token: TokenHash, id: InvitationId) -> [Statement; 2] {
    let guard = "UPDATE invitations SET uses_left = uses_left WHERE id = ?";
    let insert = "INSERT INTO invitation_tokens (token_hash, invitation_id) VALUES (?, ?)";
    [Statement::new(guard, params![id]).expect_rows(1).or(codes::LINK_INVALID), Statement::new(insert, params![token, id])]
}

/// For a log-in by a token of the invitation, after which none of its tokens logs in any more. The batch fails if the token is used or the
/// invitation is gone.
pub fn consume_token(_server: Granted<Server, Write>, token: TokenHash, id: InvitationId, otherwise: Code) -> [Statement; 3] {
    let guard = "UPDATE invitations SET uses_left = uses_left WHERE id = ?";
    let consume = "DELETE FROM invitation_tokens WHERE token_hash = ? AND invitation_id = ?";
    let others = "DELETE FROM invitation_tokens WHERE invitation_id = ?";
    [
        Statement::new(guard, params![id]).expect_rows(1).or(otherwise),
        Statement::new(consume, params![token, id]).expect_rows(1).or(otherwise),
        Statement::new(others, params![id]),
    ]
}

/// Uses the invitation up by one. The batch fails if that is not possible any more, or if the same person has just done so.
pub fn consume(team: Granted<TeamId, Write>, id: InvitationId, user: UserId, now: Millis) -> [Statement; 2] {
    let take = "UPDATE invitations SET uses_left = uses_left - 1 WHERE id = ? AND team_id = ? AND uses_left > 0 AND expires_at > ?";
    let record = "INSERT INTO invitation_uses (invitation_id, user_id, create_at, came) VALUES (?, ?, ?, 1)";
    [
        Statement::new(take, params![id, team, now]).expect_rows(1).or(codes::LINK_INVALID),
        Statement::new(record, params![id, user, now]).on_duplicate(context::CONFLICT),
    ]
}

/// The batch fails if the invitation cannot be used any more. It is not used up.
pub fn guard_usable(_server: Granted<Server, Write>, id: InvitationId, now: Millis, otherwise: Code) -> Statement {
    let sql = "UPDATE invitations SET uses_left = uses_left WHERE id = ? AND uses_left > 0 AND expires_at > ?";
    Statement::new(sql, params![id, now]).expect_rows(1).or(otherwise)
}

/// A text, of literals: what the selected invitations would admit the person to has ended, so they count as used.
macro_rules! record_uses {
    ($condition:literal) => {
        Sql::PerDialect {
            sqlite: record_uses!($condition, " ON CONFLICT (invitation_id, user_id) DO NOTHING"),
            postgres: record_uses!($condition, " ON CONFLICT (invitation_id, user_id) DO NOTHING"),
            mysql: record_uses!($condition, " ON DUPLICATE KEY UPDATE invitation_id = invitation_uses.invitation_id"),
        }
    };
    ($condition:literal, $on_duplicate:literal) => {
        concat!(
            "INSERT INTO invitation_uses (invitation_id, user_id, create_at) \
             SELECT i.id, ?, ? FROM invitations i WHERE i.team_id = ?",
            $condition,
            $on_duplicate
        )
    };
}

/// What was made before somebody was removed from the channel does not admit them again.
pub fn end_for_removed_from_channel(team: TeamId, channel: Granted<ChannelId, Write>, user: UserId, now: Millis) -> Statement {
    const SQL: Sql = record_uses!(" AND i.channels LIKE ?");
    Statement::new(SQL, params![user, now, team, format!("%{}%", channel.key())])
}

/// The same for a team, and all of its channels.
pub fn end_for_removed_from_team(team: Granted<TeamId, Write>, user: UserId, now: Millis) -> Statement {
    const SQL: Sql = record_uses!("");
    Statement::new(SQL, params![user, now, team])
}

/// The batch fails if it is gone. Its tokens find nothing any more, and are deleted by [`sweep`].
pub fn delete(team: Granted<TeamId, Write>, id: InvitationId) -> Statement {
    let sql = "DELETE FROM invitations WHERE id = ? AND team_id = ?";
    Statement::new(sql, params![id, team]).expect_rows(1).or(codes::NOT_FOUND)
}

/// Those for guests that can still be used and name the channel, with a bound.
pub async fn pending_of_guests(db: &Reader, team: Granted<TeamId>, channel: ChannelId, now: Millis, limit: i64) -> Result<Vec<Invitation>> {
    let tail = "WHERE team_id = ? AND is_guest = 1 AND uses_left > 0 AND expires_at > ? AND channels LIKE ? ORDER BY id LIMIT ?";
    db.all(Invitation::select(tail), params![team, now, format!("%{channel}%"), limit]).await
}

/// The same as [`delete`], where it may be gone already.
pub fn delete_if_there(team: Granted<TeamId, Write>, id: InvitationId) -> Statement {
    Statement::new("DELETE FROM invitations WHERE id = ? AND team_id = ?", params![id, team])
}

/// All that were sent by mail.
pub fn delete_by_mail(_server: Granted<Server, Write>) -> Statement {
    Statement::new("DELETE FROM invitations WHERE email <> ''", Vec::new())
}

/// All that the person has made.
pub fn delete_of_creator(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM invitations WHERE created_by = ?", params![user])
}

/// All that the person has made in the team, and those to their address.
pub fn delete_of_member(team: Granted<TeamId, Write>, user: UserId) -> Statement {
    let sql = "DELETE FROM invitations WHERE team_id = ? AND (created_by = ? OR email = (SELECT u.email FROM users u WHERE u.id = ?))";
    Statement::new(sql, params![team, user, user])
}

/// All to the person's address.
pub fn delete_to_person(user: Granted<UserId, Write>) -> Statement {
    Statement::new("DELETE FROM invitations WHERE email = (SELECT u.email FROM users u WHERE u.id = ?)", params![user])
}

/// Deletes those that had expired by then, and the tokens, uses and terms of all that are gone. Not where invitations are deleted: MariaDB
/// reads the whole table for such a condition.
pub fn sweep(_server: Granted<Server, Write>, expired_by: Millis) -> [Statement; 4] {
    let orphans = |sql: &'static str| Statement::new(sql, Vec::new());
    [
        Statement::new("DELETE FROM invitations WHERE expires_at < ?", params![expired_by]),
        orphans("DELETE FROM invitation_tokens WHERE invitation_id NOT IN (SELECT i.id FROM invitations i)"),
        orphans("DELETE FROM invitation_uses WHERE invitation_id NOT IN (SELECT i.id FROM invitations i)"),
        orphans("DELETE FROM guest_links WHERE invitation_id NOT IN (SELECT i.id FROM invitations i)"),
    ]
}
