//! Drafts: a row for each person and channel or thread. Which of them are shown depends on where the person is now.

use guildhall_model::channel::ChannelKind;
use guildhall_model::draft::Draft;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::PostProps;
use guildhall_model::{Millis, Result};

use crate::channels::team_key;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Set, Sql, Statement, Value, Write, params};

/// The value of `root_id` of what is no reply.
const NO_ROOT: PostId = PostId::from_bytes([0; 16]);

pub(crate) const COLUMNS: &[&str] =
    &["user_id", "channel_id", "root_id", "create_at", "update_at", "message", "kind", "props", "file_ids", "priority"];

/// Whether the author can still write there: a condition on `d`, joined by [`JOINS`].
pub(crate) const IS_REACHABLE: &str = "c.delete_at = 0 AND (d.root_id = ? OR r.delete_at = 0)";
pub(crate) const JOINS: &str = "JOIN channels c ON c.id = d.channel_id \
    JOIN channel_members m ON m.channel_id = d.channel_id AND m.user_id = d.user_id LEFT JOIN posts r ON r.id = d.root_id";

pub(crate) fn root_key(root: Option<PostId>) -> PostId {
    root.unwrap_or(NO_ROOT)
}

pub(crate) fn decode(row: &Row<'_>, at: usize) -> Result<Draft, DecodeError> {
    let root: PostId = row.get(at + 2)?;
    Ok(Draft {
        user_id: row.get(at)?,
        channel_id: row.get(at + 1)?,
        root_id: (root != NO_ROOT).then_some(root),
        create_at: row.get(at + 3)?,
        update_at: row.get(at + 4)?,
        message: row.get(at + 5)?,
        kind: row.get(at + 6)?,
        props: PostProps::from_stored(row.get(at + 7)?),
        file_ids: row.get(at + 8)?,
        priority: row.get(at + 9)?,
    })
}

pub(crate) fn values(user: Granted<UserId, Write>, draft: &Draft) -> Vec<Value> {
    params![
        user,
        draft.channel_id,
        root_key(draft.root_id),
        draft.create_at,
        draft.update_at,
        draft.message.clone(),
        draft.kind.clone(),
        draft.props.text().to_owned(),
        draft.file_ids.clone(),
        draft.priority.clone(),
    ]
}

pub(crate) fn columns_of(alias: &str) -> String {
    COLUMNS.iter().map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

impl FromRow for Draft {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        decode(row, 0)
    }
}

pub async fn get(db: &Reader, user: Granted<UserId>, channel: ChannelId, root: Option<PostId>) -> Result<Option<Draft>> {
    let sql = format!("SELECT {} FROM drafts d WHERE d.user_id = ? AND d.channel_id = ? AND d.root_id = ?", columns_of("d"));
    db.optional(sql, params![user, channel, root_key(root)]).await
}

/// The person's drafts in the channels of a team, and in direct and group channels, saved last first. Those where they cannot
/// write any more are left out: channels that they have left or that are archived, threads that are deleted.
pub async fn in_team(db: &Reader, user: Granted<UserId>, team: Granted<TeamId>) -> Result<Vec<Draft>> {
    let sql = format!(
        "SELECT {} FROM drafts d {JOINS} WHERE d.user_id = ? AND {IS_REACHABLE} AND (c.team_id = ? OR (c.team_id = ? AND c.kind IN (?, ?))) \
         ORDER BY d.update_at DESC, d.channel_id, d.root_id",
        columns_of("d")
    );
    db.all(sql, params![user, NO_ROOT, team, team_key(None), ChannelKind::Direct, ChannelKind::Group]).await
}

/// Inserts the draft, or replaces what there is of the channel or thread.
pub fn save(user: Granted<UserId, Write>, draft: &Draft) -> Statement {
    let sql = Sql::Upsert {
        table: "drafts",
        columns: COLUMNS,
        key: &["user_id", "channel_id", "root_id"],
        update: &[
            Set::New("update_at"),
            Set::New("message"),
            Set::New("kind"),
            Set::New("props"),
            Set::New("file_ids"),
            Set::New("priority"),
        ],
    };
    Statement::new(sql, values(user, draft))
}

pub fn delete(user: Granted<UserId, Write>, channel: ChannelId, root: Option<PostId>) -> Statement {
    let sql = "DELETE FROM drafts WHERE user_id = ? AND channel_id = ? AND root_id = ?";
    Statement::new(sql, params![user, channel, root_key(root)])
}

/// Deletes those of the person that no list shows and that were not saved since a moment: they count for the limit.
pub fn delete_unreachable(user: Granted<UserId, Write>, before: Millis) -> Statement {
    let sql = "DELETE FROM drafts WHERE user_id = ? AND update_at < ? AND (NOT EXISTS (SELECT 1 FROM channel_members m \
               JOIN channels c ON c.id = m.channel_id WHERE m.user_id = ? AND m.channel_id = drafts.channel_id AND c.delete_at = 0) \
               OR (root_id <> ? AND NOT EXISTS (SELECT 1 FROM posts r WHERE r.id = drafts.root_id AND r.delete_at = 0)))";
    Statement::new(sql, params![user, before, user, NO_ROOT])
}
