//! Lists of groups, and the numbers and members that are shown with them.

use guildhall_model::Result;
use guildhall_model::group::Group;
use guildhall_model::group_link::LinkTarget;
use guildhall_model::id::{ChannelId, GroupId, UserId};
use guildhall_model::time::Millis;
use guildhall_model::user::Props;

use crate::entity::Entity;
use crate::{Granted, Reader, Value, in_list, in_values, like_escape, params};

/// Whether archived groups are among those that are selected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    #[default]
    Excluded,
    Included,
    Only,
}

/// Selects the groups of a list. All conditions that are set must be met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupFilter {
    /// Part of the name or the display name, in lower case; empty for any.
    pub text: String,
    /// Exactly these names.
    pub names: Option<Vec<String>>,
    pub has_member: Option<UserId>,
    /// Changed at this time or later.
    pub since: Option<Millis>,
    pub archived: Archived,
    pub linked_to: Option<LinkTarget>,
    /// To neither of these.
    pub not_linked_to: [Option<LinkTarget>; 2],
    /// Only groups with a member whom this person sees: people who share a channel with them, and themselves.
    pub visible_to: Option<UserId>,
}

/// Whether the viewer is `m.user_id` or shares a channel with them.
const SEES_MEMBER: &str = "(m.user_id = ? OR EXISTS (SELECT 1 FROM channel_members x JOIN channel_members y ON y.channel_id = x.channel_id \
     WHERE x.user_id = ? AND y.user_id = m.user_id))";

pub async fn list(db: &Reader, filter: &GroupFilter, limit: i64, offset: i64) -> Result<Vec<Group>> {
    let mut conditions: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    match filter.archived {
        Archived::Excluded => conditions.push("g.delete_at = 0".to_owned()),
        Archived::Only => conditions.push("g.delete_at > 0".to_owned()),
        Archived::Included => {}
    }
    if !filter.text.is_empty() {
        conditions.push("(g.name LIKE ? ESCAPE '!' OR LOWER(g.display_name) LIKE ? ESCAPE '!')".to_owned());
        values.extend(vec![Value::from(format!("%{}%", like_escape(&filter.text))); 2]);
    }
    if let Some(names) = &filter.names {
        conditions.push(format!("g.name IN {}", in_list(names.len())));
        values.extend(in_values(names));
    }
    if let Some(since) = filter.since {
        conditions.push("g.update_at >= ?".to_owned());
        values.push(since.into());
    }
    if let Some(member) = filter.has_member {
        conditions.push("EXISTS (SELECT 1 FROM user_group_members m WHERE m.group_id = g.id AND m.user_id = ?)".to_owned());
        values.push(member.into());
    }
    let excluded = filter.not_linked_to.iter().flatten().map(|target| (target, "NOT EXISTS"));
    for (target, exists) in filter.linked_to.iter().map(|target| (target, "EXISTS")).chain(excluded) {
        let (column, id) = match target {
            LinkTarget::Team(id) => ("team_id", Value::from(*id)),
            LinkTarget::Channel(id) => ("channel_id", Value::from(*id)),
        };
        conditions.push(format!("{exists} (SELECT 1 FROM group_links l WHERE l.group_id = g.id AND l.{column} = ?)"));
        values.push(id);
    }
    if let Some(viewer) = filter.visible_to {
        conditions.push(format!("EXISTS (SELECT 1 FROM user_group_members m WHERE m.group_id = g.id AND {SEES_MEMBER})"));
        values.extend(params![viewer, viewer]);
    }
    let conditions = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let sql = format!(
        "SELECT {} FROM user_groups g {conditions} ORDER BY LOWER(g.display_name), g.name LIMIT ? OFFSET ?",
        Group::columns_of("g")
    );
    values.extend(params![limit, offset]);
    db.all(sql, values).await
}

/// The active members of these groups, for each that has any; with `visible_to`, those whom this person sees.
pub async fn count_members(db: &Reader, groups: &[GroupId], visible_to: Option<UserId>) -> Result<Vec<(GroupId, i64)>> {
    let (condition, viewer) = members_seen_by(visible_to);
    let sql = format!(
        "SELECT m.group_id, COUNT(*) FROM user_group_members m JOIN users u ON u.id = m.user_id \
         WHERE m.group_id IN {} AND u.delete_at = 0{condition} GROUP BY m.group_id",
        in_list(groups.len())
    );
    let mut values = in_values(groups);
    values.extend(viewer);
    db.all(sql, values).await
}

/// The active members of groups who are in a channel, for each group that has any there.
pub async fn count_members_in_channel(db: &Reader, channel: Granted<ChannelId>) -> Result<Vec<(GroupId, i64)>> {
    let sql = "SELECT m.group_id, COUNT(*) FROM channel_members c JOIN user_group_members m ON m.user_id = c.user_id \
               JOIN users u ON u.id = c.user_id JOIN user_groups g ON g.id = m.group_id \
               WHERE c.channel_id = ? AND u.delete_at = 0 AND g.delete_at = 0 GROUP BY m.group_id";
    db.all(sql, params![channel]).await
}

/// The time zones that the same people have set, each once for a group.
pub async fn channel_timezones(db: &Reader, channel: Granted<ChannelId>) -> Result<Vec<(GroupId, Props)>> {
    let sql = "SELECT DISTINCT m.group_id, u.timezone FROM channel_members c JOIN user_group_members m ON m.user_id = c.user_id \
               JOIN users u ON u.id = c.user_id JOIN user_groups g ON g.id = m.group_id \
               WHERE c.channel_id = ? AND u.delete_at = 0 AND g.delete_at = 0";
    db.all(sql, params![channel]).await
}

/// The active members of these groups; with `visible_to`, those whom this person sees.
pub async fn member_ids(db: &Reader, groups: &[GroupId], visible_to: Option<UserId>, limit: i64) -> Result<Vec<(GroupId, UserId)>> {
    let (condition, viewer) = members_seen_by(visible_to);
    let sql = format!(
        "SELECT m.group_id, m.user_id FROM user_group_members m JOIN users u ON u.id = m.user_id \
         WHERE m.group_id IN {} AND u.delete_at = 0{condition} LIMIT ?",
        in_list(groups.len())
    );
    let mut values = in_values(groups);
    values.extend(viewer);
    values.push(limit.into());
    db.all(sql, values).await
}

fn members_seen_by(viewer: Option<UserId>) -> (String, Vec<Value>) {
    match viewer {
        Some(viewer) => (format!(" AND {SEES_MEMBER}"), params![viewer, viewer]),
        None => (String::new(), Vec::new()),
    }
}
