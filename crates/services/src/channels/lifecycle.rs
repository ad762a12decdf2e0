//! Archiving a channel, bringing it back, and making it public or private.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::users;

use super::notice::Notice;
use crate::Services;
use crate::access::ChannelGrant;

impl Services {
    pub async fn archive_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let (public, private) = (Permission::DeletePublicChannel, Permission::DeletePrivateChannel);
        let on = self.access.channel_by_kind(actor, id, public, private).await?;
        if on.channel.kind.is_personal() {
            return Err(codes::ARCHIVE_DIRECT.into());
        }
        if on.channel.is_default() {
            return Err(codes::ARCHIVE_DEFAULT.into());
        }
        if on.channel.is_archived() {
            return Err(codes::ALREADY_ARCHIVED.into());
        }
        let by = self.person_of(&on, actor).await?;
        let now = self.clock.now().max(on.channel.update_at.plus_ms(1));
        let channel = Channel { update_at: now, delete_at: now, ..on.channel.clone() };
        let mut write = self.access.write(&on);
        let mut events = Vec::new();
        write.push(guildhall_storage::channels::update(&channel, on.channel.update_at));
        self.announce(&mut write, &mut events, &channel, Notice::archived(&by));
        events.push(Event::ChannelArchived { channel: channel.clone() });
        write.commit(events).await?;
        Ok(channel)
    }

    /// Those who manage the team bring channels back.
    pub async fn restore_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let on = self.access.channel(actor, id, Permission::ManageTeam).await?;
        if !on.channel.is_archived() {
            return Err(codes::NOT_ARCHIVED.into());
        }
        let by = self.person_of(&on, actor).await?;
        let channel = Channel { delete_at: Millis::ZERO, ..on.channel.clone() };
        let restored = |channel: &Channel| vec![Event::ChannelRestored { channel: channel.clone() }];
        self.write_channel(&on, channel, restored, vec![Notice::restored(&by)]).await
    }

    pub async fn update_channel_privacy(&self, actor: &Actor, id: ChannelId, kind: ChannelKind) -> Result<Channel> {
        let (public, private) = (Permission::ConvertPublicChannelToPrivate, Permission::ConvertPrivateChannelToPublic);
        let on = self.access.channel_by_kind(actor, id, public, private).await?;
        if on.channel.kind.is_personal() || kind.is_personal() {
            return Err(codes::PRIVACY_DIRECT.into());
        }
        if on.channel.is_default() {
            return Err(codes::PRIVACY_DEFAULT.into());
        }
        if on.channel.is_archived() {
            return Err(codes::ARCHIVED.into());
        }
        if on.channel.kind == kind {
            return Ok(on.channel);
        }
        let by = self.person_of(&on, actor).await?;
        let was_update_at = on.channel.update_at;
        let channel = Channel { kind, update_at: self.clock.now().max(was_update_at.plus_ms(1)), ..on.channel.clone() };
        let mut write = self.access.write(&on);
        let mut events = vec![Event::ChannelUpdated(channel.clone())];
        write.push(guildhall_storage::channels::update(&channel, was_update_at));
        self.announce(&mut write, &mut events, &channel, Notice::converted(&by, kind == ChannelKind::Private));
        events.push(Event::ChannelConverted { channel: channel.clone() });
        write.commit(events).await?;
        Ok(channel)
    }

    /// The account of who asks, for the notice of what they did.
    pub(super) async fn person_of(&self, on: &ChannelGrant, actor: &Actor) -> Result<User> {
        users::get(self.access.read(on), actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }
}
