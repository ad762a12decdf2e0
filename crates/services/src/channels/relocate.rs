//! Moving a channel to another team, and making a channel of a group message.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context, teams};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::team::Team;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, channels, team_members, teams as team_rows};

use super::notice::Notice;
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retried;

impl Channels<'_> {
    /// Everybody in the channel has to be in the other team; with `force`, whoever is not is taken out.
    #[boxed]
    pub async fn move_channel(&self, actor: &Actor, id: ChannelId, to: TeamId, force: bool) -> Result<Channel> {
        retried!(self.write_move(actor, id, to, force))
    }

    async fn write_move(&self, actor: &Actor, id: ChannelId, to: TeamId, force: bool) -> Result<Channel> {
        let target = self.access.team(actor, to, Permission::ManageTeam).await?;
        let on = self.access.channel(actor, id, Permission::ManageTeam).await?;
        if on.channel.kind.is_personal() || on.channel.is_default() {
            return Err(codes::MOVE_INVALID.into());
        }
        if !target.team.delete_at.is_zero() {
            return Err(teams::ARCHIVED.into());
        }
        let from = on.team_id().ok_or(codes::MOVE_INVALID)?;
        if from.key() == to {
            return Ok(on.into_reading().channel);
        }
        let db = self.access.read(&on);
        let outsiders = channel_members::outsiders(db, on.id(), target.id()).await?;
        if !outsiders.is_empty() && !force {
            return Err(codes::MOVE_MEMBERS.into());
        }
        let by = self.person_of(&on, actor).await?;
        let old_team = team_rows::get(db, from).await?.map(|team| team.name).unwrap_or_default();
        let channel = Channel { team_id: Some(to), update_at: self.change_time(&on.channel), ..on.channel.clone() };
        let mut write = self.access.write(&on);
        write.extend(channels::relocate(on.write_id(), target.write_id(), &channel, on.channel.update_at));
        write.push(team_members::hold(target.id(), id));
        write.push(channel_members::remove_outsiders(on.write_id(), target.id()).expect_rows(outsiders.len() as u64));
        let removed = |user_id| Event::UserRemoved { channel_id: id, user_id, remover_id: actor.user_id };
        let mut events: Vec<Event> = outsiders.into_iter().map(removed).collect();
        events.push(Event::ChannelUpdated(channel.clone()));
        self.announce(&mut write, &mut events, (on.write_id(), &channel), Notice::moved(&by, &old_team));
        write.commit(events).await?;
        Ok(channel)
    }

    /// The teams that everybody in a group message is in: where it could become a channel.
    #[boxed]
    pub async fn get_common_teams(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Team>> {
        let on = self.access.channel_to_read(actor, id, Permission::ReadChannel).await?;
        if on.channel.kind != ChannelKind::Group {
            return Err(codes::CONVERT_NOT_GROUP.into());
        }
        let db = self.access.read(&on);
        let members = channel_members::user_ids(db, on.id()).await?;
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
        let on = self.access.channel(actor, id, Permission::CreatePost).await?;
        if actor.is_guest {
            return Err(context::PERMISSIONS.into());
        }
        if on.channel.kind != ChannelKind::Group {
            return Err(codes::CONVERT_NOT_GROUP.into());
        }
        let db = self.access.read(&on);
        let members = channel_members::user_ids(db, on.id()).await?;
        if !channel_members::outsiders(db, on.id(), target.id()).await?.is_empty() {
            return Err(codes::CONVERT_TEAM.into());
        }
        let by = self.person_of(&on, actor).await?;
        let channel = Channel {
            team_id: Some(to),
            kind: ChannelKind::Private,
            name,
            display_name: display_name.trim().to_owned(),
            update_at: self.change_time(&on.channel),
            ..on.channel.clone()
        };
        channel.check()?;
        let mut write = self.access.write(&on);
        // Nobody of them may leave the team at this moment, or they would stay in a channel of it.
        write.push(team_members::hold(target.id(), id).expect_rows(members.len() as u64).or(codes::CONVERT_TEAM));
        write.extend(channels::relocate(on.write_id(), target.write_id(), &channel, on.channel.update_at));
        let mut events = vec![Event::ChannelUpdated(channel.clone())];
        self.announce(&mut write, &mut events, (on.write_id(), &channel), Notice::group_became_channel(&by, &members));
        write.commit(events).await?;
        Ok(channel)
    }
}
