//! Creating, changing and deleting custom commands.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{CommandId, TeamId};
use guildhall_model::integration::Command;
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Statement, commands};

use super::{TRIGGER_CHARS_MAX, builtin};
use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::commands::Commands;

const NO_EVENTS_REASON: &str = "clients load commands when they need them";

/// The fields of a custom command that users choose.
#[derive(Debug, Clone, Default)]
pub struct CommandDraft {
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

impl CommandDraft {
    fn apply_to(self, command: Command) -> Result<Command> {
        let command = Command {
            trigger: self.trigger.to_lowercase(),
            method: self.method,
            url: self.url,
            username: self.username,
            icon_url: self.icon_url,
            auto_complete: self.auto_complete,
            auto_complete_desc: self.auto_complete_desc,
            auto_complete_hint: self.auto_complete_hint,
            display_name: self.display_name,
            description: self.description,
            ..command
        };
        check(&command)?;
        Ok(command)
    }
}

impl Commands<'_> {
    #[boxed]
    pub async fn create_command(&self, actor: &Actor, team: TeamId, draft: CommandDraft) -> Result<Command> {
        self.require_slash_commands()?;
        let grant = self.access.team(actor, team, Permission::ManageOwnSlashCommands).await?;
        let now = self.clock.now();
        let blank = Command {
            id: self.ids.next(),
            token: self.secrets.generate_token().expose().to_owned(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            creator_id: actor.user_id,
            team_id: team,
            trigger: String::new(),
            method: String::new(),
            username: String::new(),
            icon_url: String::new(),
            auto_complete: false,
            auto_complete_desc: String::new(),
            auto_complete_hint: String::new(),
            display_name: String::new(),
            description: String::new(),
            url: String::new(),
            last_error: String::new(),
        };
        let command = draft.apply_to(blank)?;
        let mut statements = vec![commands::insert(grant.write_id(), &command)];
        let max = self.settings().quotas.commands_per_user;
        statements.extend(usage::guard(Counted::CommandsOf(actor.user_id), max, codes::COMMANDS_TOO_MANY_OF_USER));
        statements.extend(guard_commands_in(team));
        self.write_command(&grant, statements, "commands.create", &command).await?;
        Ok(command)
    }

    #[boxed]
    pub async fn command(&self, actor: &Actor, id: CommandId) -> Result<Command> {
        Ok(self.managed_command(actor, id).await?.0)
    }

    #[boxed]
    pub async fn update_command(&self, actor: &Actor, id: CommandId, team: Option<TeamId>, draft: CommandDraft) -> Result<Command> {
        let (old, grant) = self.managed_command(actor, id).await?;
        if team.is_some_and(|team| team != old.team_id) {
            return Err(codes::COMMAND_TEAM_MISMATCH.into());
        }
        let old_update_at = old.update_at;
        let command = draft.apply_to(Command { update_at: self.now_after(old_update_at), ..old })?;
        let update = commands::update(grant.write_id(), &command, old_update_at);
        self.write_command(&grant, vec![update], "commands.update", &command).await?;
        Ok(command)
    }

    #[boxed]
    pub async fn move_command(&self, actor: &Actor, id: CommandId, to: TeamId) -> Result<()> {
        let target = self.access.team(actor, to, Permission::ManageOwnSlashCommands).await?;
        let (old, _) = self.managed_command(actor, id).await?;
        let command = Command { team_id: target.team.id, update_at: self.now_after(old.update_at), ..old.clone() };
        let mut statements = vec![commands::update(target.write_id(), &command, old.update_at)];
        statements.extend(guard_commands_in(to));
        self.write_command(&target, statements, "commands.move", &command).await
    }

    #[boxed]
    pub async fn regenerate_command_token(&self, actor: &Actor, id: CommandId) -> Result<String> {
        let (old, grant) = self.managed_command(actor, id).await?;
        let token = self.secrets.generate_token().expose().to_owned();
        let command = Command { token, update_at: self.now_after(old.update_at), ..old.clone() };
        let statement = commands::update(grant.write_id(), &command, old.update_at);
        self.write_command(&grant, vec![statement], "commands.regenerate_token", &command).await?;
        Ok(command.token)
    }

    #[boxed]
    pub async fn delete_command(&self, actor: &Actor, id: CommandId) -> Result<()> {
        let (command, grant) = self.managed_command(actor, id).await?;
        self.write_command(&grant, vec![commands::delete(grant.write_id(), id, self.clock.now())], "commands.delete", &command).await
    }

    /// A command that the actor may manage, with a grant for its team; not found for users that are not in the team.
    async fn managed_command(&self, actor: &Actor, id: CommandId) -> Result<(Command, Writing<TeamGrant>)> {
        self.require_slash_commands()?;
        let system_grant = self.access.system("the team of the command is looked up before the check");
        let command = commands::get(self.access.read(&system_grant), id).await?;
        let command = self.access.open(&system_grant, command).ok_or(codes::COMMAND_NOT_FOUND)?;
        let team_grant = self.access.team_to_read(actor, command.team_id, Permission::ViewTeam).await;
        let team = team_grant.map_err(|_| codes::COMMAND_NOT_FOUND)?.team.id;
        let is_own = command.creator_id == actor.user_id;
        let needed = if is_own { Permission::ManageOwnSlashCommands } else { Permission::ManageOthersSlashCommands };
        let grant = self.access.team(actor, team, needed).await?;
        Ok((command, grant))
    }

    async fn write_command(
        &self,
        grant: &Writing<TeamGrant>,
        statements: Vec<Statement>,
        action: &'static str,
        command: &Command,
    ) -> Result<()> {
        let mut write = self.access.write(grant, action);
        write.extend(statements);
        write.detail("command_id", command.id);
        write.detail("trigger", &command.trigger);
        write.commit(Events::none(NO_EVENTS_REASON)).await
    }
}

/// Fails the batch where the team has too many commands.
fn guard_commands_in(team: TeamId) -> [Statement; 2] {
    usage::guard(Counted::CommandsIn(team), super::COMMANDS_PER_TEAM_MAX, codes::COMMANDS_TOO_MANY)
}

fn check(command: &Command) -> Result<()> {
    let trigger = &command.trigger;
    let is_one_word = !trigger.starts_with('/') && !trigger.contains(|c: char| c.is_whitespace() || c.is_control());
    if trigger.is_empty() || !is_one_word || trigger.chars().count() > TRIGGER_CHARS_MAX {
        return Err(codes::COMMAND_TRIGGER_INVALID.with("max", TRIGGER_CHARS_MAX));
    }
    if builtin::find(trigger).is_some() {
        return Err(codes::COMMAND_TRIGGER_TAKEN.into());
    }
    if !crate::webhooks::is_http_url(&command.url) {
        return Err(codes::COMMAND_URL_INVALID.into());
    }
    if !["P", "G"].contains(&command.method.as_str()) {
        return Err(codes::COMMAND_METHOD_INVALID.into());
    }
    let texts = [
        ("display name", &command.display_name, 64),
        ("description", &command.description, 128),
        ("username", &command.username, 64),
        ("icon's address", &command.icon_url, 1024),
        ("hint", &command.auto_complete_hint, 1024),
        ("autocomplete description", &command.auto_complete_desc, 1024),
    ];
    match texts.into_iter().find(|(_, text, max)| text.chars().count() > *max) {
        Some((name, ..)) => Err(codes::COMMAND_TEXT_INVALID.with("name", name)),
        None => Ok(()),
    }
}
