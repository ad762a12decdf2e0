//! Somebody is typing: told to the channel, kept nowhere.

use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::{Actor, Event, Permission, Result};

use crate::Services;

impl Services {
    pub async fn typing(&self, actor: &Actor, channel_id: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        let on = self.access.channel(actor, channel_id, Permission::CreatePost).await?;
        self.access.publish(&on, Event::Typing { channel_id, user_id: actor.user_id, parent_id });
        Ok(())
    }
}
