//! Projects and their channels. A channel that was moved to another team is none of the project's any more.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::projects as codes;
use guildhall_model::id::{ChannelId, ProjectId, TeamId, UserId};
use guildhall_model::project::Project;
use guildhall_model::{Code, Millis, Result};

use crate::entity::{Entity, entity};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Unchecked, Value, Write, in_list, in_values, params};

entity!(Project, "projects", [id, team_id, template_id, creator_id, create_at, archived_at, name]);

/// Who looks at projects: they see the channels that they are in, and where it is said so further ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectViewer {
    pub user_id: UserId,
    pub sees_public_channels: bool,
    pub sees_all_channels: bool,
    /// Also projects of whose channels they see none.
    pub sees_all_projects: bool,
}

impl ProjectViewer {
    /// For the channel `c`.
    fn condition(&self) -> (&'static str, Vec<Value>) {
        const IS_MEMBER: &str = "EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = c.id AND m.user_id = ?)";
        const IS_MEMBER_OR_PUBLIC: &str =
            "(c.kind = ? OR EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = c.id AND m.user_id = ?))";
        match (self.sees_all_channels, self.sees_public_channels) {
            (true, _) => ("1 = 1", Vec::new()),
            (false, true) => (IS_MEMBER_OR_PUBLIC, params![ChannelKind::Public, self.user_id]),
            (false, false) => (IS_MEMBER, params![self.user_id]),
        }
    }
}

/// A channel, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectChannel {
    pub project_id: ProjectId,
    pub channel: Channel,
}

impl FromRow for ProjectChannel {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { project_id: row.get(0)?, channel: Channel::decode(row, 1)? })
    }
}

pub async fn get(db: &Reader, id: ProjectId) -> Result<Unchecked<Option<Project>>> {
    db.optional(Project::select("WHERE id = ?"), params![id]).await.map(Unchecked::new)
}

/// What the person made with this pending id.
pub async fn by_pending_id(db: &Reader, creator: Granted<UserId>, pending_id: &str) -> Result<Option<Project>> {
    db.optional(Project::select("WHERE creator_id = ? AND pending_id = ?"), params![creator, pending_id]).await
}

/// Whether the team has a project of this name, archived ones included.
pub async fn is_taken(db: &Reader, team: Granted<TeamId>, name: &str) -> Result<bool> {
    let sql = "SELECT id FROM projects WHERE team_id = ? AND name = ?";
    Ok(db.optional::<ProjectId>(sql, params![team, name]).await?.is_some())
}

/// Selects the projects of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProjectFilter {
    pub include_archived: bool,
    /// The one that has this channel.
    pub channel: Option<ChannelId>,
}

/// Those of the team that the viewer sees, by name.
pub async fn list(
    db: &Reader,
    team: Granted<TeamId>,
    viewer: &ProjectViewer,
    filter: ProjectFilter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Project>> {
    let mut values = params![team];
    let mut conditions = String::new();
    if !filter.include_archived {
        conditions.push_str(" AND p.archived_at = 0");
    }
    if let Some(channel) = filter.channel {
        conditions.push_str(" AND p.id IN (SELECT y.project_id FROM project_channels y WHERE y.channel_id = ?)");
        values.push(channel.into());
    }
    if !viewer.sees_all_projects {
        let (sees, viewer) = viewer.condition();
        conditions.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM project_channels x JOIN channels c ON c.id = x.channel_id \
             WHERE x.project_id = p.id AND c.team_id = p.team_id AND {sees})"
        ));
        values.extend(viewer);
    }
    let columns = Project::columns_of("p");
    let sql = format!("SELECT {columns} FROM projects p WHERE p.team_id = ?{conditions} ORDER BY LOWER(p.name), p.id LIMIT ? OFFSET ?");
    values.extend(params![limit, offset]);
    db.all(sql, values).await
}

