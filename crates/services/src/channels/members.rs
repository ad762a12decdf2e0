//! Who is in a channel.

use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::{Actor, Result};
use guildhall_storage::channel_members;

use crate::Services;

impl Services {
    pub async fn get_channel_members(&self, actor: &Actor, channel: ChannelId, limit: i64, offset: i64) -> Result<Vec<ChannelMember>> {
        let on = self.access.read_channel(actor, channel).await?;
        channel_members::page(self.access.read(&on), channel, limit, offset).await
    }

    pub async fn get_channel_member(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<ChannelMember> {
        let on = self.access.read_channel(actor, channel).await?;
        channel_members::get(self.access.read(&on), channel, user).await?.ok_or_else(|| codes::MEMBER_NOT_FOUND.into())
    }
}
