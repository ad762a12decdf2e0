//! Leaving a team, and being taken out of one. Its channels are left with it.

use guildhall_model::codes::teams as codes;
use guildhall_model::id::{TeamId, UserId};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_lists::{self, Archived};
use guildhall_storage::{categories, channel_members, team_members, users};

use crate::access::{Grant, TeamGrant};
use crate::channels::notice::Notice;
use crate::teams::Teams;

impl Teams<'_> {
    pub async fn remove_team_member(&self, actor: &Actor, team: TeamId, user: UserId) -> Result<()> {
        let needed = if actor.user_id == user { Permission::ViewTeam } else { Permission::RemoveUserFromTeam };
        let on: TeamGrant = self.access.team(actor, team, needed).await?;
        let leaver = users::get(self.access.read(&on), user).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        self.take_out_of_team(&on, team, &leaver, actor.user_id).await
    }

    /// Out of a team and all of its channels, whoever decided it.
    pub(crate) async fn take_out_of_team(&self, grant: &(impl Grant + Sync), team: TeamId, leaver: &User, by: UserId) -> Result<()> {
        let db = self.access.read(grant);
        let mut channels = channel_lists::of_user(db, leaver.id, Some(team), Archived::Since(guildhall_model::Millis::ZERO)).await?;
        channels.retain(|channel| channel.team_id == Some(team));
        let mut write = self.access.write(grant);
        write.push(team_members::leave(team, leaver.id, self.clock.now()));
        write.push(channel_members::forget_threads_in_team(team, leaver.id));
        write.push(channel_members::remove_from_team(team, leaver.id));
        write.extend(categories::clear(leaver.id, team));
        let removed = |channel_id| Event::UserRemoved { channel_id, user_id: leaver.id, remover_id: by };
        let mut events: Vec<Event> = channels.iter().map(|channel| removed(channel.id)).collect();
        events.push(Event::LeftTeam { team_id: team, user_id: leaver.id });
        if let Some(town_square) = channels.iter().find(|channel| channel.is_default()) {
            let notice = if by == leaver.id { Notice::left_team(leaver) } else { Notice::removed_from_team(leaver) };
            self.channels().announce(&mut write, &mut events, town_square, notice);
        }
        write.commit(events).await
    }
}