/// The channels of these projects that the viewer sees, in their order, archived ones included.
pub async fn channels(db: &Reader, team: Granted<TeamId>, viewer: &ProjectViewer, projects: &[ProjectId]) -> Result<Vec<ProjectChannel>> {
    let (sees, viewer) = viewer.condition();
    let sql = format!(
        "SELECT x.project_id, {} FROM project_channels x JOIN channels c ON c.id = x.channel_id \
         WHERE c.team_id = ? AND x.project_id IN {} AND {sees} ORDER BY x.project_id, x.position, c.id",
        Channel::columns_of("c"),
        in_list(projects.len())
    );
    let mut values = params![team];
    values.extend(in_values(projects));
    values.extend(viewer);
    db.all(sql, values).await
}

/// All channels of the project, in their order, archived ones included.
pub async fn channel_ids(db: &Reader, team: Granted<TeamId>, id: ProjectId) -> Result<Vec<ChannelId>> {
    let sql = "SELECT c.id FROM project_channels x JOIN channels c ON c.id = x.channel_id \
               WHERE x.project_id = ? AND c.team_id = ? ORDER BY x.position, c.id";
    db.all(sql, params![id, team]).await
}

/// Active guests of these channels who are in no other channel of a team that is in use.
pub async fn guests_only_in(db: &Reader, _server: Granted<Server>, channels: &[ChannelId], limit: i64) -> Result<Vec<UserId>> {
    let list = in_list(channels.len());
    let sql = format!(
        "SELECT DISTINCT m.user_id FROM channel_members m JOIN users u ON u.id = m.user_id \
         WHERE m.channel_id IN {list} AND m.scheme_guest = 1 AND u.delete_at = 0 AND NOT EXISTS \
         (SELECT 1 FROM channel_members o JOIN channels c ON c.id = o.channel_id \
          WHERE o.user_id = m.user_id AND c.delete_at = 0 AND c.kind IN (?, ?) AND c.id NOT IN {list}) \
         ORDER BY m.user_id LIMIT ?"
    );
    let mut values = in_values(channels);
    values.extend(params![ChannelKind::Public, ChannelKind::Private]);
    values.extend(in_values(channels));
    values.push(limit.into());
    db.all(sql, values).await
}

/// `NAME_TAKEN` where the team has a project of this name, and the same where the pending id was used: who repeats a request asks
/// by it before.
pub fn insert(team: Granted<TeamId, Write>, project: &Project, pending_id: Option<&str>) -> Statement {
    let sql = "INSERT INTO projects (id, team_id, template_id, creator_id, create_at, archived_at, name, pending_id) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = params![
        project.id,
        team,
        project.template_id,
        project.creator_id,
        project.create_at,
        project.archived_at,
        &project.name,
        pending_id
    ];
    Statement::new(sql, values).on_duplicate(codes::NAME_TAKEN)
}

pub fn insert_channel(channel: Granted<ChannelId, Write>, project: ProjectId, position: usize) -> Statement {
    let sql = "INSERT INTO project_channels (channel_id, project_id, position) VALUES (?, ?, ?)";
    Statement::new(sql, params![channel, project, position])
}

/// Archives or restores the project. The batch fails with this error if that was done meanwhile.
pub fn set_archived(team: Granted<TeamId, Write>, id: ProjectId, from: Millis, to: Millis, otherwise: Code) -> Statement {
    let sql = "UPDATE projects SET archived_at = ? WHERE id = ? AND team_id = ? AND archived_at = ?";
    Statement::new(sql, params![to, id, team, from]).expect_rows(1).or(otherwise)
}

/// The access of the guests of the channel does not end at this time any more, which was that of the end of their project.
pub fn keep_guests(channel: Granted<ChannelId, Write>, archived_at: Millis) -> Statement {
    let sql =
        "DELETE FROM guest_expiries WHERE expires_at = ? AND user_id IN (SELECT m.user_id FROM channel_members m WHERE m.channel_id = ?)";
    Statement::new(sql, params![archived_at, channel])
}
