//! Templates of channels, from which projects are made.

use guildhall_model::Result;
use guildhall_model::codes::projects as codes;
use guildhall_model::id::{ChannelTemplateId, TeamId};
use guildhall_model::project::{ChannelTemplate, TEMPLATES_PER_TEAM_MAX, TemplateContent};

use crate::entity::{Entity, entity};
use crate::{Column, DecodeError, Granted, Reader, Row, Statement, Unchecked, Value, Write, params};

entity!(ChannelTemplate, "channel_templates", [id, team_id, creator_id, create_at, update_at, name, description, content]);

/// Stored as JSON.
impl Column for TemplateContent {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        serde_json::from_str(row.str(index)?).map_err(|error| DecodeError::new(index, error))
    }
}

impl From<TemplateContent> for Value {
    fn from(content: TemplateContent) -> Self {
        // Texts, numbers and ids under names always serialise.
        Self::Text(serde_json::to_string(&content).unwrap_or_default())
    }
}

pub async fn get(db: &Reader, id: ChannelTemplateId) -> Result<Unchecked<Option<ChannelTemplate>>> {
    db.optional(ChannelTemplate::select("WHERE id = ?"), params![id]).await.map(Unchecked::new)
}

/// Those of the team, by name.
pub async fn of_team(db: &Reader, team: Granted<TeamId>) -> Result<Vec<ChannelTemplate>> {
    let tail = "WHERE team_id = ? ORDER BY LOWER(name), id LIMIT ?";
    db.all(ChannelTemplate::select(tail), params![team, TEMPLATES_PER_TEAM_MAX]).await
}

pub fn insert(team: Granted<TeamId, Write>, template: &ChannelTemplate) -> Statement {
    template.insert().bind_column(ChannelTemplate::COLUMNS, "team_id", team).on_duplicate(codes::TEMPLATE_NAME_TAKEN)
}

/// Writes what people set. The batch fails if the template is gone.
pub fn update(team: Granted<TeamId, Write>, template: &ChannelTemplate) -> Statement {
    let sql = "UPDATE channel_templates SET update_at = ?, name = ?, description = ?, content = ? WHERE id = ? AND team_id = ?";
    let values = params![template.update_at, &template.name, &template.description, template.content.clone(), template.id, team];
    Statement::new(sql, values).expect_rows(1).or(codes::TEMPLATE_NOT_FOUND).on_duplicate(codes::TEMPLATE_NAME_TAKEN)
}

/// The batch fails if it is gone.
pub fn delete(team: Granted<TeamId, Write>, id: ChannelTemplateId) -> Statement {
    let sql = "DELETE FROM channel_templates WHERE id = ? AND team_id = ?";
    Statement::new(sql, params![id, team]).expect_rows(1).or(codes::TEMPLATE_NOT_FOUND)
}
