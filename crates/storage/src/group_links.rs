//! Links of groups with teams and channels, and whom each adds and has added: a person who was added is not added again by
//! the same link before they have left the group.

use guildhall_model::channel::ChannelKind;
use guildhall_model::codes::groups as codes;
use guildhall_model::group::Group;
use guildhall_model::group_link::GroupLink;
use guildhall_model::id::{ChannelId, GroupId, GroupLinkId, TeamId, UserId};
use guildhall_model::team::TeamKind;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, MAX_IN_LIST, Read, Reader, Row, Server, Statement, Value, Write, in_list, in_values, params};

entity!(GroupLink, "group_links", [id, group_id, team_id, channel_id, creator_id, auto_add, create_at, update_at]);

/// The team or channel of a link, for reading or for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<V = Read> {
    Team(Granted<TeamId, V>),
    Channel(Granted<ChannelId, V>),
}

impl<V> Target<V> {
    fn column_and_id(self) -> (&'static str, Value) {
        match self {
            Self::Team(id) => ("team_id", id.key().into()),
            Self::Channel(id) => ("channel_id", id.key().into()),
        }
    }
}

/// A link, and what it is to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLink {
    pub link: GroupLink,
    /// Of a channel the team that it is in.
    pub team_id: TeamId,
    pub team_display_name: String,
    pub team_kind: TeamKind,
    /// Of a link to a channel.
    pub channel: Option<(String, ChannelKind)>,
}

impl FromRow for NamedLink {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let link = GroupLink::decode(row, 0)?;
        let at = GroupLink::COLUMNS.len();
        let channel = if link.channel_id.is_some() { Some((row.get(at + 3)?, row.get(at + 4)?)) } else { None };
        Ok(Self { link, team_id: row.get(at)?, team_display_name: row.get(at + 1)?, team_kind: row.get(at + 2)?, channel })
    }
}

pub async fn get(db: &Reader, group: GroupId, target: Target) -> Result<Option<GroupLink>> {
    let (column, id) = target.column_and_id();
    let sql = GroupLink::select(&format!("WHERE group_id = ? AND {column} = ?"));
    db.optional(sql, vec![group.into(), id]).await
}

/// With the names, which only administrators of groups may see.
pub async fn get_named(db: &Reader, _server: Granted<Server>, link: GroupLinkId) -> Result<Option<NamedLink>> {
    db.optional(select_named("l.id = ?"), params![link]).await
}

/// The links of a group to teams, or those to channels, by name. Their number is limited.
pub async fn of_group(db: &Reader, _server: Granted<Server>, group: GroupId, to_channels: bool) -> Result<Vec<NamedLink>> {
    let kind = if to_channels { "l.channel_id IS NOT NULL" } else { "l.team_id IS NOT NULL" };
    let sql = select_named(&format!("l.group_id = ? AND {kind} ORDER BY LOWER(COALESCE(c.display_name, t.display_name)), l.id"));
    db.all(sql, params![group]).await
}

fn select_named(condition: &str) -> String {
    format!(
        "SELECT {}, t.id, t.display_name, t.kind, c.display_name, c.kind FROM group_links l LEFT JOIN channels c ON c.id = l.channel_id \
         JOIN teams t ON t.id = COALESCE(l.team_id, c.team_id) WHERE {condition}",
        GroupLink::columns_of("l")
    )
}

/// Those of the group that add its members.
pub async fn adding(db: &Reader, group: GroupId) -> Result<Vec<GroupLink>> {
    db.all(GroupLink::select("WHERE group_id = ? AND auto_add = 1 ORDER BY id"), params![group]).await
}

/// Which of these groups are linked to anything.
pub async fn linked_among(db: &Reader, groups: &[GroupId]) -> Result<Vec<GroupId>> {
    let mut linked = Vec::new();
    for some in groups.chunks(MAX_IN_LIST) {
        let sql = format!("SELECT DISTINCT group_id FROM group_links WHERE group_id IN {}", in_list(some.len()));
        linked.extend(db.all::<GroupId>(sql, in_values(some)).await?);
    }
    Ok(linked)
}

/// Whose groups of channels somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelViewer {
    pub user_id: UserId,
    pub sees_public_channels: bool,
    pub sees_all_channels: bool,
}

/// A group that is in use, and a channel to which it is linked.
pub struct GroupOfChannel(pub ChannelId, pub Group);

