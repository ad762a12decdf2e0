//! Moving a channel to another team, and converting a group channel to a private channel.

use std::sync::Arc;

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context, teams};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, channels, group_links, team_members, teams as team_rows};

use super::notice::Notice;
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retry_on_conflict;

impl Channels<'_> {
    /// All members must be in the target team; with `force`, members that are not are removed from the channel.
    #[boxed]
    pub async fn move_channel(&self, actor: &Actor, id: ChannelId, to: TeamId, force: bool) -> Result<Channel> {
        retry_on_conflict(|| self.write_move(actor, id, to, force)).await
    }

    async fn write_move(&self, actor: &Actor, id: ChannelId, to: TeamId, force: bool) -> Result<Channel> {
        let target = self.access.team(actor, to, Permission::ManageTeam).await?;
        let grant = self.access.channel(actor, id, Permission::ManageTeam).await?;
        if grant.channel.kind.is_personal() || grant.channel.is_default() {
            return Err(codes::MOVE_INVALID.into());
        }
        if !target.team.delete_at.is_zero() {
            return Err(teams::ARCHIVED.into());
        }
        let from = grant.team_id().ok_or(codes::MOVE_INVALID)?;
        if from.key() == to {
            return Ok(grant.into_read_grant().channel);
        }
        let db = self.access.read(&grant);
        let outsiders = channel_members::not_in_team(db, grant.id(), target.id()).await?;
        if !outsiders.is_empty() && !force {
            return Err(codes::MOVE_MEMBERS.into());
        }
        let author = self.acting_user(&grant, actor).await?;
        let old_team = team_rows::get(db, from).await?.map(|team| team.name).unwrap_or_default();
        let channel = Channel { team_id: Some(to), update_at: self.change_time(&grant.channel), ..grant.channel.clone() };
        let mut write = self.access.write(&grant, "channels.move");
        write.changed("team_id", from.key(), to);
        write.detail("removed_members", outsiders.len());
        write.extend(self.files().move_usage(grant.write_id(), Some(from.key()), target.write_id()));
        write.extend(channels::relocate(grant.write_id(), target.write_id(), &channel, grant.channel.update_at));
        write.extend(self.guard_channels_in(target.team.id));
        write.push(team_members::lock_members_in_channel(target.id(), id));
        write.push(group_links::forget_waiting_for(grant.write_id()));
        write.push(channel_members::end_thread_memberships_not_in_team(grant.write_id(), target.id(), self.clock.now()));
        write.push(channel_members::remove_not_in_team(grant.write_id(), target.id()).expect_rows(outsiders.len() as u64));
        let remover_channels = self.channels_of_remover(actor.user_id).await?;
        let removed = |user_id| Event::UserRemoved {
            channel_id: id,
            user_id,
            remover_id: actor.user_id,
            remover_channels: Arc::clone(&remover_channels),
        };
        let mut events: Vec<Event> = outsiders.into_iter().map(removed).collect();
        events.push(Event::ChannelUpdated(channel.clone()));
        self.add_notice(&mut write, &mut events, (grant.write_id(), &channel), Notice::moved(&author, &old_team));
        write.commit(events).await?;
        Ok(channel)
    }

    /// The teams that all members of a group channel are in: the possible targets of a conversion.
    #[boxed]
    pub async fn get_common_teams(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Team>> {
        let grant = self.access.channel_to_read(actor, id, Permission::ReadChannel).await?;
        if grant.channel.kind != ChannelKind::Group {
            return Err(codes::CONVERT_NOT_GROUP.into());
        }
        let db = self.access.read(&grant);
        let members = channel_members::user_ids(db, grant.id()).await?;
        team_rows::common(db, &members).await
    }

    #[boxed]
    pub async fn convert_group_to_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        to: TeamId,
        name: String,
        display_name: String,
    ) -> Result<Channel> {
        let target = self.access.team(actor, to, Permission::CreatePrivateChannel).await?;
        let grant = self.access.channel(actor, id, Permission::CreatePost).await?;
        if actor.is_guest {
            return Err(context::PERMISSIONS.into());
        }
        if grant.channel.kind != ChannelKind::Group {
            return Err(codes::CONVERT_NOT_GROUP.into());
        }
        let db = self.access.read(&grant);
        let members = channel_members::user_ids(db, grant.id()).await?;
        if !channel_members::not_in_team(db, grant.id(), target.id()).await?.is_empty() {
            return Err(codes::CONVERT_TEAM.into());
        }
        let author = self.acting_user(&grant, actor).await?;
        let channel = Channel {
            team_id: Some(to),
            kind: ChannelKind::Private,
            name,
            display_name: display_name.trim().to_owned(),
            update_at: self.change_time(&grant.channel),
            ..grant.channel.clone()
        };
        channel.check()?;
        let mut write = self.access.write(&grant, "channels.convert_group").recorded();
        write.detail("team_id", to);
        // Fails if a member leaves the team concurrently: it would remain in a channel of a team that it is not in.
        write.push(team_members::lock_members_in_channel(target.id(), id).expect_rows(members.len() as u64).or(codes::CONVERT_TEAM));
        write.extend(self.files().move_usage(grant.write_id(), None, target.write_id()));
        write.extend(channels::relocate(grant.write_id(), target.write_id(), &channel, grant.channel.update_at));
        write.extend(self.guard_channels_in(target.team.id));
        let mut events = vec![Event::ChannelUpdated(channel.clone())];
        self.add_notice(&mut write, &mut events, (grant.write_id(), &channel), Notice::group_became_channel(&author, &members));
        write.commit(events).await?;
        Ok(channel)
    }
}
