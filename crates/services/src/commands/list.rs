//! Lists of commands: for autocompletion, and for managing custom commands.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::TeamId;
use guildhall_model::integration::Command;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::commands;

use super::builtin;
use super::{COMMANDS_PER_TEAM_MAX, TRIGGER_CHARS_MAX};
use crate::access::TeamGrant;
use crate::boxed;
use crate::commands::Commands;

/// A command in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListedCommand {
    BuiltIn {
        trigger: &'static str,
        display_name: &'static str,
        hint: &'static str,
        description: &'static str,
    },
    /// Secrets (token, URL) are empty unless the actor may manage the command.
    Custom(Box<Command>),
}

/// A command whose trigger begins with the text that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub trigger: String,
    pub hint: String,
    pub description: String,
}

impl Commands<'_> {
    #[boxed]
    pub async fn commands(&self, actor: &Actor, team: TeamId, custom_only: bool) -> Result<Vec<ListedCommand>> {
        self.require_slash_commands()?;
        if custom_only {
            let grant = self.access.team(actor, team, Permission::ManageOwnSlashCommands).await?;
            return self.managed_commands(actor, &grant).await;
        }
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let mut listed = built_in();
        if self.access.has_team_permission(actor, &grant, Permission::ManageOwnSlashCommands) {
            listed.extend(self.managed_commands(actor, &grant).await?);
        } else {
            listed.extend(self.autocomplete_custom_commands(&grant).await?);
        }
        Ok(listed)
    }

    /// All commands with autocompletion.
    #[boxed]
    pub async fn autocomplete_commands(&self, actor: &Actor, team: TeamId) -> Result<Vec<ListedCommand>> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let mut listed = built_in();
        if self.settings().integrations.slash_commands {
            listed.extend(self.autocomplete_custom_commands(&grant).await?);
        }
        Ok(listed)
    }

    #[boxed]
    pub async fn command_suggestions(&self, actor: &Actor, team: TeamId, input: &str) -> Result<Vec<Suggestion>> {
        let listed = self.autocomplete_commands(actor, team).await?;
        let input = input.strip_prefix('/').unwrap_or(input).to_lowercase();
        if input.chars().count() > TRIGGER_CHARS_MAX {
            return Ok(Vec::new());
        }
        let suggestions = listed.into_iter().map(Suggestion::from);
        let mut matches: Vec<Suggestion> = suggestions.filter(|suggestion| suggestion.trigger.starts_with(&input)).collect();
        matches.sort_by(|a, b| a.trigger.cmp(&b.trigger));
        Ok(matches)
    }

    async fn managed_commands(&self, actor: &Actor, grant: &TeamGrant) -> Result<Vec<ListedCommand>> {
        let may_see_all = self.access.has_team_permission(actor, grant, Permission::ManageOthersSlashCommands);
        let creator = (!may_see_all).then_some(actor.user_id);
        let custom = commands::of_team(self.access.read(grant), grant.id(), creator, COMMANDS_PER_TEAM_MAX).await?;
        Ok(custom.into_iter().map(|command| ListedCommand::Custom(Box::new(command))).collect())
    }

    async fn autocomplete_custom_commands(&self, grant: &TeamGrant) -> Result<Vec<ListedCommand>> {
        let custom = commands::of_team(self.access.read(grant), grant.id(), None, COMMANDS_PER_TEAM_MAX).await?;
        let autocompleted = custom.into_iter().filter(|command| command.auto_complete);
        let without_secrets = autocompleted.map(|command| Command {
            token: String::new(),
            method: String::new(),
            username: String::new(),
            icon_url: String::new(),
            url: String::new(),
            last_error: String::new(),
            ..command
        });
        Ok(without_secrets.map(|command| ListedCommand::Custom(Box::new(command))).collect())
    }

    pub(super) fn require_slash_commands(&self) -> Result<()> {
        if self.settings().integrations.slash_commands { Ok(()) } else { Err(codes::COMMANDS_DISABLED.into()) }
    }
}

fn built_in() -> Vec<ListedCommand> {
    let to_listed = |command: &builtin::BuiltIn| ListedCommand::BuiltIn {
        trigger: command.trigger,
        display_name: command.display_name,
        hint: command.hint,
        description: command.description,
    };
    builtin::ALL.iter().map(to_listed).collect()
}

impl From<ListedCommand> for Suggestion {
    fn from(listed: ListedCommand) -> Self {
        match listed {
            ListedCommand::BuiltIn { trigger, hint, description, .. } => {
                Self { trigger: trigger.to_owned(), hint: hint.to_owned(), description: description.to_owned() }
            }
            ListedCommand::Custom(command) => {
                Self { trigger: command.trigger, hint: command.auto_complete_hint, description: command.auto_complete_desc }
            }
        }
    }
}
