//! A grant for one object is not valid for another.

use guildhall_model::Result;
use guildhall_model::channel::ChannelMember;
use guildhall_model::id::ChannelId;
use guildhall_services::access::{Access, ChannelGrant, TeamGrant};
use guildhall_storage::channel_members;

/// The grant is for another channel than the id.
async fn another_channel(access: &Access, grant: &ChannelGrant, other: ChannelId) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(grant), other, 60, 0).await
}

/// A grant for a team is not valid for its channels.
async fn a_team_for_a_channel(access: &Access, grant: &TeamGrant) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(grant), grant.id(), 60, 0).await
}

fn main() {}
