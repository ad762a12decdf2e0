//! Executing a command: dispatch to a built-in or custom command, and delivery of the response.

use guildhall_model::codes::{channels, context, integrations as codes, posts};
use guildhall_model::id::{ChannelId, PostId, TeamId};
use guildhall_model::post::{MESSAGE_CHARS_MAX, PostProps};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Error, Kind, Permission, Result};
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
        if args.command.chars().count() > MESSAGE_CHARS_MAX {
            return Err(posts::MESSAGE_TOO_LONG.with("limit", MESSAGE_CHARS_MAX));
        }
        let grant = self.access.channel(actor, args.channel_id, Permission::CreatePost).await?;
        if !self.access.has_channel_permission(actor, &grant, Permission::UseSlashCommands) {
            return Err(context::PERMISSIONS.into());
        }
        if grant.channel.is_archived() {
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
        command: &guildhall_model::integration::Command,
        mut response: CommandResponse,
    ) -> Result<CommandResponse> {
        let extra_responses = std::mem::take(&mut response.extra_responses);
        let actor = Actor { auth_method: AuthMethod::Integration, ..actor.clone() };
        for response in std::iter::once(&response).chain(extra_responses.iter().take(EXTRA_RESPONSES_MAX)) {
            self.deliver_one(&actor, grant, root, command, response).await?;
        }
        response.extra_responses = extra_responses;
        Ok(response)
    }

    async fn deliver_one(
        &self,
        actor: &Actor,
        grant: &ChannelGrant,
        root: Option<PostId>,
        command: &guildhall_model::integration::Command,
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
            let props = crate::posts::props::sanitize(post.props, actor)?;
            self.posts().send_ephemeral(grant, actor.user_id, actor.user_id, post.message, root_id, props).await;
        }
        Ok(())
    }
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
