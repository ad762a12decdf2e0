//! The context of one execution of a built-in command, and helpers for commands.

use guildhall_model::codes::channels;
use guildhall_model::team::Team;
use guildhall_model::user::{Presence, User};
use guildhall_model::{Actor, Millis, Result};

use crate::access::ChannelGrant;
use crate::boxed;
use crate::channels::ChannelPatch;
use crate::commands::Commands;
use crate::commands::response::CommandResponse;

pub struct Call<'a> {
    pub commands: Commands<'a>,
    pub actor: &'a Actor,
    pub grant: &'a ChannelGrant,
    /// The channel's team, or in direct and group channels the one that is selected in the client.
    pub team: Option<&'a Team>,
    /// In lower case.
    pub trigger: &'a str,
    /// The text after the trigger.
    pub arguments: &'a str,
}

impl Call<'_> {
    /// The response to send if there are no arguments; `expected` describes them to the user.
    pub fn missing_arguments(&self, expected: &str) -> Option<CommandResponse> {
        self.arguments.is_empty().then(|| CommandResponse::ephemeral(format!("Please say {expected} after /{}.", self.trigger)))
    }

    /// The first argument without the sign before a name (`@`, `~`, `#`), and the remaining text.
    pub fn name_and_text(&self) -> (&str, &str) {
        let (name, text) = self.arguments.split_once(char::is_whitespace).unwrap_or((self.arguments, ""));
        (name.trim_start_matches(['@', '~', '#']), text.trim())
    }

    #[boxed]
    pub async fn find_user(&self, name: &str) -> Result<User> {
        self.commands.users().user_by_username(self.actor, name.trim_start_matches('@')).await
    }

    #[boxed]
    pub async fn find_channel(&self, name: &str) -> Result<guildhall_model::channel::Channel> {
        let team = self.team.ok_or(channels::NOT_FOUND_BY_NAME)?;
        self.commands.channels().get_channel_by_name(self.actor, team.id, name.trim_start_matches(['~', '#']), false).await
    }

    /// A path in the web client, below the team.
    pub fn client_path(&self, path: &str) -> String {
        self.team.map(|team| format!("/{}/{path}", team.name)).unwrap_or_else(|| "/".to_owned())
    }

    #[boxed]
    pub async fn patch_channel(&self, patch: ChannelPatch) -> Result<CommandResponse> {
        self.commands.channels().patch_channel(self.actor, self.grant.channel.id, patch).await?;
        Ok(CommandResponse::default())
    }

    #[boxed]
    pub async fn set_presence(&self, presence: Presence, text: &str) -> Result<CommandResponse> {
        self.commands.statuses().set_status(self.actor, self.actor.user_id, presence, Millis::ZERO).await?;
        Ok(CommandResponse::ephemeral(text))
    }

    /// The response of commands that clients execute themselves.
    pub fn client_only(&self) -> CommandResponse {
        CommandResponse::ephemeral(format!("/{} works in the web and desktop apps only.", self.trigger))
    }
}