impl FromRow for GroupOfChannel {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self(row.get(0)?, Group::decode(row, 1)?))
    }
}

/// The groups of the channels in a team that the viewer sees.
pub async fn by_channels(
    db: &Reader,
    team: Granted<TeamId>,
    viewer: ChannelViewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<GroupOfChannel>> {
    const IS_MEMBER: &str = "EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = c.id AND m.user_id = ?)";
    let (condition, of_viewer) = match (viewer.sees_all_channels, viewer.sees_public_channels) {
        (true, _) => ("1 = 1".to_owned(), Vec::new()),
        (false, true) => (format!("(c.kind = ? OR {IS_MEMBER})"), params![ChannelKind::Public, viewer.user_id]),
        (false, false) => (IS_MEMBER.to_owned(), params![viewer.user_id]),
    };
    let sql = format!(
        "SELECT c.id, {} FROM group_links l JOIN channels c ON c.id = l.channel_id JOIN user_groups g ON g.id = l.group_id \
         WHERE c.team_id = ? AND c.delete_at = 0 AND g.delete_at = 0 AND {condition} \
         ORDER BY c.id, LOWER(g.display_name), g.name LIMIT ? OFFSET ?",
        Group::columns_of("g")
    );
    let mut values = params![team];
    values.extend(of_viewer);
    values.extend(params![limit, offset]);
    db.all(sql, values).await
}

/// Inserts the link; `CONFLICT` where the group is linked already.
pub fn insert(target: Target<Write>, link: &GroupLink) -> Statement {
    let (column, id) = target.column_and_id();
    link.insert().bind_column(GroupLink::COLUMNS, column, id)
}

/// Switches the link on or off, unless it was changed or deleted meanwhile.
pub fn set_auto_add(target: Target<Write>, link: &GroupLink, read_at: Millis) -> Statement {
    let (column, id) = target.column_and_id();
    let sql = format!("UPDATE group_links SET auto_add = ?, update_at = ? WHERE id = ? AND {column} = ? AND update_at = ?");
    let mut values = params![link.auto_add, link.update_at, link.id];
    values.push(id);
    values.push(read_at.into());
    Statement::new(sql, values).expect_rows(1)
}

/// Deletes the link, and the rows of whom it has added. `LINK_NOT_FOUND` if it was deleted meanwhile.
pub fn delete(target: Target<Write>, link: GroupLinkId) -> [Statement; 2] {
    let (column, id) = target.column_and_id();
    let sql = format!("DELETE FROM group_links WHERE id = ? AND {column} = ?");
    [
        Statement::new(sql, vec![link.into(), id]).expect_rows(1).or(codes::LINK_NOT_FOUND),
        Statement::new("DELETE FROM group_link_members WHERE link_id = ?", params![link]),
    ]
}

/// Changes nothing, and makes changes of the group's members and links wait for each other: each comes with its rows of whom to add.
pub fn lock_group(group: GroupId) -> Statement {
    Statement::new("UPDATE user_groups SET name = name WHERE id = ?", params![group])
}

/// Fails the batch with `CONFLICT` where the group has a link that adds its members and is none of these. After [`lock_group`].
pub fn guard_no_other(group: GroupId, known: &[GroupLinkId]) -> Statement {
    let except = if known.is_empty() { String::new() } else { format!(" AND l.id NOT IN {}", in_list(known.len())) };
    let sql = format!(
        "UPDATE user_groups SET name = name WHERE id = ? AND NOT EXISTS \
         (SELECT 1 FROM group_links l WHERE l.group_id = ? AND l.auto_add = 1{except})"
    );
    let mut values = params![group, group];
    values.extend(in_values(known));
    Statement::new(sql, values).expect_rows(1)
}

/// Members of the groups wait to be added by these links, except those for whom a link has a row: all, or those among `users`.
pub fn enqueue(links: &[GroupLinkId], users: Option<&[UserId]>, added_by: Option<UserId>, now: Millis) -> Vec<Statement> {
    let statement = |users: Option<&[UserId]>| {
        let among = users.map(|users| format!(" AND m.user_id IN {}", in_list(users.len()))).unwrap_or_default();
        let sql = format!(
            "INSERT INTO group_link_members (link_id, user_id, added_by, create_at, added_at, retry_at) \
             SELECT l.id, m.user_id, ?, ?, 0, 0 FROM group_links l JOIN user_group_members m ON m.group_id = l.group_id \
             WHERE l.id IN {} AND l.auto_add = 1{among} AND NOT EXISTS \
             (SELECT 1 FROM group_link_members x WHERE x.link_id = l.id AND x.user_id = m.user_id)",
            in_list(links.len())
        );
        let mut values = params![added_by, now];
        values.extend(in_values(links));
        values.extend(in_values(users.unwrap_or_default()));
        Statement::new(sql, values)
    };
    match users {
        Some(users) => users.chunks(MAX_IN_LIST).map(|some| statement(Some(some))).collect(),
        None => vec![statement(None)],
    }
}

/// Nobody waits for the link any more; whom it has added it does not forget.
pub fn forget_waiting(link: GroupLinkId) -> Statement {
    Statement::new("DELETE FROM group_link_members WHERE link_id = ? AND added_at = 0", params![link])
}

/// The same for all links of a channel, which is in another team now: nobody was asked about adding people there.
pub fn forget_waiting_for(channel: Granted<ChannelId, Write>) -> Statement {
    let sql = "DELETE FROM group_link_members WHERE added_at = 0 AND link_id IN (SELECT l.id FROM group_links l WHERE l.channel_id = ?)";
    Statement::new(sql, params![channel])
}

/// Somebody whom a link has to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub link: GroupLink,
    pub user_id: UserId,
    /// Who may add them, and is said to have: `None` for the local administrator.
    pub added_by: Option<UserId>,
    /// Of the team, or of the channel's team.
    pub team_id: TeamId,
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let at = GroupLink::COLUMNS.len();
        Ok(Self { link: GroupLink::decode(row, 0)?, user_id: row.get(at)?, added_by: row.get(at + 1)?, team_id: row.get(at + 2)? })
    }
}

