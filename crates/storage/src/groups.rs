//! Groups of people and their members. Deactivated accounts stay members, but are neither listed, counted nor mentioned.

mod lists;
mod mentioned;

use guildhall_model::Result;
use guildhall_model::codes::groups as codes;
use guildhall_model::group::{Group, GroupMember};
use guildhall_model::id::{GroupId, UserId};
use guildhall_model::time::Millis;

use crate::entity::{Entity, entity};
use crate::{Granted, MAX_IN_LIST, Reader, Statement, Write, in_list, in_values, params, value_rows};

pub use lists::{Archived, GroupFilter, channel_timezones, count_members, count_members_in_channel, list, member_ids};
pub use mentioned::{GroupPresence, MentionableGroup, mentionable, presence, recipients};

entity!(Group, "user_groups", [id, create_at, update_at, delete_at, creator_id, name, display_name, description]);
entity!(GroupMember, "user_group_members", [group_id, user_id, create_at]);

/// The group, archived ones too.
pub async fn get(db: &Reader, id: GroupId) -> Result<Option<Group>> {
    db.optional(Group::select("WHERE id = ?"), params![id]).await
}

/// Whether another group has the name, archived ones included, and whether an account has it.
pub async fn find_taken(db: &Reader, name: &str, except: GroupId) -> Result<(bool, bool)> {
    let group: Option<GroupId> = db.optional("SELECT id FROM user_groups WHERE name = ? AND id <> ?", params![name, except]).await?;
    let user: Option<UserId> = db.optional("SELECT id FROM users WHERE username = ?", params![name]).await?;
    Ok((group.is_some(), user.is_some()))
}

pub fn insert(group: &Group) -> Statement {
    group.insert().on_duplicate(codes::NAME_TAKEN)
}

/// Writes what can be changed about a group, unless it was changed since `read_at`.
pub fn update(id: Granted<GroupId, Write>, group: &Group, read_at: Millis) -> Statement {
    let sql = "UPDATE user_groups SET update_at = ?, delete_at = ?, name = ?, display_name = ?, description = ? \
               WHERE id = ? AND update_at = ?";
    let values = params![group.update_at, group.delete_at, &group.name, &group.display_name, &group.description, id, read_at];
    Statement::new(sql, values).expect_rows(1).on_duplicate(codes::NAME_TAKEN)
}

/// Changes nothing, and fails the batch if the group was archived meanwhile.
pub fn guard_active(id: Granted<GroupId, Write>) -> Statement {
    let sql = "UPDATE user_groups SET name = name WHERE id = ? AND delete_at = 0";
    Statement::new(sql, params![id]).expect_rows(1).or(codes::NOT_FOUND)
}

pub async fn is_member(db: &Reader, group: GroupId, user: UserId) -> Result<bool> {
    let sql = "SELECT user_id FROM user_group_members WHERE group_id = ? AND user_id = ?";
    Ok(db.optional::<UserId>(sql, params![group, user]).await?.is_some())
}

/// The memberships of these people.
pub async fn members_among(db: &Reader, group: GroupId, users: &[UserId]) -> Result<Vec<GroupMember>> {
    let mut members = Vec::new();
    for some in users.chunks(MAX_IN_LIST) {
        let sql = GroupMember::select(&format!("WHERE group_id = ? AND user_id IN {}", in_list(some.len())));
        let mut values = params![group];
        values.extend(in_values(some));
        members.extend(db.all::<GroupMember>(sql, values).await?);
    }
    Ok(members)
}

/// Rows in one statement.
const ROWS_MAX: usize = 256;

/// Inserts the members; `CONFLICT` if one of them is there already.
pub fn insert_members(id: Granted<GroupId, Write>, members: &[GroupMember]) -> Vec<Statement> {
    let statement = |some: &[GroupMember]| {
        let rows = value_rows(some.len(), GroupMember::COLUMNS.len());
        let sql = format!("INSERT INTO {} ({}) VALUES {rows}", GroupMember::TABLE, GroupMember::COLUMNS.join(", "));
        Statement::new(sql, some.iter().flat_map(|member| params![id, member.user_id, member.create_at]).collect())
    };
    members.chunks(ROWS_MAX).map(statement).collect()
}

/// Removes those of these people who are members, and forgets which of the group's links have added them.
pub fn remove_members(id: Granted<GroupId, Write>, users: &[UserId]) -> Vec<Statement> {
    let statements = |some: &[UserId]| {
        let list = in_list(some.len());
        let mut values = params![id];
        values.extend(in_values(some));
        let links = "DELETE FROM group_link_members WHERE link_id IN (SELECT l.id FROM group_links l WHERE l.group_id = ?)";
        [
            Statement::new(format!("{links} AND user_id IN {list}"), values.clone()),
            Statement::new(format!("DELETE FROM user_group_members WHERE group_id = ? AND user_id IN {list}"), values),
        ]
    };
    users.chunks(MAX_IN_LIST).flat_map(statements).collect()
}

/// Removes a person from every group, and forgets which links have added them.
pub fn remove_from_all(user: Granted<UserId, Write>) -> [Statement; 2] {
    [
        Statement::new("DELETE FROM group_link_members WHERE user_id = ?", params![user]),
        Statement::new("DELETE FROM user_group_members WHERE user_id = ?", params![user]),
    ]
}
