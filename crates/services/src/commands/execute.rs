//! Somebody gives a command: which one it is, who runs it, and where its answer goes.

use guildhall_model::codes::{channels, context, integrations as codes, posts};
use guildhall_model::id::{ChannelId, PostId, TeamId};
use guildhall_model::post::{MESSAGE_CHARS_MAX, PostProps};
use guildhall_model::user::Via;
use guildhall_model::{Actor, Error, Kind, Permission, Result};
use guildhall_storage::commands;
use serde_json::{Map, Value};

use super::answer::{CommandAnswer, ResponseKind};
use super::builtin::{self, Call};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::commands::Commands;
use crate::posts::NewPost;
use crate::webhooks;

/// Further answers that one answer may bring.
const EXTRA_RESPONSES_MAX: usize = 10;

/// A command as it was typed, and where.
#[derive(Debug, Clone)]
pub struct CommandArgs {
    pub channel_id: ChannelId,
    /// The team on the screen; matters in direct and group channels, which have none.
    pub team_id: Option<TeamId>,
    pub root_id: Option<PostId>,
    /// With its slash.
    pub command: String,
}

impl CommandArgs {
    /// The trigger in lower case, and what follows it.
    fn split(&self) -> Option<(String, &str)> {
        let line = self.command.strip_prefix('/').filter(|line| !line.trim().is_empty())?;
        let (trigger, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Some((trigger.to_lowercase(), rest.trim()))
    }
}

impl Commands<'_> {
    #[boxed]
    pub async fn execute_command(&self, actor: &Actor, args: CommandArgs) -> Result<CommandAnswer> {
        let (trigger, rest) = args.split().ok_or_else(|| context::INVALID_PARAM.with("name", "command"))?;
        if args.command.chars().count() > MESSAGE_CHARS_MAX {
            return Err(posts::MESSAGE_TOO_LONG.with("limit", MESSAGE_CHARS_MAX));
        }
        let on = self.access.channel(actor, args.channel_id, Permission::CreatePost).await?;
        if !self.access.also_in_channel(actor, &on, Permission::UseSlashCommands) {
            return Err(context::PERMISSIONS.into());
        }
        if on.channel.is_archived() {
            return Err(channels::ARCHIVED.into());
        }
        let team = match on.channel.team_id.or(args.team_id) {
            Some(team) => Some(self.access.team_to_read(actor, team, Permission::ViewTeam).await?),
            None => None,
        };
        let call = Call { commands: *self, actor, on: &on, team: team.as_ref().map(|on| &on.team), rest, trigger: &trigger };
        if let Some(command) = builtin::find(&trigger) {
            let answer = match (command.run)(&call).await {
                Err(error) if is_for_people(&error) => CommandAnswer::told(error.message()),
                outcome => outcome?,
            };
            return self.deliver(actor, &on, args.root_id, answer).await;
        }
        let unknown = || codes::COMMAND_UNKNOWN.with("trigger", &trigger);
        let in_team = team.as_ref().filter(|_| self.settings().integrations.slash_commands).ok_or_else(unknown)?;
        let command = commands::by_trigger(self.access.read(in_team), in_team.id(), &trigger).await?.ok_or_else(unknown)?;
        let answer = self.call_command(actor, &on, &in_team.team, &command, &args, rest).await?;
        self.deliver_from_outside(actor, &on, args.root_id, &command, answer).await
    }

    /// What the server itself answers.
    async fn deliver(&self, actor: &Actor, on: &ChannelGrant, root: Option<PostId>, answer: CommandAnswer) -> Result<CommandAnswer> {
        match answer.response_type {
            ResponseKind::None => {}
            ResponseKind::Ephemeral => {
                self.posts().tell(on, actor.user_id, actor.user_id, answer.text.clone(), root, PostProps::default()).await;
            }
            ResponseKind::InChannel => {
                let post = NewPost {
                    root_id: root,
                    kind: answer.kind.clone(),
                    props: answer.props.clone().unwrap_or_default(),
                    ..NewPost::new(on.channel.id, answer.text.clone())
                };
                self.posts().create_post(actor, post).await?;
            }
        }
        Ok(answer)
    }

