//! Who is in a channel, and what they have seen of it.

use guildhall_model::Result;
use guildhall_model::channel::ChannelMember;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::User;

use crate::entity::Entity;
use crate::{Database, Statement, params};

pub async fn get(db: &Database, channel: ChannelId, user: UserId) -> Result<Option<ChannelMember>> {
    db.optional(ChannelMember::select("WHERE channel_id = ? AND user_id = ?"), params![channel, user]).await
}

/// A page of the members, in order of their ids.
pub async fn page(db: &Database, channel: ChannelId, limit: i64, offset: i64) -> Result<Vec<ChannelMember>> {
    let sql = ChannelMember::select("WHERE channel_id = ? ORDER BY user_id LIMIT ? OFFSET ?");
    db.all(sql, params![channel, limit, offset]).await
}

pub async fn user_ids(db: &Database, channel: ChannelId) -> Result<Vec<UserId>> {
    db.all("SELECT user_id FROM channel_members WHERE channel_id = ?", params![channel]).await
}

/// The accounts of the members.
pub async fn users(db: &Database, channel: ChannelId) -> Result<Vec<User>> {
    let sql = format!(
        "SELECT {} FROM channel_members m JOIN users u ON u.id = m.user_id WHERE m.channel_id = ? ORDER BY u.username",
        User::columns_of("u")
    );
    db.all(sql, params![channel]).await
}

/// Every channel of somebody, archived ones too: what the realtime side follows.
pub async fn channel_ids(db: &Database, user: UserId) -> Result<Vec<ChannelId>> {
    db.all("SELECT channel_id FROM channel_members WHERE user_id = ?", params![user]).await
}

/// A new member; the batch answers `CONFLICT` where they are one already.
pub fn insert(member: &ChannelMember) -> Statement {
    member.insert()
}

/// A new member, or nothing where they are one already.
pub fn ensure(member: &ChannelMember) -> Statement {
    Statement::new(
        crate::Sql::InsertIgnore { table: ChannelMember::TABLE, columns: ChannelMember::COLUMNS, key: &["channel_id", "user_id"] },
        member.values(),
    )
}

/// Somebody who is in the channel is not any more.
pub fn remove(channel: ChannelId, user: UserId) -> Statement {
    Statement::new("DELETE FROM channel_members WHERE channel_id = ? AND user_id = ?", params![channel, user])
        .expect_rows(1)
        .or(guildhall_model::codes::channels::MEMBER_NOT_FOUND)
}

/// Out of every channel of a team.
pub fn remove_from_team(team: TeamId, user: UserId) -> Statement {
    Statement::new(
        "DELETE FROM channel_members WHERE user_id = ? AND channel_id IN (SELECT id FROM channels WHERE team_id = ?)",
        params![user, team],
    )
}

/// Whether two people are in a channel together.
pub async fn share_channel(db: &Database, one: UserId, other: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM channel_members a JOIN channel_members b ON b.channel_id = a.channel_id \
               WHERE a.user_id = ? AND b.user_id = ? LIMIT 1";
    Ok(db.optional::<i64>(sql, params![one, other]).await?.is_some())
}
