//! Lists of channels: of a user, of a team, and of the server.

use guildhall_model::channel::{Channel, ChannelKind, WithTeam};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channel_lists::{self, ArchivedFilter, ChannelFilter, Scope};
use guildhall_storage::channel_members;

use crate::access::TeamGrant;
use crate::boxed;
use crate::channels::Channels;

/// Most ids in one request.
pub const IDS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// The channels of a user: those of one team, or of all teams, with the direct and group channels.
    #[boxed]
    pub async fn get_channels_for_user(
        &self,
        actor: &Actor,
        user: UserId,
        team: Option<TeamId>,
        archived: ArchivedFilter,
    ) -> Result<Vec<Channel>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let team = match team {
            Some(team) => Some(self.access.view_team(actor, team).await?),
            None => None,
        };
        let channels = channel_lists::of_user(self.access.read(&grant), grant.id(), team.as_ref().map(TeamGrant::id), archived).await?;
        Ok(without_personal_channels_of_others(channels, actor, user))
    }

    #[boxed]
    pub async fn get_public_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let grant = self.access.team_to_read(actor, team, Permission::ListTeamChannels).await?;
        let filter = ChannelFilter { kinds: vec![ChannelKind::Public], ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id()), &filter, limit, offset).await
    }

    #[boxed]
    pub async fn get_public_channels_by_ids_for_team(&self, actor: &Actor, team: TeamId, ids: Vec<ChannelId>) -> Result<Vec<Channel>> {
        if ids.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let limit = IDS_PER_REQUEST_MAX as i64;
        let kinds = vec![ChannelKind::Public];
        let filter = ChannelFilter { ids: Some(ids), kinds, member: self.required_member(actor, &grant), ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id()), &filter, limit, 0).await
    }

    /// All private channels of a team, for those who may see all channels.
    #[boxed]
    pub async fn get_private_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementChannels)?;
        let filter = ChannelFilter { kinds: vec![ChannelKind::Private], ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id(team)), &filter, limit, offset).await
    }

    /// The archived channels of a team: public ones and those of the actor; all of them with `ManageTeam`.
    #[boxed]
    pub async fn get_deleted_channels_for_team(&self, actor: &Actor, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Channel>> {
        let grant = self.access.team_to_read(actor, team, Permission::ListTeamChannels).await?;
        let visible_to = (!self.access.has_team_permission(actor, &grant, Permission::ManageTeam)).then_some(actor.user_id);
        let filter = ChannelFilter { archived: Some(true), visible_to, ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id()), &filter, limit, offset).await
    }

    /// A page of the public and private channels of the server, and the total count.
    #[boxed]
    pub async fn get_all_channels(
        &self,
        actor: &Actor,
        mut filter: ChannelFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<WithTeam<Channel>>, i64)> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadUserManagementChannels)?;
        filter.kinds.retain(|kind| !kind.is_personal());
        if filter.kinds.is_empty() {
            filter.kinds = vec![ChannelKind::Public, ChannelKind::Private];
        }
        let db = self.access.read(&grant);
        let total = channel_lists::count(db, Scope::Server(grant.server()), &filter).await?;
        Ok((channel_lists::list_with_teams(db, Scope::Server(grant.server()), &filter, limit, offset).await?, total))
    }

    /// The number of members of each channel; channels that the actor may not read are left out.
    #[boxed]
    pub async fn get_channels_member_count(&self, actor: &Actor, ids: Vec<ChannelId>) -> Result<Vec<(ChannelId, i64)>> {
        if ids.len() > IDS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", IDS_PER_REQUEST_MAX));
        }
        let mut visible = Vec::with_capacity(ids.len());
        for id in ids {
            match self.access.read_channel(actor, id).await {
                Ok(grant) => visible.push(grant.id()),
                Err(error) if error.is(guildhall_model::codes::context::PERMISSIONS) => {}
                Err(error) => return Err(error),
            }
        }
        let grant = self.access.own_account(actor);
        let counts = channel_members::counts(self.access.read(&grant), &visible).await?;
        let count = |id: ChannelId| counts.iter().find(|(channel, _)| *channel == id).map_or(0, |(_, count)| *count);
        Ok(visible.into_iter().map(|id| (id.key(), count(id.key()))).collect())
    }

    /// The filter for actors (guests) that may see only the channels they are members of.
    pub(super) fn required_member(&self, actor: &Actor, grant: &TeamGrant) -> Option<UserId> {
        (!self.access.has_team_permission(actor, grant, Permission::ListTeamChannels)).then_some(actor.user_id)
    }
}

/// Direct and group channels are restricted to their members: administrators do not see those of other users.
fn without_personal_channels_of_others(mut channels: Vec<Channel>, actor: &Actor, user: UserId) -> Vec<Channel> {
    if actor.user_id != user {
        channels.retain(|channel| !channel.kind.is_personal());
    }
    channels
}