    /// What another server answered, in the person's name and marked as not theirs.
    pub(super) async fn deliver_from_outside(
        &self,
        actor: &Actor,
        on: &ChannelGrant,
        root: Option<PostId>,
        command: &guildhall_model::integration::Command,
        mut answer: CommandAnswer,
    ) -> Result<CommandAnswer> {
        let extra = std::mem::take(&mut answer.extra_responses);
        let actor = Actor { via: Via::Integration, ..actor.clone() };
        for one in std::iter::once(&answer).chain(extra.iter().take(EXTRA_RESPONSES_MAX)) {
            self.deliver_one(&actor, on, root, command, one).await?;
        }
        answer.extra_responses = extra;
        Ok(answer)
    }

    async fn deliver_one(
        &self,
        actor: &Actor,
        on: &ChannelGrant,
        root: Option<PostId>,
        command: &guildhall_model::integration::Command,
        answer: &CommandAnswer,
    ) -> Result<()> {
        let attachments: Vec<Value> = answer.attachments.iter().flatten().filter(|one| one.is_object()).cloned().collect();
        if answer.text.is_empty() && attachments.is_empty() {
            return Ok(());
        }
        let text = if answer.skip_slack_parsing { answer.text.clone() } else { webhooks::readable(&answer.text) };
        let rules = &self.settings().integrations;
        let username = webhooks::or(&command.username, &answer.username);
        let icon_url = webhooks::or(&command.icon_url, &answer.icon_url);
        let mut props: Map<String, Value> = webhooks::signed(answer.props.clone().unwrap_or_default(), rules, username, icon_url, "");
        let has_attachments = !attachments.is_empty();
        if has_attachments {
            props.insert("attachments".to_owned(), attachments.into_iter().map(webhooks::readable_attachment).collect());
        }
        let elsewhere = answer.channel_id.filter(|channel| *channel != on.channel.id);
        let channel = elsewhere.unwrap_or(on.channel.id);
        let root_id = root.filter(|_| elsewhere.is_none());
        if answer.response_type == ResponseKind::InChannel {
            let kind = if answer.kind.is_empty() && has_attachments { "slack_attachment".to_owned() } else { answer.kind.clone() };
            let post = NewPost { root_id, kind, props, ..NewPost::new(channel, text) };
            self.posts().create_post(actor, post).await?;
            return Ok(());
        }
        let props = PostProps::new(props)?;
        match elsewhere {
            Some(channel) => {
                let on = self.access.channel(actor, channel, Permission::CreatePost).await?;
                self.posts().tell(&on, actor.user_id, actor.user_id, text, root_id, props).await;
            }
            None => drop(self.posts().tell(on, actor.user_id, actor.user_id, text, root_id, props).await),
        }
        Ok(())
    }
}

/// What the twin of a command in the API refuses, a person reads in the channel.
fn is_for_people(error: &Error) -> bool {
    matches!(error.code.kind, Kind::BadRequest | Kind::Forbidden | Kind::NotFound | Kind::Conflict | Kind::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(command: &str) -> CommandArgs {
        CommandArgs { channel_id: ChannelId::from_bytes([0; 16]), team_id: None, root_id: None, command: command.to_owned() }
    }

    #[test]
    fn a_command_is_a_slash_a_trigger_and_the_rest() {
        assert_eq!(args("/Me  waves at\nall ").split(), Some(("me".to_owned(), "waves at\nall")));
        assert_eq!(args("/me").split(), Some(("me".to_owned(), "")));
        assert_eq!(args("/me\u{a0}ž").split(), Some(("me".to_owned(), "ž")));
        for none in ["", "/", "/ ", "me", " /me"] {
            assert_eq!(args(none).split(), None, "{none}");
        }
        assert_eq!(args("/ me").split(), Some((String::new(), "me")));
    }
}
