//! Leaving a team, or being removed from it, together with its channels.

use std::sync::Arc;

use guildhall_model::codes::teams as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_lists::{self, ChannelFilter, Scope};
use guildhall_storage::{categories, channel_members, invitations, team_members, users};

use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::channels::notice::Notice;
use crate::sessions::Membership;
use crate::teams::Teams;

impl Teams<'_> {
    #[boxed]
    pub async fn remove_team_member(&self, actor: &Actor, team: TeamId, user: UserId) -> Result<()> {
        let grant = if actor.user_id == user {
            self.access.team_to_leave(actor, team).await?
        } else {
            self.access.team(actor, team, Permission::RemoveUserFromTeam).await?
        };
        let leaver = users::get(self.access.read(&grant), user).await?.ok_or(codes::MEMBER_NOT_FOUND)?;
        self.remove_member(&grant, &leaver, Some(actor.user_id)).await
    }

    /// Removes the user from the team and all of its channels; the caller has checked the permission. `remover` is `None` for an
    /// administrator of the machine, who has no account: to clients it looks as if the user had left.
    pub(crate) async fn remove_member(&self, grant: &Writing<TeamGrant>, leaver: &User, remover: Option<UserId>) -> Result<()> {
        let is_removed = remover != Some(leaver.id);
        let remover_id = remover.unwrap_or(leaver.id);
        let team = grant.write_id();
        let filter = ChannelFilter { member: Some(leaver.id), ..ChannelFilter::default() };
        let channels = channel_lists::list(self.access.read(grant), Scope::Team(grant.id()), &filter, i64::MAX, 0).await?;
        let mut write = self.access.write(grant, "teams.remove_member");
        write.detail("user_id", leaver.id);
        let now = self.clock.now();
        // People who leave by themselves may come back by the invitation that they know.
        let known_invite = is_removed.then_some(grant.team.invite_id);
        write.push(team_members::leave(team, leaver.id, known_invite, now));
        write.push(channel_members::end_thread_memberships_in_team(team, leaver.id, now));
        write.push(channel_members::remove_from_team(team, leaver.id));
        write.extend(categories::clear(team, leaver.id));
        write.push(invitations::delete_of_member(team, leaver.id));
        if is_removed {
            write.push(invitations::end_for_removed_from_team(team, leaver.id, now));
        }
        write.push(self.sessions().end_membership(leaver.id, &Membership::Team(team)));
        let system = self.access.system("guests receive events only about users that they share a channel with");
        let leaver_channels: Arc<[ChannelId]> = channel_members::channel_ids(self.access.read(&system), system.id(leaver.id)).await?.into();
        let remover_channels: Arc<[ChannelId]> =
            channel_members::channel_ids(self.access.read(&system), system.id(remover_id)).await?.into();
        let removed =
            |channel_id| Event::UserRemoved { channel_id, user_id: leaver.id, remover_id, remover_channels: Arc::clone(&remover_channels) };
        let mut events: Vec<Event> = channels.iter().map(|channel| removed(channel.id)).collect();
        events.push(Event::LeftTeam { team_id: team.key(), user_id: leaver.id, channels: leaver_channels });
        let town_square = channels.iter().find(|channel| channel.is_default());
        if let Some((id, town_square)) = town_square.and_then(|channel| Some((team.default_channel(channel)?, channel))) {
            let notice = if is_removed { Notice::removed_from_team(leaver) } else { Notice::left_team(leaver) };
            self.channels().add_notice(&mut write, &mut events, (id, town_square), notice);
        }
        write.commit(events).await
    }
}
