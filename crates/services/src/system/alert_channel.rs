//! The channel in which administrators are told of alerts: which one can be chosen.

use guildhall_model::Result;
use guildhall_model::channel::Channel;
use guildhall_model::codes::system as codes;
use guildhall_model::id::ChannelId;
use guildhall_model::settings::Values;
use guildhall_storage::{channels, teams};

use crate::access::SystemGrant;
use crate::system::System;

const SETTING: &str = "alerts.channel_id";

impl System<'_> {
    /// The channel, if the server's bot may be in it: it exists, is public or private, and neither it nor its team is archived.
    pub(crate) async fn alert_channel(&self, grant: &SystemGrant, id: ChannelId) -> Result<Channel> {
        let db = self.access.read(grant);
        let channel = self.access.open(grant, channels::get(db, id).await?).ok_or(codes::ALERT_CHANNEL_MISSING)?;
        let team_id = channel.team_id.ok_or(codes::ALERT_CHANNEL_DIRECT)?;
        let team = teams::get(db, grant.id(team_id)).await?;
        let is_archived = channel.is_archived() || team.is_none_or(|team| !team.delete_at.is_zero());
        if is_archived { Err(codes::ALERT_CHANNEL_ARCHIVED.into()) } else { Ok(channel) }
    }

    /// An error if these changes of settings choose a channel that cannot be used.
    pub(super) async fn check_alert_channel(&self, grant: &SystemGrant, changed: &Values) -> Result<()> {
        let id = changed.get(SETTING).and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
        match id {
            Some(id) => self.alert_channel(grant, id).await.map(|_| ()),
            None => Ok(()),
        }
    }
}
