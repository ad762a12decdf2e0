//! Channel members and their read state.

use guildhall_model::Result;
use guildhall_model::channel::{Channel, ChannelMember, WithTeam};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::time::Millis;
use guildhall_model::user::User;

use crate::channels::{active_channel, team_key};
use crate::entity::Entity;
use crate::sql::with_locking_subquery;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Sql, Statement, Write, in_list, in_values, params};

pub async fn get(db: &Reader, channel: Granted<ChannelId>, user: UserId) -> Result<Option<ChannelMember>> {
    db.optional(ChannelMember::select("WHERE channel_id = ? AND user_id = ?"), params![channel, user]).await
}

/// A person's own membership of a channel.
pub async fn get_own(db: &Reader, user: Granted<UserId>, channel: ChannelId) -> Result<Option<ChannelMember>> {
    db.optional(ChannelMember::select("WHERE channel_id = ? AND user_id = ?"), params![channel, user]).await
}

/// A page of the members, in order of their ids.
pub async fn page(db: &Reader, channel: Granted<ChannelId>, limit: i64, offset: i64) -> Result<Vec<ChannelMember>> {
    let sql = ChannelMember::select("WHERE channel_id = ? ORDER BY user_id LIMIT ? OFFSET ?");
    db.all(sql, params![channel, limit, offset]).await
}

pub async fn user_ids(db: &Reader, channel: Granted<ChannelId>) -> Result<Vec<UserId>> {
    db.all("SELECT user_id FROM channel_members WHERE channel_id = ?", params![channel]).await
}

/// The accounts of the members.
pub async fn users(db: &Reader, channel: Granted<ChannelId>) -> Result<Vec<User>> {
    let sql = format!(
        "SELECT {} FROM channel_members m JOIN users u ON u.id = m.user_id WHERE m.channel_id = ? ORDER BY u.username",
        User::columns_of("u")
    );
    db.all(sql, params![channel]).await
}

/// Every channel of a person, archived ones included: the subscriptions of their connections.
pub async fn channel_ids(db: &Reader, user: Granted<UserId>) -> Result<Vec<ChannelId>> {
    db.all("SELECT channel_id FROM channel_members WHERE user_id = ?", params![user]).await
}

/// Inserts a member; `CONFLICT` if they are one already.
pub fn insert(channel: Granted<ChannelId, Write>, member: &ChannelMember) -> Statement {
    member.insert().bind(0, channel)
}

/// Inserts a member unless they are one already.
pub fn insert_if_absent(channel: Granted<ChannelId, Write>, member: &ChannelMember) -> Statement {
    Statement::new(
        Sql::InsertIgnore { table: ChannelMember::TABLE, columns: ChannelMember::COLUMNS, key: &["channel_id", "user_id"] },
        member.values(),
    )
    .bind(0, channel)
}

/// Changes nothing, and fails the batch with `PERMISSIONS` unless the person is a member with an active account, and the channel is
/// not archived.
pub fn guard(channel: Granted<ChannelId>, user: UserId) -> Statement {
    const SQL: Sql = with_locking_subquery!(
        "UPDATE channel_members SET last_update_at = last_update_at WHERE channel_id = ? AND user_id = ? \
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND u.delete_at = 0",
        concat!(") AND ", active_channel!())
    );
    Statement::new(SQL, params![channel, user, user, channel, team_key(None)]).expect_rows(1).or(context::PERMISSIONS)
}

/// Removes a member.
pub fn remove(channel: Granted<ChannelId, Write>, user: UserId) -> Statement {
    Statement::new("DELETE FROM channel_members WHERE channel_id = ? AND user_id = ?", params![channel, user])
        .expect_rows(1)
        .or(codes::MEMBER_NOT_FOUND)
}

/// Removes a person from every channel of a team.
pub fn remove_from_team(team: Granted<TeamId, Write>, user: UserId) -> Statement {
    Statement::new(
        "DELETE FROM channel_members WHERE user_id = ? AND channel_id IN (SELECT id FROM channels WHERE team_id = ?)",
        params![user, team],
    )
}

/// A channel and a person's membership of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub channel: Channel,
    pub member: ChannelMember,
}

impl FromRow for Membership {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { channel: Channel::decode(row, 0)?, member: ChannelMember::decode(row, Channel::WIDTH)? })
    }
}

fn select_memberships(tail: &str) -> String {
    format!(
        "SELECT {}, {} FROM channel_members m JOIN channels c ON c.id = m.channel_id {tail}",
        Channel::columns_of("c"),
        ChannelMember::columns_of("m")
    )
}

