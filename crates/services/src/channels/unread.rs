//! How much is new: in a channel, and in each team.

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
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let on = self.access.channel_to_read(actor, channel, Permission::ReadChannel).await?;
        let found = channel_members::memberships_in(self.access.read(&grant), grant.id(), &[on.channel.id]).await?;
        let seen = found.first().ok_or(codes::MEMBER_NOT_FOUND)?;
        Ok((seen.channel.team_id, unread_of(seen)))
    }

    /// One entry a team that somebody is in; direct and group messages are of no team.
    #[boxed]
    pub async fn get_teams_unread(&self, actor: &Actor, user: UserId, except: Option<TeamId>) -> Result<Vec<TeamUnread>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        let db = self.access.read(&grant);
        let teams = guildhall_storage::team_members::of_user(db, grant.id()).await?;
        let channels = channel_members::memberships(db, grant.id()).await?;
        let threads = channel_members::unread_threads(db, grant.id()).await?;
        let of_team = |team: TeamId| {
            let (_, threads, thread_mentions) = threads.iter().find(|(id, ..)| *id == team).copied().unwrap_or((team, 0, 0));
            let own = channels.iter().filter(|seen| seen.channel.team_id == Some(team));
            TeamUnread { team_id: team, unread: own.map(unread_of).fold(Unread::default(), Unread::plus), threads, thread_mentions }
        };
        Ok(teams.iter().map(|member| member.team_id).filter(|team| Some(*team) != except).map(of_team).collect())
    }

    #[boxed]
    pub async fn get_team_unread(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<TeamUnread> {
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let teams = self.get_teams_unread(actor, user, None).await?;
        let found = teams.into_iter().find(|unread| unread.team_id == on.team.id);
        found.ok_or_else(|| guildhall_model::codes::teams::MEMBER_NOT_FOUND.into())
    }
}

fn unread_of(seen: &Membership) -> Unread {
    let Membership { channel, member } = seen;
    // Of a muted channel only mentions count.
    let counted = |total: i64, seen: i64| if is_muted(&member.notify_props) { 0 } else { (total - seen).max(0) };
    Unread {
        msg_count: counted(channel.total_msg_count, member.msg_count),
        msg_count_root: counted(channel.total_msg_count_root, member.msg_count_root),
        mention_count: member.mention_count,
        mention_count_root: member.mention_count_root,
        urgent_mention_count: member.urgent_mention_count,
    }
}
