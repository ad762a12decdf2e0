//! Scheduled posts: rows that wait for their time. The row goes in the batch of the post.

use guildhall_model::codes::drafts as codes;
use guildhall_model::draft::{ScheduledPost, SendError};
use guildhall_model::id::{ScheduledPostId, TeamId, UserId};
use guildhall_model::{Millis, Result};

use crate::channels::team_key;
use crate::drafts::{self, columns_of};
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Value, Write, params};

/// A scheduled post, and the team of its channel.
#[derive(Debug, Clone, PartialEq)]
pub struct InTeam(pub ScheduledPost, pub Option<TeamId>);

impl FromRow for InTeam {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let team: TeamId = row.get(drafts::COLUMNS.len() + 4)?;
        Ok(Self(ScheduledPost::from_row(row)?, (team != team_key(None)).then_some(team)))
    }
}

impl FromRow for ScheduledPost {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let at = drafts::COLUMNS.len();
        Ok(Self {
            draft: drafts::decode(row, 0)?,
            id: row.get(at)?,
            scheduled_at: row.get(at + 1)?,
            processed_at: row.get(at + 2)?,
            error: SendError::from_name(row.str(at + 3)?),
        })
    }
}

fn select(more: &str, tail: &str) -> String {
    format!("SELECT {}, d.id, d.scheduled_at, d.processed_at, d.error_code{more} FROM scheduled_posts d {tail}", columns_of("d"))
}

fn error_code(post: &ScheduledPost) -> &'static str {
    post.error.map_or("", SendError::name)
}

pub async fn get(db: &Reader, user: Granted<UserId>, id: ScheduledPostId) -> Result<Option<ScheduledPost>> {
    db.optional(select("", "WHERE d.id = ? AND d.user_id = ?"), params![id, user]).await
}

/// The person's scheduled posts in the channels of a team, and those in direct and group channels, by their time. They are
/// shown wherever they are to be sent, also where the person cannot write any more: they see why it was not sent.
pub async fn in_team(db: &Reader, user: Granted<UserId>, team: Granted<TeamId>, with_direct: bool) -> Result<Vec<InTeam>> {
    let teams = if with_direct { "c.team_id IN (?, ?)" } else { "c.team_id = ?" };
    let tail = format!("JOIN channels c ON c.id = d.channel_id WHERE d.user_id = ? AND {teams} ORDER BY d.scheduled_at, d.id");
    let mut values = params![user, team];
    if with_direct {
        values.push(team_key(None).into());
    }
    db.all(select(", c.team_id", &tail), values).await
}

/// Where a page of those that are due ends.
pub type DueAfter = (Millis, ScheduledPostId);

/// Those that are to be sent now, the oldest first.
pub async fn due(db: &Reader, _server: Granted<Server>, now: Millis, after: Option<DueAfter>, limit: i64) -> Result<Vec<ScheduledPost>> {
    let (time, id) = after.unwrap_or((Millis(-1), ScheduledPostId::from_bytes([0; 16])));
    let tail = "WHERE d.processed_at = 0 AND d.scheduled_at <= ? AND (d.scheduled_at > ? OR (d.scheduled_at = ? AND d.id > ?)) \
                ORDER BY d.scheduled_at, d.id LIMIT ?";
    db.all(select("", tail), params![now, time, time, id, limit]).await
}

pub fn insert(user: Granted<UserId, Write>, post: &ScheduledPost) -> Statement {
    let columns = drafts::COLUMNS.join(", ");
    let marks = vec!["?"; drafts::COLUMNS.len() + 4].join(", ");
    let sql = format!("INSERT INTO scheduled_posts ({columns}, id, scheduled_at, processed_at, error_code) VALUES ({marks})");
    let mut values = drafts::values(user, &post.draft);
    values.extend(params![post.id, post.scheduled_at, post.processed_at, error_code(post)]);
    Statement::new(sql, values)
}

/// Stores another text and time. `NOT_SCHEDULED` where it was sent, changed or deleted since it was read.
pub fn update(user: Granted<UserId, Write>, post: &ScheduledPost, read_at: Millis) -> Statement {
    let sql = "UPDATE scheduled_posts SET update_at = ?, message = ?, kind = ?, props = ?, file_ids = ?, priority = ?, scheduled_at = ?, \
               processed_at = ?, error_code = ? WHERE id = ? AND user_id = ? AND update_at = ?";
    let draft = &post.draft;
    let mut values: Vec<Value> = params![
        draft.update_at,
        draft.message.clone(),
        draft.kind.clone(),
        draft.props.text().to_owned(),
        draft.file_ids.clone(),
        draft.priority.clone(),
    ];
    values.extend(params![post.scheduled_at, post.processed_at, error_code(post), post.id, user, read_at]);
    Statement::new(sql, values).expect_rows(1).or(codes::NOT_SCHEDULED)
}

/// Deletes it as it was read, also for the batch that sends it: so it is sent once, and what was changed meanwhile is not sent.
pub fn delete(user: Granted<UserId, Write>, post: &ScheduledPost) -> Statement {
    let sql = "DELETE FROM scheduled_posts WHERE id = ? AND user_id = ? AND update_at = ? AND processed_at = ?";
    let values = params![post.id, user, post.draft.update_at, post.processed_at];
    Statement::new(sql, values).expect_rows(1).or(codes::NOT_SCHEDULED)
}