/// All memberships of a person, without archived channels.
pub async fn memberships(db: &Reader, user: Granted<UserId>) -> Result<Vec<Membership>> {
    db.all(select_memberships("WHERE m.user_id = ? AND c.delete_at = 0"), params![user]).await
}

/// A person's memberships of these channels, archived ones included.
pub async fn memberships_in(db: &Reader, user: Granted<UserId>, channels: &[ChannelId]) -> Result<Vec<Membership>> {
    let sql = select_memberships(&format!("WHERE m.user_id = ? AND m.channel_id IN {}", in_list(channels.len())));
    let mut values = params![user];
    values.extend(in_values(channels));
    db.all(sql, values).await
}

/// A person's memberships of the channels of a team and, with `include_personal`, in their direct and group channels.
pub async fn of_user_in_team(
    db: &Reader,
    user: Granted<UserId>,
    team: Granted<TeamId>,
    include_personal: bool,
) -> Result<Vec<ChannelMember>> {
    let sql = format!(
        "SELECT {} FROM channel_members m JOIN channels c ON c.id = m.channel_id WHERE m.user_id = ? AND c.team_id IN (?, ?)",
        ChannelMember::columns_of("m")
    );
    let other = if include_personal { team_key(None) } else { team.key() };
    db.all(sql, params![user, team, other]).await
}

/// A page of all memberships of a person; without `include_personal`, of those in teams.
pub async fn page_of_user(
    db: &Reader,
    user: Granted<UserId>,
    include_personal: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<WithTeam<ChannelMember>>> {
    let sql = format!(
        "SELECT {}, t.name, t.display_name, t.update_at FROM channel_members m JOIN channels c ON c.id = m.channel_id \
         LEFT JOIN teams t ON t.id = c.team_id WHERE m.user_id = ? AND (? = 1 OR c.team_id <> ?) ORDER BY m.channel_id LIMIT ? OFFSET ?",
        ChannelMember::columns_of("m")
    );
    db.all(sql, params![user, include_personal, team_key(None), limit, offset]).await
}

/// The memberships of these people.
pub async fn by_ids(db: &Reader, channel: Granted<ChannelId>, users: &[UserId]) -> Result<Vec<ChannelMember>> {
    let sql = ChannelMember::select(&format!("WHERE channel_id = ? AND user_id IN {}", in_list(users.len())));
    let mut values = params![channel];
    values.extend(in_values(users));
    db.all(sql, values).await
}

/// Members with active accounts, and how many of them are guests.
pub async fn stats(db: &Reader, channel: Granted<ChannelId>) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(m.scheme_guest), 0) FROM channel_members m JOIN users u ON u.id = m.user_id \
               WHERE m.channel_id = ? AND u.delete_at = 0";
    db.one(sql, params![channel]).await
}

/// How many active members each of these channels has; those without any are left out.
pub async fn counts(db: &Reader, channels: &[Granted<ChannelId>]) -> Result<Vec<(ChannelId, i64)>> {
    let sql = format!(
        "SELECT m.channel_id, COUNT(*) FROM channel_members m JOIN users u ON u.id = m.user_id \
         WHERE m.channel_id IN {} AND u.delete_at = 0 GROUP BY m.channel_id",
        in_list(channels.len())
    );
    db.all(sql, in_values(channels)).await
}

/// Removes all members of a channel who are not in a team.
pub fn remove_not_in_team(channel: Granted<ChannelId, Write>, team: Granted<TeamId>) -> Statement {
    Statement::new(
        "DELETE FROM channel_members WHERE channel_id = ? AND user_id NOT IN \
         (SELECT user_id FROM team_members WHERE team_id = ? AND delete_at = 0)",
        params![channel, team],
    )
}

/// The members of a channel who are not in a team.
pub async fn not_in_team(db: &Reader, channel: Granted<ChannelId>, team: Granted<TeamId>) -> Result<Vec<UserId>> {
    let sql = "SELECT user_id FROM channel_members WHERE channel_id = ? AND user_id NOT IN \
               (SELECT user_id FROM team_members WHERE team_id = ? AND delete_at = 0)";
    db.all(sql, params![channel, team]).await
}

/// Writes the member's roles.
pub fn set_roles(channel: Granted<ChannelId, Write>, member: &ChannelMember) -> Statement {
    Statement::new(
        "UPDATE channel_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = ?, explicit_roles = ?, last_update_at = ? \
         WHERE channel_id = ? AND user_id = ?",
        params![
            member.scheme_guest,
            member.scheme_user,
            member.scheme_admin,
            &member.explicit_roles,
            member.last_update_at,
            channel,
            member.user_id
        ],
    )
    .expect_rows(1)
    .or(codes::MEMBER_NOT_FOUND)
}

