//! Leaving a channel, and being taken out of one.

use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, users};

use super::notice::Notice;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    #[boxed]
    pub async fn remove_channel_member(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<()> {
        let on = self.may_remove(actor, channel, user).await?;
        let db = self.access.read(&on);
        let leaver = users::get(db, user).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        // Guests may leave: they are not in the default channel by being in the team.
        if on.channel.is_default() && !leaver.is_guest() {
            return Err(codes::LEAVE_DEFAULT.with("name", &on.channel.name));
        }
        let mut write = self.access.write(&on);
        write.push(channel_members::remove(on.write_id(), user));
        write.push(channel_members::forget_threads(on.write_id(), user));
        let mut events = vec![Event::UserRemoved { channel_id: channel, user_id: user, remover_id: actor.user_id }];
        let notice = match actor.user_id == user {
            true => Notice::left_channel(&leaver),
            false => Notice::removed_from_channel(&self.person_of(&on, actor).await?, &leaver),
        };
        self.announce(&mut write, &mut events, (on.write_id(), &on.channel), notice);
        write.commit(events).await
    }

    async fn may_remove(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<Writing<ChannelGrant>> {
        let on = if actor.user_id == user {
            self.access.channel_to_leave(actor, channel).await?
        } else {
            let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
            self.access.channel_by_kind(actor, channel, public, private).await?
        };
        if on.channel.kind.is_personal() {
            return Err(codes::LEAVE_DIRECT.into());
        }
        if on.channel.is_archived() { Err(codes::ARCHIVED.into()) } else { Ok(on) }
    }
}
