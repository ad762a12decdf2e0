//! Unread counts of channels and teams.

use guildhall_model::channel::{Unread, is_muted};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::team::TeamUnread;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channel_members::{self, Membership};

use crate::boxed;
use crate::channels::Channels;

impl Channels<'_> {
    #[boxed]
    pub async fn get_channel_unread(&self, actor: &Actor, user: UserId, channel: ChannelId) -> Result<(Option<TeamId>, Unread)> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let channel_grant = self.access.channel_to_read(actor, channel, Permission::ReadChannel).await?;
        let memberships = channel_members::memberships_in(self.access.read(&grant), grant.id(), &[channel_grant.channel.id]).await?;
        let membership = memberships.first().ok_or(codes::MEMBER_NOT_FOUND)?;
        Ok((membership.channel.team_id, unread_counts(membership)))
    }

    /// One entry per team of the user; direct and group channels count for no team.
    #[boxed]
    pub async fn get_teams_unread(&self, actor: &Actor, user: UserId, except: Option<TeamId>) -> Result<Vec<TeamUnread>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let db = self.access.read(&grant);
        let teams = guildhall_storage::team_members::of_user(db, grant.id()).await?;
        let memberships = channel_members::memberships(db, grant.id()).await?;
        let threads = channel_members::unread_threads(db, grant.id()).await?;
        let of_team = |team: TeamId| {
            let (_, threads, thread_mentions) = threads.iter().find(|(id, ..)| *id == team).copied().unwrap_or((team, 0, 0));
            let in_team = memberships.iter().filter(|membership| membership.channel.team_id == Some(team));
            TeamUnread { team_id: team, unread: in_team.map(unread_counts).fold(Unread::default(), Unread::plus), threads, thread_mentions }
        };
        Ok(teams.iter().map(|member| member.team_id).filter(|team| Some(*team) != except).map(of_team).collect())
    }

    #[boxed]
    pub async fn get_team_unread(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<TeamUnread> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let teams = self.get_teams_unread(actor, user, None).await?;
        let unread = teams.into_iter().find(|unread| unread.team_id == grant.team.id);
        unread.ok_or_else(|| guildhall_model::codes::teams::MEMBER_NOT_FOUND.into())
    }
}

fn unread_counts(membership: &Membership) -> Unread {
    let Membership { channel, member } = membership;
    // In a muted channel only mentions count.
    let unread = |total: i64, seen: i64| if is_muted(&member.notify_props) { 0 } else { (total - seen).max(0) };
    Unread {
        msg_count: unread(channel.total_msg_count, member.msg_count),
        msg_count_root: unread(channel.total_msg_count_root, member.msg_count_root),
        mention_count: member.mention_count,
        mention_count_root: member.mention_count_root,
        urgent_mention_count: member.urgent_mention_count,
    }
}
