//! Favourites as clients before the sidebar's categories keep them: a preference a channel. Both tell the same.

use guildhall_model::channel::{CategoryKind, SidebarCategory, built_in_category_id};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::Preference;
use guildhall_model::{Event, Result};
use guildhall_storage::{Granted, Statement, Write, categories, channel_members, preferences, team_members};

use super::arrange::built_in;
use crate::access::{UserGrant, Writing};
use crate::categories::Categories;

const FAVORITE_CHANNEL: &str = "favorite_channel";

impl Categories<'_> {
    /// What changed (or, with `are_gone`, deleted) preferences mean for a person's sidebars, and the event that every
    /// change of preferences brings with it.
    pub(crate) async fn favorites_follow(
        &self,
        grant: &Writing<UserGrant>,
        changed: &[Preference],
        are_gone: bool,
    ) -> Result<(Vec<Statement>, Event)> {
        let user = grant.user_id();
        let event = Event::CategoriesUpdated { user_id: user, team_id: None, categories: Vec::new() };
        let wanted: Vec<(ChannelId, bool)> = changed
            .iter()
            .filter(|preference| preference.category == FAVORITE_CHANNEL)
            .filter_map(|preference| Some((preference.name.parse().ok()?, !are_gone && preference.value == "true")))
            .collect();
        if wanted.is_empty() {
            return Ok((Vec::new(), event));
        }
        let db = self.access.read(grant);
        let ids: Vec<ChannelId> = wanted.iter().map(|(channel, _)| *channel).collect();
        let own = channel_members::memberships_in(db, grant.id(), &ids).await?;
        let teams = team_members::team_ids(db, grant.id()).await?;
        let mut statements = Vec::new();
        for (id, wanted) in wanted {
            let Some(seen) = own.iter().find(|seen| seen.channel.id == id) else { continue };
            // Direct and group messages are in the sidebar of every team.
            let of_channel = |team: &&TeamId| seen.channel.team_id.is_none_or(|of| of == **team);
            for team in teams.iter().filter(of_channel) {
                statements.extend(self.favor(grant.write_id(), *team, id, wanted));
            }
        }
        Ok((statements, event))
    }

    fn favor(&self, user: Granted<UserId, Write>, team: TeamId, channel: ChannelId, wanted: bool) -> Vec<Statement> {
        let favorites = built_in_category_id(CategoryKind::Favorites, user.key(), team);
        if !wanted {
            return vec![categories::take_out(user, favorites, channel)];
        }
        let mut statements: Vec<Statement> = built_in(user.key(), team).iter().map(|category| categories::ensure(user, category)).collect();
        // Behind those that are there: their places are counted from zero.
        statements.extend(categories::append(user, favorites, team, channel, self.clock.now()));
        statements
    }
}

/// The preferences that say what the favourites are now.
pub(super) fn as_preferences(user: Granted<UserId, Write>, before: &[SidebarCategory], changed: &[SidebarCategory]) -> Vec<Statement> {
    let Some(old) = before.iter().find(|category| category.kind == CategoryKind::Favorites) else { return Vec::new() };
    let moved = |channel: &ChannelId| changed.iter().any(|category| category.id != old.id && category.channel_ids.contains(channel));
    let new: Vec<ChannelId> = match changed.iter().find(|category| category.id == old.id) {
        Some(favorites) => favorites.channel_ids.clone(),
        None => old.channel_ids.iter().copied().filter(|channel| !moved(channel)).collect(),
    };
    let added = new.iter().filter(|channel| !old.channel_ids.contains(channel)).map(|channel| {
        let (category, name) = (FAVORITE_CHANNEL.to_owned(), channel.to_string());
        preferences::save(user, &Preference { user_id: user.key(), category, name, value: "true".to_owned() })
    });
    let gone = old.channel_ids.iter().filter(|channel| !new.contains(channel));
    added.chain(gone.map(|channel| preferences::delete(user, FAVORITE_CHANNEL, &channel.to_string()))).collect()
}
