//! Typing notifications: published, never stored.

use std::time::Duration;

use guildhall_cache::Cache;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::{Actor, Event, Millis, Permission, Result};

use crate::boxed;
use crate::posts::Posts;

/// Clients send one about every five seconds; more frequent ones change nothing on screen.
const INTERVAL_MS: i64 = 1_000;
const ENTRIES_MAX: u64 = 100_000;

type TypingKey = (UserId, ChannelId, Option<PostId>);

/// When the last typing notification of each user in each channel and thread was published.
pub(crate) struct TypingTimes(Cache<TypingKey, Millis>);

impl Default for TypingTimes {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(Duration::from_millis(2 * INTERVAL_MS as u64)).build())
    }
}

impl TypingTimes {
    /// Whether the interval since the last published notification is over; counts this one if so.
    fn admit(&self, key: TypingKey, now: Millis) -> bool {
        let is_recent = self.0.get(&key).is_some_and(|last| now.0 - last.0 < INTERVAL_MS);
        if !is_recent {
            self.0.insert(key, now);
        }
        !is_recent
    }
}

impl Posts<'_> {
    /// Notifies the other members that the actor is typing in the channel, or in the thread of `parent_id`.
    #[boxed]
    pub async fn publish_typing(&self, actor: &Actor, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        self.publish_typing_as(actor, actor.user_id, channel, parent_id).await
    }

    /// The same on behalf of `user`; for others than oneself it takes `edit_other_users`.
    #[boxed]
    pub async fn publish_typing_as(&self, actor: &Actor, user: UserId, channel: ChannelId, parent_id: Option<PostId>) -> Result<()> {
        let user_grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let channel_grant = self.access.channel(actor, channel, Permission::CreatePost).await?;
        if !self.state().typing.admit((user_grant.user_id(), channel_grant.channel.id, parent_id), self.clock.now()) {
            return Ok(());
        }
        let event = Event::Typing { channel_id: channel_grant.channel.id, user_id: user_grant.user_id(), parent_id };
        self.access.publish(&channel_grant, event).await;
        Ok(())
    }
}
