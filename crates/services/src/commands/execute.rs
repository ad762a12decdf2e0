//! Executing a command: dispatch to a built-in or custom command, and delivery of the response.

use guildhall_model::codes::{channels, context, integrations as codes, posts};
use guildhall_model::id::{ChannelId, PostId, TeamId};
use guildhall_model::integration::Command;
use guildhall_model::post::PostProps;
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Error, Events, Kind, Permission, Result};
use guildhall_storage::commands;
use serde_json::Value;

use super::builtin::{self, Call};
use super::response::{CommandResponse, ResponseKind};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::commands::Commands;
use crate::posts::NewPost;
use crate::webhooks::{self, IntegrationMessage};

/// Most `extra_responses` of one response that are delivered; the rest is ignored.
const EXTRA_RESPONSES_MAX: usize = 10;

/// A command line and where it was entered.
#[derive(Debug, Clone)]
pub struct CommandArgs {
    pub channel_id: ChannelId,
    /// The team that is selected in the client; used in direct and group channels, which have no team.
    pub team_id: Option<TeamId>,
    pub root_id: Option<PostId>,
    /// The whole line, with the slash.
    pub command: String,
}

impl CommandArgs {
    /// The trigger in lower case, and the arguments.
    fn split(&self) -> Option<(String, &str)> {
        let line = self.command.strip_prefix('/').filter(|line| !line.trim().is_empty())?;
        let (trigger, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Some((trigger.to_lowercase(), arguments.trim()))
    }
}

impl Commands<'_> {
    #[boxed]
    pub async fn execute_command(&self, actor: &Actor, args: CommandArgs) -> Result<CommandResponse> {
        let (trigger, arguments) = args.split().ok_or_else(|| context::INVALID_PARAM.with("name", "command"))?;
        let chars_max = self.settings().posts.max_message_chars();
        if args.command.chars().count() > chars_max {
            return Err(posts::MESSAGE_TOO_LONG.with("limit", chars_max));
        }
        let grant = self.access.channel(actor, args.channel_id, Permission::CreatePost).await?;
        if !self.access.has_channel_permission(actor, &grant, Permission::UseSlashCommands) {
            return Err(context::PERMISSIONS.into());
        }
        if grant.is_archived() {
            return Err(channels::ARCHIVED.into());
        }
        let team_grant = match grant.channel.team_id.or(args.team_id) {
            Some(team) => Some(self.access.team_to_read(actor, team, Permission::ViewTeam).await?),
            None => None,
        };
        let team = team_grant.as_ref().map(|team_grant| &team_grant.team);
        let call = Call { commands: *self, actor, grant: &grant, team, arguments, trigger: &trigger };
        if let Some(command) = builtin::find(&trigger) {
            let response = match (command.run)(&call).await {
                Err(error) if is_user_error(&error) => CommandResponse::ephemeral(error.message()),
                result => result?,
            };
            return self.deliver_builtin(actor, &grant, args.root_id, response).await;
        }
        let unknown = || codes::COMMAND_UNKNOWN.with("trigger", &trigger);
        let team_grant = team_grant.as_ref().filter(|_| self.settings().integrations.slash_commands).ok_or_else(unknown)?;
        let command = commands::by_trigger(self.access.read(team_grant), team_grant.id(), &trigger).await?.ok_or_else(unknown)?;
        self.check_command_owner(&command).await.map_err(|error| hide_owner(error, &trigger))?;
        let response = self.call_custom_command(actor, &grant, &team_grant.team, &command, &args, arguments).await?;
        self.deliver_custom(actor, &grant, args.root_id, &command, response).await
    }

    /// Delivers the response of a built-in command.
    async fn deliver_builtin(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        root: Option<PostId>,
        response: CommandResponse,
    ) -> Result<CommandResponse> {
        match response.response_type {
            ResponseKind::None => {}
            ResponseKind::Ephemeral => {
                self.posts().send_ephemeral(grant, actor.user_id, actor.user_id, response.text.clone(), root, PostProps::default()).await;
            }
            ResponseKind::InChannel => {
                let post = NewPost {
                    root_id: root,
                    kind: response.kind.clone(),
                    props: response.props.clone().unwrap_or_default(),
                    ..NewPost::new(grant.channel.id, response.text.clone())
                };
                self.posts().create_post(actor, post).await?;
            }
        }
        Ok(response)
    }

    /// Delivers the response of a custom command, as posts of the actor that are marked as from an integration.
    pub(super) async fn deliver_custom(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        root: Option<PostId>,
        command: &Command,
        response: CommandResponse,
    ) -> Result<CommandResponse> {
        let response = with_safe_locations(response);
        let actor = Actor { auth_method: AuthMethod::Integration, ..actor.clone() };
        for response in std::iter::once(&response).chain(response.extra_responses.iter().take(EXTRA_RESPONSES_MAX)) {
            self.deliver_one(&actor, grant, root, command, response).await?;
        }
        Ok(response)
    }

