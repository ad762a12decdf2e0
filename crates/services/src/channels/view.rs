//! Marking channels as read.

use guildhall_model::channel::{ChannelKind, ChannelMember};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::channel_members::{self, Membership};
use guildhall_storage::posts::recount;
use guildhall_storage::threads;

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::channels::Channels;

/// Most channels that one request marks as read.
pub const CHANNELS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// Marks channels as read and returns the new `last_viewed_at` of each. Channels without membership are skipped. Clients
    /// that do not support threads show replies in the channel, so the threads are marked as read as well.
    #[boxed]
    pub async fn view_channels(
        &self,
        actor: &Actor,
        user: UserId,
        ids: &[ChannelId],
        supports_threads: bool,
    ) -> Result<Vec<(ChannelId, Millis)>> {
        if ids.len() > CHANNELS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", CHANNELS_PER_REQUEST_MAX));
        }
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let memberships = channel_members::memberships_in(self.access.read(&grant), grant.id(), ids).await?;
        let times = self.write_view(&grant, memberships, supports_threads).await?;
        if actor.user_id == user {
            self.statuses().note_activity(actor).await;
        }
        Ok(times)
    }

    /// Marks every channel of a team as read.
    #[boxed]
    pub async fn view_team_channels(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let mut memberships = channel_members::memberships(self.access.read(&grant), grant.id()).await?;
        memberships.retain(|membership| membership.channel.team_id == Some(team) && is_unread(membership));
        self.write_view(&grant, memberships, true).await
    }

    /// Marks every direct and group message as read.
    #[boxed]
    pub async fn view_direct_channels(&self, actor: &Actor, user: UserId) -> Result<Vec<(ChannelId, Millis)>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let mut memberships = channel_members::memberships(self.access.read(&grant), grant.id()).await?;
        memberships
            .retain(|membership| matches!(membership.channel.kind, ChannelKind::Direct | ChannelKind::Group) && is_unread(membership));
        self.write_view(&grant, memberships, true).await
    }

    async fn write_view(
        &self,
        grant: &Writing<UserGrant>,
        memberships: Vec<Membership>,
        supports_threads: bool,
    ) -> Result<Vec<(ChannelId, Millis)>> {
        let viewed_at = |membership: &Membership| membership.member.last_viewed_at.max(membership.channel.last_post_at);
        let times: Vec<(ChannelId, Millis)> = memberships.iter().map(|membership| (membership.channel.id, viewed_at(membership))).collect();
        let mut write = self.access.write(grant, "channels.view");
        if times.is_empty() {
            return Ok(times);
        }
        let unread: Vec<&Membership> = memberships.iter().filter(|membership| is_unread(membership)).collect();
        for membership in &unread {
            let channel = membership.channel.id;
            write.push(channel_members::mark_viewed(grant.write_id(), channel, viewed_at(membership)));
            // Also where there were none: the channel may have been marked as unread meanwhile.
            write.extend(recount::recount_mentions(grant.write_id(), channel, (0, 0)));
        }
        if !unread.is_empty() {
            let channels: Vec<ChannelId> = unread.iter().map(|membership| membership.channel.id).collect();
            write.push(recount::recount_read(grant.write_id(), &channels));
        }
        let mut events = vec![Event::ChannelViewed { user_id: grant.user_id(), last_viewed_at: times.clone() }];
        if !supports_threads {
            let now = self.clock.now();
            let channels: Vec<ChannelId> = times.iter().map(|(channel, _)| *channel).collect();
            write.extend(threads::lists::read_in_channels(grant.write_id(), &channels, now));
            events.extend(memberships.iter().map(|Membership { channel, .. }| Event::AllThreadsRead {
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

/// Whether marking the channel as read would change the membership.
fn is_unread(membership: &Membership) -> bool {
    let Membership { channel, member } = membership;
    channel.total_msg_count > member.msg_count
        || channel.total_msg_count_root > member.msg_count_root
        || has_mentions(membership)
        || channel.last_post_at > member.last_viewed_at
}

fn has_mentions(Membership { member, .. }: &Membership) -> bool {
    let ChannelMember { mention_count, mention_count_root, urgent_mention_count, .. } = *member;
    mention_count + mention_count_root + urgent_mention_count > 0
}
