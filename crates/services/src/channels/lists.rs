//! Lists of channels: one's own, a team's, and the whole server's.

use guildhall_model::channel::{Channel, ChannelKind, InTeam};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channel_lists::{self, Archived, ChannelFilter, Scope};
use guildhall_storage::channel_members;

use crate::access::TeamGrant;
use crate::boxed;
use crate::channels::Channels;

/// How many ids one request asks for.
pub const IDS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// Somebody's channels: of a team with their direct and group ones, or of all teams.
    #[boxed]
    pub async fn get_channels_for_user(
        &self,
        actor: &Actor,
        user: UserId,
        team: Option<TeamId>,
        archived: Archived,
    ) -> Result<Vec<Channel>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let team = match team {
            Some(team) => Some(self.access.view_team(actor, team).await?),
            None => None,
        };
        let channels = channel_lists::of_user(self.access.read(&grant), grant.id(), team.as_ref().map(TeamGrant::id), archived).await?;
        Ok(without_others_personal(channels, actor, user))
    }

    /// The public channels of a team that somebody could join.
    #[boxed]
    pub async fn get_public_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let on = self.access.team_to_read(actor, team, Permission::ListTeamChannels).await?;
        let filter = ChannelFilter { kinds: vec![ChannelKind::Public], ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&on), Scope::Team(on.id()), &filter, limit, offset).await
    }

    #[boxed]
    pub async fn get_public_channels_by_ids_for_team(&self, actor: &Actor, team: TeamId, ids: Vec<ChannelId>) -> Result<Vec<Channel>> {
        if ids.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let limit = IDS_PER_REQUEST_MAX as i64;
        let kinds = vec![ChannelKind::Public];
        let filter = ChannelFilter { ids: Some(ids), kinds, member: self.only_own(actor, &on), ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&on), Scope::Team(on.id()), &filter, limit, 0).await
    }

    /// The private channels of a team, all of them: for administrators of the server.
    #[boxed]
    pub async fn get_private_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let filter = ChannelFilter { kinds: vec![ChannelKind::Private], ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id(team)), &filter, limit, offset).await
    }

    /// The archived channels of a team: public ones and one's own; all of them for those who manage the team.
    #[boxed]
    pub async fn get_deleted_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let on = self.access.team_to_read(actor, team, Permission::ListTeamChannels).await?;
        let visible_to = (!self.access.also_in_team(actor, &on, Permission::ManageTeam)).then_some(actor.user_id);
        let filter = ChannelFilter { archived: Some(true), visible_to, ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&on), Scope::Team(on.id()), &filter, limit, offset).await
    }

    /// Every public and private channel of the server, and how many there are.
    #[boxed]
    pub async fn get_all_channels(
        &self,
        actor: &Actor,
        mut filter: ChannelFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<InTeam<Channel>>, i64)> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementChannels)?;
        filter.kinds.retain(|kind| !kind.is_personal());
        if filter.kinds.is_empty() {
            filter.kinds = vec![ChannelKind::Public, ChannelKind::Private];
        }
        let db = self.access.read(&grant);
        let total = channel_lists::count(db, Scope::Server(grant.server()), &filter).await?;
        Ok((channel_lists::list_with_teams(db, Scope::Server(grant.server()), &filter, limit, offset).await?, total))
    }

    /// How many people are in each of these channels; those that the actor may not see are left out.
    #[boxed]
    pub async fn get_channels_member_count(&self, actor: &Actor, ids: Vec<ChannelId>) -> Result<Vec<(ChannelId, i64)>> {
        if ids.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let mut visible = Vec::with_capacity(ids.len());
        for id in ids {
            match self.access.read_channel(actor, id).await {
                Ok(on) => visible.push(on.id()),
                Err(error) if error.is(guildhall_model::codes::context::PERMISSIONS) => {}
                Err(error) => return Err(error),
            }
        }
        let grant = self.access.own(actor);
        let counted = channel_members::counts(self.access.read(&grant), &visible).await?;
        let count = |id: ChannelId| counted.iter().find(|(counted, _)| *counted == id).map_or(0, |(_, count)| *count);
        Ok(visible.into_iter().map(|id| (id.key(), count(id.key()))).collect())
    }

    /// Guests see only what they are in.
    pub(super) fn only_own(&self, actor: &Actor, on: &TeamGrant) -> Option<UserId> {
        (!self.access.also_in_team(actor, on, Permission::ListTeamChannels)).then_some(actor.user_id)
    }
}

/// Direct and group channels are their members' alone: an administrator's look at somebody's channels leaves them out.
fn without_others_personal(mut channels: Vec<Channel>, actor: &Actor, user: UserId) -> Vec<Channel> {
    if actor.user_id != user {
        channels.retain(|channel| !channel.kind.is_personal());
    }
    channels
}
