//! Reading one channel by its id or its name.

use guildhall_model::channel::Channel;
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::{Actor, Result};
use guildhall_storage::{channels, teams};

use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    #[boxed]
    pub async fn get_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        Ok(self.access.read_channel(actor, id).await?.channel)
    }

    /// Inaccessible and missing channels give the same error.
    #[boxed]
    pub async fn get_channel_by_name(&self, actor: &Actor, team: TeamId, name: &str, include_archived: bool) -> Result<Channel> {
        let grant = self.access.system("the channel is looked up by name before the check");
        let db = self.access.read(&grant);
        // Clients look up direct and group channels under the currently selected team.
        let channel = match self.access.open(&grant, channels::by_name(db, Some(team), name).await?) {
            None => self.access.open(&grant, channels::by_name(db, None, name).await?),
            channel => channel,
        };
        let channel = channel.filter(|channel| include_archived || !channel.is_archived()).ok_or(codes::NOT_FOUND_BY_NAME)?;
        match self.access.read_channel(actor, channel.id).await {
            Ok(channel_grant) => Ok(channel_grant.channel),
            Err(_) => Err(codes::NOT_FOUND_BY_NAME.into()),
        }
    }

    #[boxed]
    pub async fn get_channel_by_name_for_team_name(
        &self,
        actor: &Actor,
        team: &str,
        name: &str,
        include_archived: bool,
    ) -> Result<Channel> {
        let grant = self.access.system("the channel is looked up by name before the check");
        let team = teams::by_name(self.access.read(&grant), team).await?;
        let team = self.access.open(&grant, team).ok_or(codes::NOT_FOUND_BY_NAME)?;
        self.get_channel_by_name(actor, team.id, name, include_archived).await
    }
}
