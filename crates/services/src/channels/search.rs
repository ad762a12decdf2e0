//! Finding channels by what is typed.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channel_lists::{self, ChannelFilter, Scope};

use crate::boxed;
use crate::channels::Channels;

/// How many channels a search answers at most.
pub const FOUND_MAX: i64 = 100;
/// How many a completion offers.
pub const OFFERED_MAX: i64 = 50;
/// Longest text to look for, in characters; more is cut off.
pub const TERM_CHARS_MAX: usize = 64;

impl Channels<'_> {
    /// Public channels of a team, for those who browse them; guests find only what they are in.
    #[boxed]
    pub async fn search_channels(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let member = self.only_own(actor, &on);
        let kinds = if member.is_some() { vec![ChannelKind::Public, ChannelKind::Private] } else { vec![ChannelKind::Public] };
        let filter = ChannelFilter { kinds, member, term: cut(term), ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&on), Scope::Team(on.id()), &filter, FOUND_MAX, 0).await
    }

    /// Public channels of a team and one's own private ones, for `~` and the switcher.
    #[boxed]
    pub async fn autocomplete_channels_for_team(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let filter = ChannelFilter {
            visible_to: Some(actor.user_id),
            member: self.only_own(actor, &on),
            term: cut(term),
            ..ChannelFilter::in_use()
        };
        channel_lists::list(self.access.read(&on), Scope::Team(on.id()), &filter, OFFERED_MAX, 0).await
    }

    /// What one is in oneself, direct channels by the other's name, for `in:` in a search.
    #[boxed]
    pub async fn autocomplete_channels_for_team_for_search(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let on = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let own = self.access.own(actor);
        let db = self.access.read(&own);
        let term = cut(term);
        let direct = channel_lists::personal_with_people(db, own.id(), ChannelKind::Direct, &term, OFFERED_MAX).await?;
        let filter = ChannelFilter { member: Some(actor.user_id), term, archived: None, ..ChannelFilter::in_use() };
        let mut found = channel_lists::list(db, Scope::Team(on.id()), &filter, OFFERED_MAX, 0).await?;
        found.extend(direct);
        Ok(found)
    }

    /// Channels of all teams that the actor could open.
    #[boxed]
    pub async fn search_own_channels(&self, actor: &Actor, term: &str) -> Result<Vec<Channel>> {
        let grant = self.access.own(actor);
        let filter = ChannelFilter {
            kinds: vec![ChannelKind::Public, ChannelKind::Private],
            archived: Some(false),
            term: cut(term),
            ..ChannelFilter::default()
        };
        channel_lists::list(self.access.read(&grant), Scope::Member(grant.id()), &filter, FOUND_MAX, 0).await
    }

    /// One's group messages with somebody of this name.
    #[boxed]
    pub async fn search_group_channels(&self, actor: &Actor, term: &str) -> Result<Vec<Channel>> {
        let grant = self.access.own(actor);
        let db = self.access.read(&grant);
        channel_lists::personal_with_people(db, grant.id(), ChannelKind::Group, &cut(term), FOUND_MAX).await
    }
}

/// Without the signs that people type before names.
fn cut(term: &str) -> String {
    term.trim().trim_start_matches(['~', '@']).chars().take(TERM_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn terms_lose_their_sign_and_their_excess() {
        assert_eq!(super::cut(" ~dev "), "dev");
        assert_eq!(super::cut(&"x".repeat(100)).len(), super::TERM_CHARS_MAX);
    }
}
