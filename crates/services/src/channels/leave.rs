//! Leaving a channel, and removing a member from one.

use std::sync::Arc;

use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, invitations, users};

use super::notice::Notice;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::channels::Channels;
use crate::sessions::Membership;

impl Channels<'_> {
    #[boxed]
    pub async fn remove_channel_member(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<()> {
        let grant = self.authorize_removal(actor, channel, user).await?;
        let db = self.access.read(&grant);
        let removed = users::get(db, user).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        // Guests may leave it: team membership does not add them to the default channel.
        if grant.channel.is_default() && !removed.is_guest() {
            return Err(codes::LEAVE_DEFAULT.with("name", &grant.channel.name));
        }
        // In the lane of the posts, which require the membership at their commit.
        let mut write = self.access.write(&grant, "channels.remove_member").in_lane_of(&channel);
        write.detail("user_id", user);
        write.push(channel_members::remove(grant.write_id(), user));
        let now = self.clock.now();
        write.push(channel_members::end_thread_memberships(grant.write_id(), user, now));
        if let Some(team) = grant.channel.team_id.filter(|_| actor.user_id != user) {
            write.push(invitations::end_for_removed_from_channel(team, grant.write_id(), user, now));
        }
        write.push(self.sessions().end_membership(user, &Membership::Channel(grant.write_id())));
        let remover_channels = self.channels_of_remover(actor.user_id).await?;
        let mut events = vec![Event::UserRemoved { channel_id: channel, user_id: user, remover_id: actor.user_id, remover_channels }];
        let notice = match actor.user_id == user {
            true => Notice::left_channel(&removed),
            false => Notice::removed_from_channel(&self.acting_user(&grant, actor).await?, &removed),
        };
        self.add_notice(&mut write, &mut events, (grant.write_id(), &grant.channel), notice);
        write.commit(events).await
    }

    /// Guests learn who removed a member only if they share a channel with that user.
    pub(super) async fn channels_of_remover(&self, remover: UserId) -> Result<Arc<[ChannelId]>> {
        let grant = self.access.system("guests receive events only about users that they share a channel with");
        Ok(channel_members::channel_ids(self.access.read(&grant), grant.id(remover)).await?.into())
    }

    async fn authorize_removal(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<Writing<ChannelGrant>> {
        let grant = if actor.user_id == user {
            self.access.channel_to_leave(actor, channel).await?
        } else {
            let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
            self.access.channel_by_kind(actor, channel, public, private).await?
        };
        if grant.channel.kind.is_personal() {
            return Err(codes::LEAVE_DIRECT.into());
        }
        if grant.channel.is_archived() { Err(codes::ARCHIVED.into()) } else { Ok(grant) }
    }
}
