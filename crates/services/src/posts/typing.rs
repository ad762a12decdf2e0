//! "Somebody is typing": told, never stored.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::{Actor, Event, Permission, Result};

use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    /// The other members see that the actor writes in the channel, or in one of its threads.
    #[boxed]
    pub async fn typing(&self, actor: &Actor, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        self.typing_as(actor, actor.user_id, channel, parent_id).await
    }

    /// The same for somebody else, for who may act for them.
    #[boxed]
    pub async fn typing_as(&self, actor: &Actor, user: UserId, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        let writer = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let on = self.access.channel(actor, channel, Permission::CreatePost).await?;
        self.access.publish(&on, Event::Typing { channel_id: on.channel.id, user_id: writer.user_id(), parent_id }).await;
        Ok(())
    }
}
