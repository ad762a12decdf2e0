//! Searching and autocompleting channels.

use guildhall_model::channel::{Channel, ChannelKind, WithTeam};
use guildhall_model::id::TeamId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::channel_lists::{self, ChannelFilter, Scope};

use crate::access::TeamGrant;
use crate::boxed;
use crate::channels::Channels;

/// Most channels that a search returns.
pub const SEARCH_RESULTS_MAX: i64 = 100;
/// Most channels that an autocompletion returns.
pub const AUTOCOMPLETE_RESULTS_MAX: i64 = 50;
/// Longest search term, in characters; the rest is cut off.
pub const TERM_CHARS_MAX: usize = 64;

impl Channels<'_> {
    /// Public channels of a team; for guests, the channels that they are members of.
    #[boxed]
    pub async fn search_channels(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let member = self.required_member(actor, &grant);
        let kinds = if member.is_some() { vec![ChannelKind::Public, ChannelKind::Private] } else { vec![ChannelKind::Public] };
        let filter = ChannelFilter { kinds, member, term: normalize_term(term), ..ChannelFilter::in_use() };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id()), &filter, SEARCH_RESULTS_MAX, 0).await
    }

    /// Public channels of a team and the actor's private ones, for `~` mentions and the channel switcher.
    #[boxed]
    pub async fn autocomplete_channels_for_team(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let filter = ChannelFilter {
            visible_to: Some(actor.user_id),
            member: self.required_member(actor, &grant),
            term: normalize_term(term),
            ..ChannelFilter::in_use()
        };
        channel_lists::list(self.access.read(&grant), Scope::Team(grant.id()), &filter, AUTOCOMPLETE_RESULTS_MAX, 0).await
    }

    /// The actor's channels, direct ones by the name of the other user, for `in:` in a post search.
    #[boxed]
    pub async fn autocomplete_channels_for_team_for_search(&self, actor: &Actor, team: TeamId, term: &str) -> Result<Vec<Channel>> {
        let team_grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let grant = self.access.own_account(actor);
        let db = self.access.read(&grant);
        let term = normalize_term(term);
        let direct = channel_lists::personal_with_people(db, grant.id(), ChannelKind::Direct, &term, AUTOCOMPLETE_RESULTS_MAX).await?;
        let filter = ChannelFilter { member: Some(actor.user_id), term, archived: None, ..ChannelFilter::in_use() };
        let mut channels = channel_lists::list(db, Scope::Team(team_grant.id()), &filter, AUTOCOMPLETE_RESULTS_MAX, 0).await?;
        channels.extend(direct);
        Ok(channels)
    }

    /// Public channels of the actor's teams and their own private ones; for guests, the channels that they are members of.
    #[boxed]
    pub async fn search_channels_of_own_teams(&self, actor: &Actor, term: &str) -> Result<Vec<WithTeam<Channel>>> {
        let teams = self.access.own_teams(actor, Permission::ListTeamChannels).await?;
        let teams: Vec<_> = teams.iter().map(TeamGrant::id).collect();
        let grant = self.access.own_account(actor);
        let filter =
            ChannelFilter { kinds: vec![ChannelKind::Public, ChannelKind::Private], term: normalize_term(term), ..ChannelFilter::in_use() };
        let scope = Scope::MemberOrPublic(grant.id(), &teams);
        channel_lists::list_with_teams(self.access.read(&grant), scope, &filter, SEARCH_RESULTS_MAX, 0).await
    }

    /// The actor's group channels with a user of this name.
    #[boxed]
    pub async fn search_group_channels(&self, actor: &Actor, term: &str) -> Result<Vec<Channel>> {
        let grant = self.access.own_account(actor);
        let db = self.access.read(&grant);
        channel_lists::personal_with_people(db, grant.id(), ChannelKind::Group, &normalize_term(term), SEARCH_RESULTS_MAX).await
    }
}

/// The term without the `~` or `@` before a name, cut to `TERM_CHARS_MAX`.
fn normalize_term(term: &str) -> String {
    term.trim().trim_start_matches(['~', '@']).chars().take(TERM_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn terms_are_stripped_of_signs_and_cut_to_the_limit() {
        assert_eq!(super::normalize_term(" ~dev "), "dev");
        assert_eq!(super::normalize_term(&"x".repeat(100)).len(), super::TERM_CHARS_MAX);
    }
}