    async fn deliver_one(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        root: Option<PostId>,
        command: &Command,
        response: &CommandResponse,
    ) -> Result<()> {
        let attachments: Vec<Value> = response.attachments.iter().flatten().filter(|attachment| attachment.is_object()).cloned().collect();
        if response.text.is_empty() && attachments.is_empty() {
            return Ok(());
        }
        let kind = match response.kind.as_str() {
            "" if !attachments.is_empty() => webhooks::SLACK_ATTACHMENT,
            kind => kind,
        };
        let message = IntegrationMessage {
            text: response.text.clone(),
            is_markdown: response.skip_slack_parsing,
            attachments,
            props: response.props.clone().unwrap_or_default(),
            kind: kind.to_owned(),
            username: webhooks::or(&command.username, &response.username).to_owned(),
            icon_url: webhooks::or(&command.icon_url, &response.icon_url).to_owned(),
            ..IntegrationMessage::default()
        };
        let other_channel = response.channel_id.filter(|channel| *channel != grant.channel.id);
        if let Some(channel) = other_channel {
            self.check_redirection(actor, command, channel).await?;
        }
        let root_id = root.filter(|_| other_channel.is_none());
        let channel = other_channel.unwrap_or(grant.channel.id);
        let posts = webhooks::build_posts(self, message, command.team_id, channel).await?;
        if response.response_type == ResponseKind::InChannel {
            for post in posts {
                self.posts().create_post(actor, NewPost { root_id, ..post }).await?;
            }
            return Ok(());
        }
        let other_grant = match other_channel {
            Some(channel) => Some(self.access.channel(actor, channel, Permission::CreatePost).await?),
            None => None,
        };
        let grant = other_grant.as_deref().unwrap_or(grant);
        for post in posts {
            let props = crate::posts::props::sanitize(post.props, actor, &*self.ids)?;
            self.posts().send_ephemeral(grant, actor.user_id, actor.user_id, post.message, root_id, props).await;
        }
        Ok(())
    }
}

impl Commands<'_> {
    /// Whether the command may still be used: its creator may have such commands. Stores why not, for those who manage it.
    pub(super) async fn check_command_owner(&self, command: &Command) -> Result<Actor> {
        let result = self.access.integration_actor(command).await;
        let error = match &result {
            Ok(_) => String::new(),
            Err(error) if error.code.kind == Kind::Forbidden => error.message(),
            Err(_) => return result,
        };
        if command.last_error != error {
            let grant = self.access.system("the result of a command is stored for those who manage it");
            let mut write = self.access.write(&grant, "commands.note_result");
            write.push(commands::set_error(grant.write_server(), command.id, &error));
            write.commit(Events::none("clients load commands when they need them")).await?;
        }
        result
    }

    /// A response may choose another channel of the command's team, where both the user and the command's owner may post.
    async fn check_redirection(&self, actor: &Actor, command: &Command, channel: ChannelId) -> Result<()> {
        let owner = self.access.integration_actor(command).await?;
        let grant = self.access.channel(actor, channel, Permission::CreatePost).await?;
        if self.access.may_redirect_to(&owner, command.team_id, &grant.channel).await? { Ok(()) } else { Err(context::PERMISSIONS.into()) }
    }
}

fn with_safe_locations(response: CommandResponse) -> CommandResponse {
    CommandResponse {
        goto_location: safe_location(&response.goto_location),
        extra_responses: response.extra_responses.into_iter().map(with_safe_locations).collect(),
        ..response
    }
}

/// The address that clients open after the command: an absolute one with http(s), or a path of this site. Everything else is
/// dropped, because it could be a script or the address of another site in disguise.
fn safe_location(location: &str) -> String {
    let location = location.trim();
    // Browsers drop line breaks and tabs within addresses, and read a backslash as a slash.
    let is_plain = !location.chars().any(|c| c.is_control() || c == '\\');
    let is_own_path = location.starts_with('/') && !location.starts_with("//");
    if is_plain && (is_own_path || webhooks::is_http_url(location)) { location.to_owned() } else { String::new() }
}

/// Users of the command only learn that it failed; the reason is for those who manage it.
fn hide_owner(error: Error, trigger: &str) -> Error {
    if error.code.kind == Kind::Forbidden { codes::COMMAND_OWNER.with("trigger", trigger).with_source(error) } else { error }
}

/// Errors of the request, which are shown to the user as an ephemeral response.
fn is_user_error(error: &Error) -> bool {
    matches!(error.code.kind, Kind::BadRequest | Kind::Forbidden | Kind::NotFound | Kind::Conflict | Kind::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(command: &str) -> CommandArgs {
        CommandArgs { channel_id: ChannelId::from_bytes([0; 16]), team_id: None, root_id: None, command: command.to_owned() }
    }

    #[test]
    fn only_web_addresses_and_own_paths_are_opened() {
        for location in ["/builders/channels/town-square", "https://ci.example/7?a=b#c", "http://ci.example", "/"] {
            assert_eq!(safe_location(location), location);
        }
        let rejected = [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "https:",
            "https://",
            "mailto:a@example.com",
            "channels/x",
            "vbscript:x",
            "blob:x",
            "file:///etc/passwd",
        ];
        for location in rejected {
            assert_eq!(safe_location(location), "", "{location:?}");
        }
        assert_eq!(safe_location(" /x\n"), "/x");
    }

    #[test]
    fn a_command_line_is_a_slash_a_trigger_and_arguments() {
        assert_eq!(args("/Me  waves at\nall ").split(), Some(("me".to_owned(), "waves at\nall")));
        assert_eq!(args("/me").split(), Some(("me".to_owned(), "")));
        assert_eq!(args("/me\u{a0}ž").split(), Some(("me".to_owned(), "ž")));
        for line in ["", "/", "/ ", "me", " /me"] {
            assert_eq!(args(line).split(), None, "{line}");
        }
        assert_eq!(args("/ me").split(), Some((String::new(), "me")));
    }
}
