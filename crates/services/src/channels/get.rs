//! One channel, found by its id or by its name.

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

    /// Hidden and absent names answer alike.
    #[boxed]
    pub async fn get_channel_by_name(&self, actor: &Actor, team: TeamId, name: &str, include_archived: bool) -> Result<Channel> {
        let grant = self.access.system("a name leads to the channel that the check is made on");
        let db = self.access.read(&grant);
        // Direct and group channels are looked up under whichever team is on the screen.
        let found = match self.access.open(&grant, channels::by_name(db, Some(team), name).await?) {
            None => self.access.open(&grant, channels::by_name(db, None, name).await?),
            found => found,
        };
        let channel = found.filter(|channel| include_archived || !channel.is_archived()).ok_or(codes::NOT_FOUND_BY_NAME)?;
        match self.access.read_channel(actor, channel.id).await {
            Ok(on) => Ok(on.channel),
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
        let grant = self.access.system("a name leads to the channel that the check is made on");
        let team = teams::by_name(self.access.read(&grant), team).await?;
        let team = self.access.open(&grant, team).ok_or(codes::NOT_FOUND_BY_NAME)?;
        self.get_channel_by_name(actor, team.id, name, include_archived).await
    }
}
