//! Which commands there are: for people who type, and for those who manage them.

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
    /// What only its managers may know (token, address) is empty where it is shown to others.
    Custom(Box<Command>),
}

/// What may follow what somebody has typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub trigger: String,
    pub hint: String,
    pub description: String,
}

impl Commands<'_> {
    #[boxed]
    pub async fn commands(&self, actor: &Actor, team: TeamId, custom_only: bool) -> Result<Vec<ListedCommand>> {
        self.slash_commands_are_on()?;
        if custom_only {
            let on = self.access.team(actor, team, Permission::ManageOwnSlashCommands).await?;
            return self.managed_commands(actor, &on).await;
        }
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let mut listed = built_in();
        if self.access.also_in_team(actor, &on, Permission::ManageOwnSlashCommands) {
            listed.extend(self.managed_commands(actor, &on).await?);
        } else {
            listed.extend(self.offered_commands(&on).await?);
        }
        Ok(listed)
    }

    /// What a client offers while somebody types.
    #[boxed]
    pub async fn autocomplete_commands(&self, actor: &Actor, team: TeamId) -> Result<Vec<ListedCommand>> {
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let mut listed = built_in();
        if self.settings().integrations.slash_commands {
            listed.extend(self.offered_commands(&on).await?);
        }
        Ok(listed)
    }

    #[boxed]
    pub async fn command_suggestions(&self, actor: &Actor, team: TeamId, typed: &str) -> Result<Vec<Suggestion>> {
        let listed = self.autocomplete_commands(actor, team).await?;
        let typed = typed.strip_prefix('/').unwrap_or(typed).to_lowercase();
        if typed.chars().count() > TRIGGER_CHARS_MAX {
            return Ok(Vec::new());
        }
        let mut found: Vec<Suggestion> = listed.into_iter().map(Suggestion::from).filter(|one| one.trigger.starts_with(&typed)).collect();
        found.sort_by(|a, b| a.trigger.cmp(&b.trigger));
        Ok(found)
    }

    async fn managed_commands(&self, actor: &Actor, on: &TeamGrant) -> Result<Vec<ListedCommand>> {
        let sees_all = self.access.also_in_team(actor, on, Permission::ManageOthersSlashCommands);
        let creator = (!sees_all).then_some(actor.user_id);
        let found = commands::of_team(self.access.read(on), on.id(), creator, COMMANDS_PER_TEAM_MAX).await?;
        Ok(found.into_iter().map(|command| ListedCommand::Custom(Box::new(command))).collect())
    }

    async fn offered_commands(&self, on: &TeamGrant) -> Result<Vec<ListedCommand>> {
        let found = commands::of_team(self.access.read(on), on.id(), None, COMMANDS_PER_TEAM_MAX).await?;
        let offered = found.into_iter().filter(|command| command.auto_complete);
        let public = offered.map(|command| Command {
            token: String::new(),
            method: String::new(),
            username: String::new(),
            icon_url: String::new(),
            url: String::new(),
            ..command
        });
        Ok(public.map(|command| ListedCommand::Custom(Box::new(command))).collect())
    }

    pub(super) fn slash_commands_are_on(&self) -> Result<()> {
        if self.settings().integrations.slash_commands { Ok(()) } else { Err(codes::COMMANDS_DISABLED.into()) }
    }
}

fn built_in() -> Vec<ListedCommand> {
    let listed = |command: &builtin::BuiltIn| ListedCommand::BuiltIn {
        trigger: command.trigger,
        display_name: command.display_name,
        hint: command.hint,
        description: command.description,
    };
    builtin::ALL.iter().map(listed).collect()
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
