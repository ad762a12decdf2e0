//! The channels that a person is in, with what they have not read of them: what a program summarizes begins here.

use guildhall_model::channel::{Channel, is_muted};
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::channel_members;

use crate::boxed;
use crate::mcp::Mcp;

/// A channel, and how much of it the person has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChannel {
    pub channel: Channel,
    pub unread_messages: i64,
    pub mentions: i64,
    pub is_muted: bool,
    pub last_viewed_at: Millis,
}

impl Mcp<'_> {
    /// Without archived channels; those with mentions first, then those with unread messages, then the most recently used.
    #[boxed]
    pub async fn own_channels(&self, actor: &Actor) -> Result<Vec<OwnChannel>> {
        let own = self.access.own_account(actor);
        let memberships = channel_members::memberships(self.access.read(&own), own.id()).await?;
        let view = |membership: channel_members::Membership| {
            let channel_members::Membership { channel, member } = membership;
            OwnChannel {
                unread_messages: (channel.total_msg_count - member.msg_count).max(0),
                mentions: member.mention_count,
                is_muted: is_muted(&member.notify_props),
                last_viewed_at: member.last_viewed_at,
                channel,
            }
        };
        let mut channels: Vec<OwnChannel> = memberships.into_iter().map(view).collect();
        channels.sort_by_key(|own| {
            let is_unread = own.unread_messages > 0 && !own.is_muted;
            (own.mentions == 0, !is_unread, std::cmp::Reverse(own.channel.last_post_at))
        });
        Ok(channels)
    }
}
