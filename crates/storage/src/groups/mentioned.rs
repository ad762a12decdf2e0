//! The groups that a post mentions, and whom that notifies.

use guildhall_model::Result;
use guildhall_model::id::{ChannelId, GroupId, UserId};

use crate::{DecodeError, FromRow, Granted, Reader, Row, in_list, in_values, params};

/// A group and the name by which it is mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionableGroup {
    pub id: GroupId,
    pub name: String,
}

impl FromRow for MentionableGroup {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: row.get(0)?, name: row.get(1)? })
    }
}

/// The groups of these names, at most `limit`.
pub async fn mentionable(db: &Reader, names: &[String], limit: i64) -> Result<Vec<MentionableGroup>> {
    let sql = format!("SELECT id, name FROM user_groups WHERE name IN {} AND delete_at = 0 ORDER BY name LIMIT ?", in_list(names.len()));
    let mut values = in_values(names);
    values.push(limit.into());
    db.all(sql, values).await
}

/// The active members of the groups who are in the channel, at most `limit`.
pub async fn recipients(db: &Reader, channel: Granted<ChannelId>, groups: &[GroupId], limit: i64) -> Result<Vec<UserId>> {
    let sql = format!(
        "SELECT DISTINCT c.user_id FROM user_group_members m JOIN channel_members c ON c.user_id = m.user_id AND c.channel_id = ? \
         JOIN users u ON u.id = m.user_id WHERE m.group_id IN {} AND u.delete_at = 0 LIMIT ?",
        in_list(groups.len())
    );
    let mut values = params![channel];
    values.extend(in_values(groups));
    values.push(limit.into());
    db.all(sql, values).await
}

/// How many active members a group has, and how many of them are in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupPresence {
    pub group_id: GroupId,
    pub members: i64,
    pub in_channel: i64,
}

impl FromRow for GroupPresence {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { group_id: row.get(0)?, members: row.get(1)?, in_channel: row.get(2)? })
    }
}

/// Of the groups that have any active members.
pub async fn presence(db: &Reader, channel: Granted<ChannelId>, groups: &[GroupId]) -> Result<Vec<GroupPresence>> {
    let sql = format!(
        "SELECT m.group_id, COUNT(*), COUNT(c.user_id) FROM user_group_members m JOIN users u ON u.id = m.user_id \
         LEFT JOIN channel_members c ON c.channel_id = ? AND c.user_id = m.user_id \
         WHERE m.group_id IN {} AND u.delete_at = 0 GROUP BY m.group_id",
        in_list(groups.len())
    );
    let mut values = params![channel];
    values.extend(in_values(groups));
    db.all(sql, values).await
}
