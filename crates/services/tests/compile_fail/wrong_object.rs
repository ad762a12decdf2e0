//! A grant for one thing opens no other.

use guildhall_model::Result;
use guildhall_model::channel::ChannelMember;
use guildhall_model::id::ChannelId;
use guildhall_services::access::{Access, ChannelGrant, TeamGrant};
use guildhall_storage::channel_members;

/// The grant is for a channel, the id that is read by is another's.
async fn another_channel(access: &Access, on: &ChannelGrant, other: ChannelId) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(on), other, 60, 0).await
}

/// Nor is a team's grant one for its channels.
async fn a_team_for_a_channel(access: &Access, on: &TeamGrant) -> Result<Vec<ChannelMember>> {
    channel_members::page(access.read(on), on.id(), 60, 0).await
}

fn main() {}
