//! The channels that an invitation names: those to which the inviter may add people.

use guildhall_model::codes::invitations as codes;
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::invitation::CHANNELS_MAX;
use guildhall_model::{Actor, Permission, Result};

use crate::access::{ChannelGrant, Writing};
use crate::invitations::Invitations;

impl Invitations<'_> {
    /// Each channel once. An error if one is of another team, is archived, or the actor may not add people to it.
    pub(super) async fn channels_to_invite_to(
        &self,
        actor: &Actor,
        team: TeamId,
        channels: &[ChannelId],
    ) -> Result<Vec<Writing<ChannelGrant>>> {
        if channels.len() > CHANNELS_MAX {
            return Err(codes::TOO_MANY_CHANNELS.with("max", CHANNELS_MAX));
        }
        let mut ids = channels.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut grants = Vec::with_capacity(ids.len());
        for id in ids {
            grants.push(self.channel_to_invite_to(actor, team, id).await?);
        }
        Ok(grants)
    }

    pub(crate) async fn channel_to_invite_to(&self, actor: &Actor, team: TeamId, id: ChannelId) -> Result<Writing<ChannelGrant>> {
        let (public, private) = (Permission::ManagePublicChannelMembers, Permission::ManagePrivateChannelMembers);
        let grant = self.access.channel_by_kind(actor, id, public, private).await?;
        if grant.channel.team_id != Some(team) || grant.is_archived() {
            return Err(codes::CHANNEL_OF_OTHER_TEAM.into());
        }
        Ok(grant)
    }
}
