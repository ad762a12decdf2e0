//! Slash commands: their records, execution requests and responses.

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, PostId, TeamId};
use guildhall_model::integration as model;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::common::empty_is_none;

/// A command in a list; built-in commands have no ids and no times.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Command {
    pub id: String,
    pub token: String,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    pub creator_id: String,
    pub team_id: String,
    pub trigger: String,
    pub method: String,
    pub username: String,
    pub icon_url: String,
    pub auto_complete: bool,
    pub auto_complete_desc: String,
    pub auto_complete_hint: String,
    pub display_name: String,
    pub description: String,
    pub url: String,
    pub plugin_id: String,
    /// Why it was not executed at its last use. An addition of this server.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_error: String,
}

impl From<model::Command> for Command {
    fn from(command: model::Command) -> Self {
        Self {
            id: command.id.to_string(),
            token: command.token,
            create_at: command.create_at,
            update_at: command.update_at,
            delete_at: command.delete_at,
            creator_id: command.creator_id.to_string(),
            team_id: command.team_id.to_string(),
            trigger: command.trigger,
            method: command.method,
            username: command.username,
            icon_url: command.icon_url,
            auto_complete: command.auto_complete,
            auto_complete_desc: command.auto_complete_desc,
            auto_complete_hint: command.auto_complete_hint,
            display_name: command.display_name,
            description: command.description,
            url: command.url,
            plugin_id: String::new(),
            last_error: command.last_error,
        }
    }
}

/// A new command, or changes of an existing one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CommandRequest {
    pub id: String,
    #[serde(deserialize_with = "empty_is_none")]
    pub team_id: Option<TeamId>,
    pub trigger: String,
    pub method: String,
    pub url: String,
    pub username: String,
    pub icon_url: String,
    pub auto_complete: bool,
    pub auto_complete_desc: String,
    pub auto_complete_hint: String,
    pub display_name: String,
    pub description: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MoveCommand {
    pub team_id: TeamId,
}

#[derive(Debug, Clone, Serialize)]
pub struct Token {
    pub token: String,
}

/// A request to execute a command.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecuteCommand {
    pub channel_id: ChannelId,
    #[serde(default, deserialize_with = "empty_is_none")]
    pub team_id: Option<TeamId>,
    #[serde(default, deserialize_with = "empty_is_none")]
    pub root_id: Option<PostId>,
    #[serde(default)]
    pub command: String,
}

/// The response of a command.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CommandResponse {
    pub response_type: &'static str,
    pub text: String,
    pub username: String,
    pub channel_id: String,
    pub icon_url: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub props: Option<Map<String, Value>>,
    pub goto_location: String,
    pub trigger_id: String,
    pub skip_slack_parsing: bool,
    pub attachments: Option<Vec<Value>>,
    pub extra_responses: Option<Vec<CommandResponse>>,
}

/// An autocompletion of a partially typed command. The field names begin with a capital on the wire.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Suggestion {
    pub complete: String,
    pub suggestion: String,
    pub hint: String,
    pub description: String,
    pub icon_data: String,
}
