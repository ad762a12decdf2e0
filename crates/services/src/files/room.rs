//! The room that quotas leave for a file: looked up before its bytes are received, and taken in the commit of its row.

use guildhall_model::codes::files as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::usage::{Holder, Quota, Usage};
use guildhall_model::{Actor, Error, Permission, Result};
use guildhall_storage::usage::{self, Quotas};
use guildhall_storage::{Granted, Statement, Write};

use crate::access::{ChannelGrant, Grant, Writing};
use crate::boxed;
use crate::files::Files;

/// What each holder stores, and may store.
pub(super) struct Room {
    quotas: Quotas,
    used: Vec<(Holder, Option<Usage>)>,
}

impl Room {
    fn quota(&self, holder: Holder) -> Quota {
        match holder {
            Holder::Channel(_) => self.quotas.channel,
            Holder::User(_) => self.quotas.user,
            Holder::Team(Some(_)) => self.quotas.team,
            Holder::Team(None) => Quota::NONE,
            Holder::Server => self.quotas.server,
        }
    }

    /// An error unless a file of this size fits into every quota.
    pub(super) fn check(&self, size_bytes: i64) -> Result<()> {
        let more = Usage::of_file(size_bytes);
        match self.used.iter().find(|(holder, used)| !self.quota(*holder).has_room(used.unwrap_or_default(), more)) {
            Some((holder, _)) => Err(usage::full(holder.scope()).into()),
            None => Ok(()),
        }
    }

    /// The bytes that a file may have.
    pub(super) fn bytes_left(&self) -> u64 {
        let left = |(holder, used): &(Holder, Option<Usage>)| self.quota(*holder).bytes.saturating_sub(used.unwrap_or_default().bytes);
        self.used.iter().map(left).min().and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default()
    }

    /// Replaces the error that a file is too large, if it is not too large for the server but for the room that is left.
    pub(super) fn explain(&self, error: Error, limit: u64) -> Error {
        if !error.is(codes::TOO_LARGE) || limit < self.bytes_left() {
            return error;
        }
        match self.check(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)) {
            Err(full) => full.with_source(error),
            Ok(()) => error,
        }
    }

    /// The statements that take the room.
    pub(super) fn take(&self, channel: Granted<ChannelId, Write>, user: UserId, size_bytes: i64) -> Vec<Statement> {
        let mut statements: Vec<Statement> =
            self.used.iter().filter(|(_, used)| used.is_none()).map(|(holder, _)| usage::ensure(*holder)).collect();
        statements.extend(usage::take(channel, user, Usage::of_file(size_bytes), &self.quotas));
        statements
    }
}

impl Files<'_> {
    /// The room for a file of the actor in a channel.
    pub(super) async fn room(&self, actor: &Actor, grant: &Writing<ChannelGrant>) -> Result<Room> {
        let team = grant.channel.team_id;
        let holders = [Holder::User(actor.user_id), Holder::Channel(grant.channel.id), Holder::Team(team), Holder::Server];
        self.room_of(actor, grant, &holders).await
    }

    /// The same while the channel is not known.
    pub(super) async fn room_in_any_channel(&self, actor: &Actor, grant: &impl Grant) -> Result<Room> {
        self.room_of(actor, grant, &[Holder::User(actor.user_id), Holder::Server]).await
    }

    async fn room_of(&self, actor: &Actor, grant: &impl Grant, holders: &[Holder]) -> Result<Room> {
        let used = usage::of_holders(self.access.read(grant), holders).await?;
        let room = Room { quotas: self.quotas(actor.is_guest), used };
        room.check(0).map(|()| room)
    }

    fn quotas(&self, is_guest: bool) -> Quotas {
        let settings = self.settings();
        let settings = &settings.quotas;
        Quotas {
            channel: Quota::from_settings(settings.channel_bytes, settings.channel_files),
            user: if is_guest {
                Quota::from_settings(settings.guest_bytes, settings.guest_files)
            } else {
                Quota::from_settings(settings.user_bytes, settings.user_files)
            },
            team: self.team_quota(),
            server: Quota::from_settings(settings.server_bytes, settings.server_files),
        }
    }

    fn team_quota(&self) -> Quota {
        let settings = self.settings();
        Quota::from_settings(settings.quotas.team_bytes, settings.quotas.team_files)
    }

    /// For a batch that moves a channel to a team, before the statements that do.
    pub(crate) fn move_usage(
        &self,
        channel: Granted<ChannelId, Write>,
        from: Option<TeamId>,
        to: Granted<TeamId, Write>,
    ) -> Vec<Statement> {
        usage::move_channel(channel, from, to, self.team_quota())
    }

    /// What a person stores, and may store: of oneself, or of others for those who manage the server.
    #[boxed]
    pub async fn usage_of_user(&self, actor: &Actor, user: UserId) -> Result<(Usage, Quota)> {
        let grant = self.access.user(actor, user, Permission::ManageSystem)?;
        let account = self.users().account(&grant, user).await?;
        let used = usage::of_holders(self.access.read(&grant), &[Holder::User(user)]).await?;
        Ok((used.into_iter().find_map(|(_, used)| used).unwrap_or_default(), self.quotas(account.is_guest()).user))
    }
}

/// For the batch that deletes these files of a person in a channel.
pub(crate) fn give_back(channel: ChannelId, user: UserId, files: &[FileInfo]) -> impl IntoIterator<Item = Statement> {
    let less = Usage { bytes: files.iter().map(|file| file.size_bytes).sum(), files: i64::try_from(files.len()).unwrap_or_default() };
    usage::give_back(channel, user, less)
}
