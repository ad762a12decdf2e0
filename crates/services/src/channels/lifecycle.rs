//! Archiving and restoring a channel, and making it public or private.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::users;

use super::notice::Notice;
use super::update::Published;
use crate::access::ChannelGrant;
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retry_on_conflict;

impl Channels<'_> {
    #[boxed]
    pub async fn archive_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        retry_on_conflict(|| self.write_archive(actor, id)).await
    }

    async fn write_archive(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let (public, private) = (Permission::DeletePublicChannel, Permission::DeletePrivateChannel);
        let grant = self.access.channel_by_kind(actor, id, public, private).await?;
        if grant.channel.kind.is_personal() {
            return Err(codes::ARCHIVE_DIRECT.into());
        }
        if grant.channel.is_default() {
            return Err(codes::ARCHIVE_DEFAULT.into());
        }
        if grant.channel.is_archived() {
            return Err(codes::ALREADY_ARCHIVED.into());
        }
        let author = self.acting_user(&grant, actor).await?;
        let now = self.change_time(&grant.channel);
        let channel = Channel { update_at: now, delete_at: now, ..grant.channel.clone() };
        let after_notices = vec![Event::ChannelArchived { channel: channel.clone() }];
        let published = Published { notices: vec![Notice::archived(&author)], after_notices, ..Published::default() };
        self.write_channel((&grant, "channels.archive"), channel, published).await
    }

    /// Restores an archived channel; requires `ManageTeam`.
    #[boxed]
    pub async fn restore_channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        retry_on_conflict(|| self.write_restore(actor, id)).await
    }

    async fn write_restore(&self, actor: &Actor, id: ChannelId) -> Result<Channel> {
        let grant = self.access.channel(actor, id, Permission::ManageTeam).await?;
        if !grant.channel.is_archived() {
            return Err(codes::NOT_ARCHIVED.into());
        }
        let author = self.acting_user(&grant, actor).await?;
        let channel = Channel { update_at: self.change_time(&grant.channel), delete_at: Millis::ZERO, ..grant.channel.clone() };
        let before_notices = vec![Event::ChannelRestored { channel: channel.clone() }];
        let guards = channel.team_id.map(|team| self.guard_channels_in(team).into()).unwrap_or_default();
        let published = Published { guards, before_notices, notices: vec![Notice::restored(&author)], ..Published::default() };
        self.write_channel((&grant, "channels.restore"), channel, published).await
    }

    #[boxed]
    pub async fn update_channel_privacy(&self, actor: &Actor, id: ChannelId, kind: ChannelKind) -> Result<Channel> {
        retry_on_conflict(|| self.write_privacy(actor, id, kind)).await
    }

    async fn write_privacy(&self, actor: &Actor, id: ChannelId, kind: ChannelKind) -> Result<Channel> {
        let (public, private) = (Permission::ConvertPublicChannelToPrivate, Permission::ConvertPrivateChannelToPublic);
        let grant = self.access.channel_by_kind(actor, id, public, private).await?;
        if grant.channel.kind.is_personal() || kind.is_personal() {
            return Err(codes::PRIVACY_DIRECT.into());
        }
        if grant.channel.is_default() {
            return Err(codes::PRIVACY_DEFAULT.into());
        }
        if grant.is_archived() {
            return Err(codes::ARCHIVED.into());
        }
        if grant.channel.kind == kind {
            return Ok(grant.into_read_grant().channel);
        }
        let author = self.acting_user(&grant, actor).await?;
        let channel = Channel { kind, update_at: self.change_time(&grant.channel), ..grant.channel.clone() };
        let published = Published {
            before_notices: vec![Event::ChannelUpdated(channel.clone())],
            notices: vec![Notice::converted(&author, kind == ChannelKind::Private)],
            after_notices: vec![Event::ChannelConverted { channel: channel.clone() }],
            ..Published::default()
        };
        self.write_channel((&grant, "channels.update_privacy"), channel, published).await
    }

    /// The actor's account, as the author of notices.
    pub(super) async fn acting_user(&self, grant: &ChannelGrant, actor: &Actor) -> Result<User> {
        users::get(self.access.read(grant), actor.user_id).await?.ok_or_else(|| context::PERMISSIONS.into())
    }
}