/// Who is to be added now: people with an active account who are no guests, where nothing is archived.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, limit: i64) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT {}, w.user_id, w.added_by, t.id FROM group_link_members w JOIN group_links l ON l.id = w.link_id \
         JOIN user_groups g ON g.id = l.group_id JOIN user_group_members m ON m.group_id = l.group_id AND m.user_id = w.user_id \
         JOIN users u ON u.id = w.user_id LEFT JOIN channels c ON c.id = l.channel_id \
         JOIN teams t ON t.id = COALESCE(l.team_id, c.team_id) \
         WHERE w.added_at = 0 AND w.retry_at <= ? AND g.delete_at = 0 AND u.delete_at = 0 AND t.delete_at = 0 \
         AND COALESCE(c.delete_at, 0) = 0 AND CONCAT(' ', u.roles, ' ') NOT LIKE '% system_guest %' \
         ORDER BY w.link_id, w.user_id LIMIT ?",
        GroupLink::columns_of("l")
    );
    db.all(sql, params![now, limit]).await
}

/// The link has added the person, or they were there already. `LINK_NOT_FOUND` where they do not wait any more: they left the group, the link
/// was deleted, or another node was faster.
pub fn mark_added(_server: Granted<Server, Write>, link: GroupLinkId, user: UserId, now: Millis) -> Statement {
    let sql = "UPDATE group_link_members SET added_at = ? WHERE link_id = ? AND user_id = ? AND added_at = 0";
    Statement::new(sql, params![now, link, user]).expect_rows(1).or(codes::LINK_NOT_FOUND)
}

/// Changes nothing, and fails the batch with the same error: for a batch before that which marks them.
pub fn guard_waiting(_server: Granted<Server, Write>, link: GroupLinkId, user: UserId) -> Statement {
    let sql = "UPDATE group_link_members SET added_at = 0 WHERE link_id = ? AND user_id = ? AND added_at = 0";
    Statement::new(sql, params![link, user]).expect_rows(1).or(codes::LINK_NOT_FOUND)
}

/// The person could not be added: the next attempt is at this time. For all who wait for the link where `user` is `None`.
pub fn postpone(_server: Granted<Server, Write>, link: GroupLinkId, user: Option<UserId>, retry_at: Millis) -> Statement {
    let sql = "UPDATE group_link_members SET retry_at = ? WHERE link_id = ? AND added_at = 0";
    match user {
        Some(user) => Statement::new(format!("{sql} AND user_id = ?"), params![retry_at, link, user]),
        None => Statement::new(sql, params![retry_at, link]),
    }
}
