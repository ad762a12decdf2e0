//! Archiving a channel, bringing it back, and making it public or private.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::users;

use super::notice::Notice;
use super::update::Told;
use crate::access::ChannelGrant;
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retried;

impl Channels<'_> {
    #[boxed]
    pub async fn archive_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        retried!(self.write_archiving(actor, id))
    }

    async fn write_archiving(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
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
        let now = self.change_time(&on.channel);
        let channel = Channel { update_at: now, delete_at: now, ..on.channel.clone() };
        let last = vec![Event::ChannelArchived { channel: channel.clone() }];
        self.write_channel(&on, channel, Told { notices: vec![Notice::archived(&by)], last, ..Told::default() }).await
    }

    /// Those who manage the team bring channels back.
    #[boxed]
    pub async fn restore_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        retried!(self.write_restoring(actor, id))
    }

    async fn write_restoring(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let on = self.access.channel(actor, id, Permission::ManageTeam).await?;
        if !on.channel.is_archived() {
            return Err(codes::NOT_ARCHIVED.into());
        }
        let by = self.person_of(&on, actor).await?;
        let channel = Channel { update_at: self.change_time(&on.channel), delete_at: Millis::ZERO, ..on.channel.clone() };
        let first = vec![Event::ChannelRestored { channel: channel.clone() }];
        self.write_channel(&on, channel, Told { first, notices: vec![Notice::restored(&by)], ..Told::default() }).await
    }

    #[boxed]
    pub async fn update_channel_privacy(&self, actor: &Actor, id: ChannelId, kind: ChannelKind) -> Result<Channel> {
        retried!(self.write_privacy(actor, id, kind))
    }

    async fn write_privacy(&self, actor: &Actor, id: ChannelId, kind: ChannelKind) -> Result<Channel> {
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
            return Ok(on.into_reading().channel);
        }
        let by = self.person_of(&on, actor).await?;
        let channel = Channel { kind, update_at: self.change_time(&on.channel), ..on.channel.clone() };
        let told = Told {
            first: vec![Event::ChannelUpdated(channel.clone())],
            notices: vec![Notice::converted(&by, kind == ChannelKind::Private)],
            last: vec![Event::ChannelConverted { channel: channel.clone() }],
        };
        self.write_channel(&on, channel, told).await
    }

    /// The account of who asks, for the notice of what they did.
    pub(super) async fn person_of(&self, on: &ChannelGrant, actor: &Actor) -> Result<User> {
        users::get(self.access.read(on), actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }
}
