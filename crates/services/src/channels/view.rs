//! Reading a channel: what was new in it is not any more.

use guildhall_model::channel::{ChannelKind, ChannelMember};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::channel_members::{self, Membership};

use crate::Services;
use crate::access::UserGrant;

/// How many channels one request marks as read.
pub const CHANNELS_PER_REQUEST_MAX: usize = 1000;

impl Services {
    /// Marks channels as read, and tells since when each is. What the person is not in is passed over.
    pub async fn view_channels(&self, actor: &Actor, user: UserId, ids: &[ChannelId]) -> Result<Vec<(ChannelId, Millis)>> {
        if ids.len() > CHANNELS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", CHANNELS_PER_REQUEST_MAX));
        }
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let seen = channel_members::memberships_in(self.access.read(&grant), user, ids).await?;
        let times = self.write_view(&grant, seen).await?;
        if actor.user_id == user {
            self.note_activity(actor).await;
        }
        Ok(times)
    }

    /// Marks every channel of a team as read.
    pub async fn view_team_channels(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let mut seen = channel_members::memberships(self.access.read(&grant), user).await?;
        seen.retain(|seen| seen.channel.team_id == Some(team) && is_unread(seen));
        self.write_view(&grant, seen).await
    }

    /// Marks every direct and group message as read.
    pub async fn view_direct_channels(&self, actor: &Actor, user: UserId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let mut seen = channel_members::memberships(self.access.read(&grant), user).await?;
        seen.retain(|seen| matches!(seen.channel.kind, ChannelKind::Direct | ChannelKind::Group) && is_unread(seen));
        self.write_view(&grant, seen).await
    }

    async fn write_view(&self, grant: &UserGrant, seen: Vec<Membership>) -> Result<Vec<(ChannelId, Millis)>> {
        let viewed_at = |seen: &Membership| seen.member.last_viewed_at.max(seen.channel.last_post_at);
        let times: Vec<(ChannelId, Millis)> = seen.iter().map(|seen| (seen.channel.id, viewed_at(seen))).collect();
        let mut write = self.access.write(grant);
        write.extend(seen.iter().filter(|seen| is_unread(seen)).map(|seen| channel_members::view(seen, viewed_at(seen))));
        let events = match times.is_empty() {
            true => Events::none("no channel was named"),
            false => Event::ChannelViewed { user_id: grant.user_id(), last_viewed_at: times.clone() }.into(),
        };
        write.commit(events).await?;
        Ok(times)
    }
}

/// Whether viewing would change anything.
fn is_unread(seen: &Membership) -> bool {
    let Membership { channel, member } = seen;
    let ChannelMember { msg_count, msg_count_root, mention_count, mention_count_root, urgent_mention_count, .. } = *member;
    channel.total_msg_count > msg_count
        || channel.total_msg_count_root > msg_count_root
        || mention_count + mention_count_root + urgent_mention_count > 0
        || channel.last_post_at > member.last_viewed_at
}
