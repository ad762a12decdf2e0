//! Who is in a channel.

use guildhall_model::channel::{ChannelMember, ChannelStats, InTeam};
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
        let on = self.access.read_channel(actor, channel).await?;
        channel_members::page(self.access.read(&on), on.id(), limit, offset).await
    }

    #[boxed]
    pub async fn get_channel_member(&self, actor: &Actor, channel: ChannelId, user: UserId) -> Result<ChannelMember> {
        let on = self.access.read_channel(actor, channel).await?;
        channel_members::get(self.access.read(&on), on.id(), user).await?.ok_or_else(|| codes::MEMBER_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn get_channel_members_by_ids(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Vec<ChannelMember>> {
        if users.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let on = self.access.read_channel(actor, channel).await?;
        channel_members::by_ids(self.access.read(&on), on.id(), users).await
    }

    /// Somebody's memberships in a team's channels and their direct and group ones.
    #[boxed]
    pub async fn get_channel_members_for_user(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<ChannelMember>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let on = self.access.view_team(actor, team).await?;
        channel_members::of_user_in_team(self.access.read(&grant), grant.id(), on.id(), user == actor.user_id).await
    }

    /// A page of all of somebody's memberships, with the teams' names.
    #[boxed]
    pub async fn get_channel_members_with_team_data(
        &self,
        actor: &Actor,
        user: UserId,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<InTeam<ChannelMember>>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        channel_members::page_of_user(self.access.read(&grant), grant.id(), user == actor.user_id, limit, offset).await
    }

    #[boxed]
    pub async fn get_channel_stats(&self, actor: &Actor, channel: ChannelId, with_files: bool) -> Result<ChannelStats> {
        let on = self.access.read_channel(actor, channel).await?;
        let db = self.access.read(&on);
        let (member_count, guest_count) = channel_members::stats(db, on.id()).await?;
        let pinned_post_count = channels::count_pinned(db, on.id()).await?;
        let files_count = if with_files { Some(channels::count_files(db, on.id()).await?) } else { None };
        Ok(ChannelStats { member_count, guest_count, pinned_post_count, files_count })
    }

    /// The time zones that a channel's members live in, each once.
    #[boxed]
    pub async fn get_channel_members_timezones(&self, actor: &Actor, channel: ChannelId) -> Result<Vec<String>> {
        let on = self.access.read_channel(actor, channel).await?;
        let users = channel_members::users(self.access.read(&on), on.id()).await?;
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
