//! Reading a channel: what was new in it is not any more.

use guildhall_model::channel::{ChannelKind, ChannelMember};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::channel_members::{self, Membership};
use guildhall_storage::threads;

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::channels::Channels;

/// How many channels one request marks as read.
pub const CHANNELS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// Marks channels as read, and tells since when each is. What the person is not in is passed over. A client that
    /// does not know threads has shown their replies too.
    #[boxed]
    pub async fn view_channels(
        &self,
        actor: &Actor,
        user: UserId,
        ids: &[ChannelId],
        knows_threads: bool,
    ) -> Result<Vec<(ChannelId, Millis)>> {
        if ids.len() > CHANNELS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", CHANNELS_PER_REQUEST_MAX));
        }
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let seen = channel_members::memberships_in(self.access.read(&grant), grant.id(), ids).await?;
        let times = self.write_view(&grant, seen, knows_threads).await?;
        if actor.user_id == user {
            self.statuses().note_activity(actor).await;
        }
        Ok(times)
    }

    /// Marks every channel of a team as read.
    #[boxed]
    pub async fn view_team_channels(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let mut seen = channel_members::memberships(self.access.read(&grant), grant.id()).await?;
        seen.retain(|seen| seen.channel.team_id == Some(team) && is_unread(seen));
        self.write_view(&grant, seen, true).await
    }

    /// Marks every direct and group message as read.
    #[boxed]
    pub async fn view_direct_channels(&self, actor: &Actor, user: UserId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let mut seen = channel_members::memberships(self.access.read(&grant), grant.id()).await?;
        seen.retain(|seen| matches!(seen.channel.kind, ChannelKind::Direct | ChannelKind::Group) && is_unread(seen));
        self.write_view(&grant, seen, true).await
    }

    async fn write_view(&self, grant: &Writing<UserGrant>, seen: Vec<Membership>, knows_threads: bool) -> Result<Vec<(ChannelId, Millis)>> {
        let viewed_at = |seen: &Membership| seen.member.last_viewed_at.max(seen.channel.last_post_at);
        let times: Vec<(ChannelId, Millis)> = seen.iter().map(|seen| (seen.channel.id, viewed_at(seen))).collect();
        let mut write = self.access.write(grant);
        write.extend(seen.iter().filter(|seen| is_unread(seen)).map(|seen| channel_members::view(grant.write_id(), seen, viewed_at(seen))));
        if times.is_empty() {
            return Ok(times);
        }
        let mut events = vec![Event::ChannelViewed { user_id: grant.user_id(), last_viewed_at: times.clone() }];
        if !knows_threads {
            let now = self.clock.now();
            let channels: Vec<ChannelId> = times.iter().map(|(channel, _)| *channel).collect();
            write.push(threads::lists::read_in_channels(grant.write_id(), &channels, now));
            events.extend(seen.iter().map(|Membership { channel, .. }| Event::AllThreadsRead {
                user_id: grant.user_id(),
                team_id: channel.team_id,
                channel_id: Some(channel.id),
                timestamp: now,
            }));
        }
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
