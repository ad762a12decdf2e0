//! A built-in command being run: who gave it, where, and what they said.

use guildhall_model::codes::channels;
use guildhall_model::team::Team;
use guildhall_model::user::{Presence, User};
use guildhall_model::{Actor, Millis, Result};

use crate::access::ChannelGrant;
use crate::boxed;
use crate::channels::ChannelPatch;
use crate::commands::Commands;
use crate::commands::answer::CommandAnswer;

pub struct Call<'a> {
    pub commands: Commands<'a>,
    pub actor: &'a Actor,
    pub on: &'a ChannelGrant,
    /// The channel's, or the one on the screen.
    pub team: Option<&'a Team>,
    /// As it was typed, in lower case.
    pub trigger: &'a str,
    /// What followed the trigger.
    pub rest: &'a str,
}

impl Call<'_> {
    /// Answers what is missing, where nothing follows the trigger.
    pub fn needs(&self, what: &str) -> Option<CommandAnswer> {
        self.rest.is_empty().then(|| CommandAnswer::told(format!("Please say {what} after /{}.", self.trigger)))
    }

    /// The first word, without the sign that people put before names, and what follows it.
    pub fn name_and_rest(&self) -> (&str, &str) {
        let (name, rest) = self.rest.split_once(char::is_whitespace).unwrap_or((self.rest, ""));
        (name.trim_start_matches(['@', '~', '#']), rest.trim())
    }

    #[boxed]
    pub async fn person(&self, name: &str) -> Result<User> {
        self.commands.users().user_by_username(self.actor, name.trim_start_matches('@')).await
    }

    #[boxed]
    pub async fn channel_named(&self, name: &str) -> Result<guildhall_model::channel::Channel> {
        let team = self.team.ok_or(channels::NOT_FOUND_BY_NAME)?;
        self.commands.channels().get_channel_by_name(self.actor, team.id, name.trim_start_matches(['~', '#']), false).await
    }

    /// An address within the web client.
    pub fn place(&self, rest: &str) -> String {
        self.team.map(|team| format!("/{}/{rest}", team.name)).unwrap_or_else(|| "/".to_owned())
    }

    #[boxed]
    pub async fn patch(&self, patch: ChannelPatch) -> Result<CommandAnswer> {
        self.commands.channels().patch_channel(self.actor, self.on.channel.id, patch).await?;
        Ok(CommandAnswer::default())
    }

    #[boxed]
    pub async fn set_presence(&self, presence: Presence, answer: &str) -> Result<CommandAnswer> {
        self.commands.statuses().set_status(self.actor, self.actor.user_id, presence, Millis::ZERO).await?;
        Ok(CommandAnswer::told(answer))
    }

    /// What clients do themselves before they ask the server.
    pub fn only_in_clients(&self) -> CommandAnswer {
        CommandAnswer::told(format!("/{} works in the web and desktop apps only.", self.trigger))
    }
}
