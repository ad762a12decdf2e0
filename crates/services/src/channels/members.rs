//! Reading the members of a channel.

use guildhall_model::channel::{ChannelMember, ChannelStats, WithTeam};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{channel_members, channels};

use super::lists::IDS_PER_REQUEST_MAX;
use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    #[boxed]
    pub async fn get_channel_members(&self, actor: &Actor, channel: ChannelId, limit: i64, offset: i64) -> Result<Vec<ChannelMember>> {
        let grant = self.access.read_channel(actor, channel).await?;
        channel_members::page(self.access.read(&grant), grant.id(), limit, offset).await
    }

    #[boxed]
    pub async fn get_channel_member(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<ChannelMember> {
        let grant = self.access.read_channel(actor, channel).await?;
        channel_members::get(self.access.read(&grant), grant.id(), user).await?.ok_or_else(|| codes::MEMBER_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn get_channel_members_by_ids(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Vec<ChannelMember>> {
        if users.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let grant = self.access.read_channel(actor, channel).await?;
        channel_members::by_ids(self.access.read(&grant), grant.id(), users).await
    }

    /// A user's memberships in the channels of a team and in direct and group channels.
    #[boxed]
    pub async fn get_channel_members_for_user(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<ChannelMember>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let team_grant = self.access.view_team(actor, team).await?;
        channel_members::of_user_in_team(self.access.read(&grant), grant.id(), team_grant.id(), user == actor.user_id).await
    }

    /// A page of all memberships of a user, with the names of the teams.
    #[boxed]
    pub async fn get_channel_members_with_team_data(
        &self,
        actor: &Actor,
        user: UserId,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<WithTeam<ChannelMember>>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        channel_members::page_of_user(self.access.read(&grant), grant.id(), user == actor.user_id, limit, offset).await
    }

    #[boxed]
    pub async fn get_channel_stats(&self, actor: &Actor, channel: ChannelId, with_files: bool) -> Result<ChannelStats> {
        let grant = self.access.read_channel(actor, channel).await?;
        let db = self.access.read(&grant);
        let (member_count, guest_count) = channel_members::stats(db, grant.id()).await?;
        let pinned_post_count = channels::count_pinned(db, grant.id()).await?;
        let files_count = if with_files { Some(channels::count_files(db, grant.id()).await?) } else { None };
        Ok(ChannelStats { member_count, guest_count, pinned_post_count, files_count })
    }

    /// The time zones of a channel's members, sorted, each once.
    #[boxed]
    pub async fn get_channel_members_timezones(&self, actor: &Actor, channel: ChannelId) -> Result<Vec<String>> {
        let grant = self.access.read_channel(actor, channel).await?;
        let users = channel_members::users(self.access.read(&grant), grant.id()).await?;
        let mut zones: Vec<String> = users
            .iter()
            .filter_map(|user| {
                let automatic = user.timezone.get("useAutomaticTimezone").is_some_and(|value| value == "true");
                user.timezone.get(if automatic { "automaticTimezone" } else { "manualTimezone" }).cloned()
            })
            .filter(|zone| !zone.is_empty())
            .collect();
        zones.sort_unstable();
        zones.dedup();
        Ok(zones)
    }
}
