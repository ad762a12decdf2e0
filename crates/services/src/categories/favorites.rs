//! Favorites as one preference per channel, for clients older than sidebar categories. Both forms are kept in sync.

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
    /// The statements that apply changed (or, with `are_deleted`, deleted) preferences to the favorites category of the
    /// user's sidebars, and the event to publish with every change of preferences.
    pub(crate) async fn sync_favorites(
        &self,
        grant: &Writing<UserGrant>,
        changed: &[Preference],
        are_deleted: bool,
    ) -> Result<(Vec<Statement>, Event)> {
        let user = grant.user_id();
        let event = Event::CategoriesUpdated { user_id: user, team_id: None, categories: Vec::new() };
        let favorite_changes: Vec<(ChannelId, bool)> = changed
            .iter()
            .filter(|preference| preference.category == FAVORITE_CHANNEL)
            .filter_map(|preference| Some((preference.name.parse().ok()?, !are_deleted && preference.value == "true")))
            .collect();
        if favorite_changes.is_empty() {
            return Ok((Vec::new(), event));
        }
        let db = self.access.read(grant);
        let ids: Vec<ChannelId> = favorite_changes.iter().map(|(channel, _)| *channel).collect();
        let memberships = channel_members::memberships_in(db, grant.id(), &ids).await?;
        let teams = team_members::team_ids(db, grant.id()).await?;
        let mut statements = Vec::new();
        for (id, is_favorite) in favorite_changes {
            let Some(membership) = memberships.iter().find(|membership| membership.channel.id == id) else { continue };
            // Direct and group messages are in the sidebar of every team.
            let shows_channel = |team: &&TeamId| membership.channel.team_id.is_none_or(|channel_team| channel_team == **team);
            for team in teams.iter().filter(shows_channel) {
                statements.extend(self.set_favorite(grant.write_id(), *team, id, is_favorite));
            }
        }
        Ok((statements, event))
    }

    fn set_favorite(&self, user: Granted<UserId, Write>, team: TeamId, channel: ChannelId, is_favorite: bool) -> Vec<Statement> {
        let favorites = built_in_category_id(CategoryKind::Favorites, user.key(), team);
        if !is_favorite {
            return vec![categories::remove_channel(user, favorites, channel)];
        }
        let mut statements: Vec<Statement> =
            built_in(user.key(), team).iter().map(|category| categories::insert_if_absent(user, category)).collect();
        // Sorted after the existing favorites: those are numbered from zero, `append` sorts by the current time.
        statements.extend(categories::append_channel(user, favorites, team, channel, self.clock.now()));
        statements
    }
}

/// The statements that bring the preferences in line with the changed favorites category.
pub(super) fn favorite_preferences(
    user: Granted<UserId, Write>,
    before: &[SidebarCategory],
    changed: &[SidebarCategory],
) -> Vec<Statement> {
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
    let removed = old.channel_ids.iter().filter(|channel| !new.contains(channel));
    added.chain(removed.map(|channel| preferences::delete(user, FAVORITE_CHANNEL, &channel.to_string()))).collect()
}
