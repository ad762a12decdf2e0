//! Computes a user's sidebar from the stored categories and the user's channels. Pure functions.

use std::collections::{HashMap, HashSet};

use guildhall_model::channel::{CategoryKind, ChannelKind, SidebarCategory, built_in_category_id};
use guildhall_model::id::{CategoryId, ChannelId, TeamId, UserId};

/// Difference between the sort orders of neighbouring categories.
pub(super) const ORDER_STEP: i64 = 10;

/// The three built-in categories of every sidebar, with their defaults.
pub(super) fn built_in(user_id: UserId, team_id: TeamId) -> [SidebarCategory; 3] {
    let category = |kind: CategoryKind, display_name: &str, sorting: &str, position: i64| SidebarCategory {
        id: built_in_category_id(kind, user_id, team_id),
        user_id,
        team_id,
        kind,
        display_name: display_name.to_owned(),
        sorting: sorting.to_owned(),
        sort_order: position * ORDER_STEP,
        muted: false,
        collapsed: false,
        channel_ids: Vec::new(),
    };
    [
        category(CategoryKind::Favorites, "Favorites", "", 0),
        category(CategoryKind::Channels, "Channels", "", 1),
        category(CategoryKind::DirectMessages, "Direct Messages", "recent", 2),
    ]
}

/// The categories in order with their channels. Each channel is in one category: the first one that it was placed in, or
/// the built-in category of its kind.
pub(super) fn arrange(
    user: UserId,
    team: TeamId,
    stored: Vec<SidebarCategory>,
    placements: &[(CategoryId, ChannelId)],
    channels: &[(ChannelId, ChannelKind)],
) -> Vec<SidebarCategory> {
    let mut categories = stored;
    for category in built_in(user, team) {
        if !categories.iter().any(|stored| stored.id == category.id) {
            categories.push(category);
        }
    }
    categories.sort_by_key(|category| category.sort_order);

    let memberships: HashSet<ChannelId> = channels.iter().map(|(id, _)| *id).collect();
    let mut placed = HashSet::new();
    let mut by_category: HashMap<CategoryId, Vec<ChannelId>> = HashMap::new();
    for (category, channel) in placements {
        by_category.entry(*category).or_default().push(*channel);
    }
    for category in &mut categories {
        let channel_ids = by_category.remove(&category.id).unwrap_or_default();
        category.channel_ids = channel_ids.into_iter().filter(|id| memberships.contains(id) && placed.insert(*id)).collect();
    }
    for (id, kind) in channels {
        if placed.contains(id) {
            continue;
        }
        let default_category = if kind.is_personal() { CategoryKind::DirectMessages } else { CategoryKind::Channels };
        if let Some(category) = categories.iter_mut().find(|category| category.kind == default_category) {
            category.channel_ids.push(*id);
        }
    }
    categories
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ChannelId {
        ChannelId::from_bytes([n; 16])
    }
    const USER: UserId = UserId::from_bytes([1; 16]);
    const TEAM: TeamId = TeamId::from_bytes([2; 16]);

    #[test]
    fn channels_without_placement_are_in_the_category_of_their_kind() {
        let channels =
            [(id(1), ChannelKind::Public), (id(2), ChannelKind::Direct), (id(3), ChannelKind::Group), (id(4), ChannelKind::Private)];
        let categories = arrange(USER, TEAM, Vec::new(), &[], &channels);
        let kinds: Vec<_> = categories.iter().map(|category| category.kind).collect();
        assert_eq!(kinds, CategoryKind::BUILT_IN);
        assert!(categories[0].channel_ids.is_empty());
        assert_eq!(categories[1].channel_ids, [id(1), id(4)]);
        assert_eq!(categories[2].channel_ids, [id(2), id(3)]);
    }

    #[test]
    fn a_channel_is_in_one_category_and_only_while_the_user_is_a_member() {
        let [favorites, ..] = built_in(USER, TEAM);
        let custom =
            SidebarCategory { id: CategoryId::from_bytes([9; 16]), kind: CategoryKind::Custom, sort_order: 5, ..favorites.clone() };
        let placements = [(favorites.id, id(1)), (custom.id, id(1)), (custom.id, id(2)), (custom.id, id(7))];
        let channels = [(id(1), ChannelKind::Public), (id(2), ChannelKind::Direct)];
        let categories = arrange(USER, TEAM, vec![favorites, custom], &placements, &channels);
        assert_eq!(
            categories.iter().map(|category| category.channel_ids.clone()).collect::<Vec<_>>(),
            [vec![id(1)], vec![id(2)], vec![], vec![]]
        );
    }
}
