//! The room that quotas leave for a file: looked up before its bytes are received, and taken in the commit of its row.

use guildhall_model::codes::files as codes;
use guildhall_model::file::FileInfo;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::limits::describe_bytes;
use guildhall_model::usage::{Holder, Quota, Usage};
use guildhall_model::{Actor, Code, Error, Result};
use guildhall_storage::usage::{self, Quotas};
use guildhall_storage::{Granted, Statement, Write};

use crate::access::{ChannelGrant, Grant, Writing};
use crate::files::Files;
use crate::limits::Person;

/// What each holder stores, and may store, and how large one file may be.
pub(super) struct Room {
    quotas: Quotas,
    used: Vec<(Holder, Option<Usage>)>,
    /// `i64::MAX` is no limit.
    pub file_bytes: i64,
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

    /// `too_large`, which has a `{limit}`, if one file may not be so large.
    pub(super) fn check_file(&self, size_bytes: i64, too_large: Code) -> Result<()> {
        if size_bytes > self.file_bytes { Err(too_large.with("limit", describe_bytes(self.file_bytes))) } else { Ok(()) }
    }

    /// The bytes that are left in every quota.
    pub(super) fn bytes_left(&self) -> u64 {
        let left = |(holder, used): &(Holder, Option<Usage>)| self.quota(*holder).bytes.saturating_sub(used.unwrap_or_default().bytes);
        self.used.iter().map(left).min().and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default()
    }

    /// How many further files there may be.
    pub(super) fn files_left(&self) -> i64 {
        let left = |(holder, used): &(Holder, Option<Usage>)| self.quota(*holder).files.saturating_sub(used.unwrap_or_default().files);
        self.used.iter().map(left).min().unwrap_or_default().max(0)
    }

    /// The most bytes of a file that are received.
    pub(super) fn max_bytes(&self) -> u64 {
        u64::try_from(self.file_bytes).unwrap_or_default().min(self.bytes_left())
    }

    /// Says which limit it was that more bytes arrived than may be received: that of one file, or a quota.
    pub(super) fn explain(&self, error: Error) -> Error {
        if !error.is(codes::TOO_LARGE) {
            return error;
        }
        let received = i64::try_from(self.max_bytes()).unwrap_or(i64::MAX).saturating_add(1);
        match self.check_file(received, codes::TOO_LARGE).and_then(|()| self.check(received)) {
            Err(reason) => reason.with_source(error),
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
        let room = self.room_left(actor, grant).await?;
        room.check(0).map(|()| room)
    }

    /// The same, also where no room is left.
    pub(super) async fn room_left(&self, actor: &Actor, grant: &Writing<ChannelGrant>) -> Result<Room> {
        let (channel, team, limits) = (grant.channel.id, grant.channel.team_id, self.limits());
        let quotas = Quotas {
            channel: limits.quota_of_channel(channel),
            user: limits.quota_of_person(actor.into()),
            team: limits.quota_of_team(team),
            server: limits.quota_of_server(),
        };
        let holders = [Holder::User(actor.user_id), Holder::Channel(channel), Holder::Team(team), Holder::Server];
        self.room_of(grant, quotas, &holders, limits.file_bytes(actor.into(), Some((channel, team)))).await
    }

    /// The same while the channel is not known.
    pub(super) async fn room_in_any_channel(&self, person: Person<'_>, grant: &impl Grant) -> Result<Room> {
        let limits = self.limits();
        let (user, server) = (limits.quota_of_person(person), limits.quota_of_server());
        let quotas = Quotas { channel: Quota::NONE, user, team: Quota::NONE, server };
        let holders = [Holder::User(person.id()), Holder::Server];
        self.room_of(grant, quotas, &holders, limits.file_bytes(person, None)).await
    }

    async fn room_of(&self, grant: &impl Grant, quotas: Quotas, holders: &[Holder], file_bytes: i64) -> Result<Room> {
        let used = usage::of_holders(self.access.read(grant), holders).await?;
        Ok(Room { quotas, used, file_bytes })
    }

    /// For a batch that moves a channel to a team, before the statements that do.
    pub(crate) fn move_usage(
        &self,
        channel: Granted<ChannelId, Write>,
        from: Option<TeamId>,
        to: Granted<TeamId, Write>,
    ) -> Vec<Statement> {
        usage::move_channel(channel, from, to, self.limits().quota_of_team(Some(to.key())))
    }
}

/// For the batch that deletes these files of a person in a channel.
pub(crate) fn give_back(channel: ChannelId, user: UserId, files: &[FileInfo]) -> impl IntoIterator<Item = Statement> {
    let less = Usage { bytes: files.iter().map(|file| file.size_bytes).sum(), files: i64::try_from(files.len()).unwrap_or_default() };
    usage::give_back(channel, user, less)
}
