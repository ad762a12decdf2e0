//! Typing notifications: published, never stored.

use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::{Actor, Event, Permission, Result};

use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    /// Notifies the other members that the actor is typing in the channel, or in the thread of `parent_id`.
    #[boxed]
    pub async fn publish_typing(&self, actor: &Actor, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        self.publish_typing_as(actor, actor.user_id, channel, parent_id).await
    }

    /// The same on behalf of `user`; for others than oneself it takes `edit_other_users`.
    #[boxed]
    pub async fn publish_typing_as(&self, actor: &Actor, user: UserId, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        let user_grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let channel_grant = self.access.channel(actor, channel, Permission::CreatePost).await?;
        let event = Event::Typing { channel_id: channel_grant.channel.id, user_id: user_grant.user_id(), parent_id };
        self.access.publish(&channel_grant, event).await;
        Ok(())
    }
}