/// Resets a person's roles in every channel, after they became a guest or a full member of the server.
pub fn set_guest(user: Granted<UserId, Write>, is_guest: bool, now: Millis) -> Statement {
    let sql = "UPDATE channel_members SET scheme_guest = ?, scheme_user = ?, scheme_admin = 0, explicit_roles = '', last_update_at = ? \
               WHERE user_id = ?";
    Statement::new(sql, params![is_guest, !is_guest, now, user])
}

/// Writes the member's notification settings, unless they were changed since `read_at`.
pub fn set_notify_props(user: Granted<UserId, Write>, member: &ChannelMember, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE channel_members SET notify_props = ?, last_update_at = ? WHERE channel_id = ? AND user_id = ? AND last_update_at = ?",
        params![member.notify_props.clone(), member.last_update_at, member.channel_id, user, read_at],
    )
    .expect_rows(1)
}

/// Marks everything up to `viewed_at` as viewed; nothing becomes unread again. The counters follow by
/// [`crate::posts::recount`].
pub fn mark_viewed(user: Granted<UserId, Write>, channel: ChannelId, viewed_at: Millis) -> Statement {
    let sql = "UPDATE channel_members SET \
        last_viewed_at = CASE WHEN last_viewed_at > ? THEN last_viewed_at ELSE ? END, \
        last_update_at = CASE WHEN last_update_at > ? THEN last_update_at ELSE ? END WHERE channel_id = ? AND user_id = ?";
    Statement::new(sql, params![viewed_at, viewed_at, viewed_at, viewed_at, channel, user])
}

/// Unread threads that a person follows, by team: (team, threads, mentions in them).
pub async fn unread_threads(db: &Reader, user: Granted<UserId>) -> Result<Vec<(TeamId, i64, i64)>> {
    let sql = "SELECT c.team_id, COUNT(*), COALESCE(SUM(tm.unread_mentions), 0) FROM thread_members tm \
               JOIN threads t ON t.thread_id = tm.thread_id JOIN channels c ON c.id = t.channel_id \
               WHERE tm.user_id = ? AND tm.following = 1 AND t.last_reply_at > tm.last_viewed_at AND c.delete_at = 0 GROUP BY c.team_id";
    db.all(sql, params![user]).await
}

/// The newest post of a thread's channel: what is read until then has been committed.
macro_rules! newest_in_channel {
    () => {
        "COALESCE((SELECT c.last_post_at FROM threads t JOIN channels c ON c.id = t.channel_id WHERE t.thread_id = thread_members.thread_id), \
         thread_members.last_viewed_at)"
    };
}
const END_THREADS: &str = concat!(
    "UPDATE thread_members SET following = 0, unread_mentions = 0, last_viewed_at = ",
    newest_in_channel!(),
    ", last_update_at = ? "
);

/// Ends a person's thread memberships in a channel that they left. The rows stay: where the person comes back and is mentioned,
/// what they were told before they left is not unread.
pub fn end_thread_memberships(channel: Granted<ChannelId, Write>, user: UserId, now: Millis) -> Statement {
    let sql = format!("{END_THREADS} WHERE user_id = ? AND thread_id IN (SELECT thread_id FROM threads WHERE channel_id = ?)");
    Statement::new(sql, params![now, user, channel])
}

/// The same for the members of a channel who are not in a team.
pub fn end_thread_memberships_not_in_team(channel: Granted<ChannelId, Write>, team: Granted<TeamId>, now: Millis) -> Statement {
    let sql = format!(
        "{END_THREADS} WHERE thread_id IN (SELECT thread_id FROM threads WHERE channel_id = ?) \
         AND user_id NOT IN (SELECT user_id FROM team_members WHERE team_id = ? AND delete_at = 0)"
    );
    Statement::new(sql, params![now, channel, team])
}

/// The same for every channel of a team.
pub fn end_thread_memberships_in_team(team: Granted<TeamId, Write>, user: UserId, now: Millis) -> Statement {
    let sql = format!(
        "{END_THREADS} WHERE user_id = ? \
         AND thread_id IN (SELECT t.thread_id FROM threads t JOIN channels c ON c.id = t.channel_id WHERE c.team_id = ?)"
    );
    Statement::new(sql, params![now, user, team])
}
