//! Changing a sidebar: creating, updating, ordering and deleting categories.

use std::collections::HashSet;

use guildhall_model::channel::{CategoryKind, MARK_UNREAD, MARK_UNREAD_ALL, MARK_UNREAD_MENTION, SidebarCategory, is_muted};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{CategoryId, ChannelId, TeamId, UserId};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{self as storage, Granted, categories, channel_members};

use super::arrange::{ORDER_STEP, built_in};
use super::favorites::favorite_preferences;
use super::{CATEGORIES_MAX, CHANNELS_PER_CATEGORY_MAX};
use crate::access::{UserGrant, Write, Writing};
use crate::boxed;
use crate::categories::Categories;
use crate::retry::retry_on_conflict;

#[derive(Debug, Clone)]
pub struct NewCategory {
    pub display_name: String,
    pub sorting: String,
    pub muted: bool,
    pub collapsed: bool,
    pub channel_ids: Vec<ChannelId>,
}

/// The new state of a category.
#[derive(Debug, Clone)]
pub struct CategoryUpdate {
    pub id: CategoryId,
    pub display_name: String,
    pub sorting: String,
    pub muted: bool,
    pub collapsed: bool,
    pub channel_ids: Vec<ChannelId>,
}

impl Categories<'_> {
    /// Creates a category directly below the favorites.
    #[boxed]
    pub async fn create_sidebar_category(&self, actor: &Actor, user: UserId, team: TeamId, new: NewCategory) -> Result<SidebarCategory> {
        retry_on_conflict(|| self.write_category(actor, user, team, new.clone())).await
    }

    async fn write_category(&self, actor: &Actor, user: UserId, team: TeamId, new: NewCategory) -> Result<SidebarCategory> {
        let (grant, team_grant) = self.sidebar_grants(actor, user, team).await?;
        let before = self.load_sidebar(&grant, &team_grant).await?;
        if before.len() >= CATEGORIES_MAX {
            return Err(codes::TOO_MANY.with("max", CATEGORIES_MAX));
        }
        let category = SidebarCategory {
            id: self.ids.next(),
            user_id: user,
            team_id: team,
            kind: CategoryKind::Custom,
            display_name: new.display_name.trim().to_owned(),
            sorting: new.sorting,
            sort_order: 0,
            muted: new.muted,
            collapsed: new.collapsed,
            channel_ids: only_own_channels(&before, &new.channel_ids)?,
        };
        category.check()?;
        let position = place_of_new(&before);
        let mut order = before.clone();
        order.insert(position, category.clone());

        let mut write = self.access.write(&grant, "categories.create");
        let category =
            push_order(grant.write_id(), &mut write, order).into_iter().find(|ordered| ordered.id == category.id).unwrap_or(category);
        write.extend(usage::guard(Counted::CategoriesOf(user, team), CATEGORIES_MAX as i64, codes::TOO_MANY));
        write.extend(categories::set_channels(grant.write_id(), &category));
        write.extend(favorite_preferences(grant.write_id(), &before, std::slice::from_ref(&category)));
        let mut events = vec![Event::CategoryCreated { user_id: user, team_id: team, category_id: category.id }];
        events.extend(self.apply_muting(&grant, &mut write, &before, std::slice::from_ref(&category)).await?);
        write.commit(events).await?;
        Ok(category)
    }

    /// Updates categories. Channels that are placed in one are removed from the one that they were in.
    #[boxed]
    pub async fn update_sidebar_categories(
        &self,
        actor: &Actor,
        user: UserId,
        team: TeamId,
        updates: Vec<CategoryUpdate>,
    ) -> Result<Vec<SidebarCategory>> {
        if updates.len() > CATEGORIES_MAX {
            return Err(codes::TOO_MANY.with("max", CATEGORIES_MAX));
        }
        retry_on_conflict(|| self.write_category_updates(actor, user, team, &updates)).await
    }

    async fn write_category_updates(
        &self,
        actor: &Actor,
        user: UserId,
        team: TeamId,
        updates: &[CategoryUpdate],
    ) -> Result<Vec<SidebarCategory>> {
        let (grant, team_grant) = self.sidebar_grants(actor, user, team).await?;
        let before = self.load_sidebar(&grant, &team_grant).await?;
        let mut changed = Vec::with_capacity(updates.len());
        for update in updates {
            let old = before.iter().find(|category| category.id == update.id).ok_or(codes::CATEGORY_NOT_FOUND)?;
            changed.push(apply_update(&before, old, update)?);
        }

        let mut write = self.access.write(&grant, "categories.update");
        write.extend(built_in(user, team).iter().map(|category| categories::insert_if_absent(grant.write_id(), category)));
        for category in &changed {
            write.push(categories::save(grant.write_id(), category));
            write.extend(categories::set_channels(grant.write_id(), category));
        }
        write.extend(favorite_preferences(grant.write_id(), &before, &changed));
        let mut events = self.apply_muting(&grant, &mut write, &before, &changed).await?;
        events.push(Event::CategoriesUpdated { user_id: user, team_id: Some(team), categories: changed.clone() });
        write.commit(events).await?;
        Ok(changed)
    }

    /// Reorders the categories; `order` contains every category once.
    #[boxed]
    pub async fn update_sidebar_category_order(
        &self,
        actor: &Actor,
        user: UserId,
        team: TeamId,
        order: &[CategoryId],
    ) -> Result<Vec<SidebarCategory>> {
        let (grant, team_grant) = self.sidebar_grants(actor, user, team).await?;
        let before = self.load_sidebar(&grant, &team_grant).await?;
        let distinct: HashSet<CategoryId> = order.iter().copied().collect();
        if distinct.len() != order.len() || distinct.len() != before.len() {
            return Err(codes::CATEGORY_ORDER_INVALID.into());
        }
        let mut ordered = Vec::with_capacity(order.len());
        for id in order {
            let category = before.iter().find(|category| category.id == *id).ok_or(codes::CATEGORY_ORDER_INVALID)?;
            ordered.push(category.clone());
        }
        let mut write = self.access.write(&grant, "categories.order");
        let ordered = push_order(grant.write_id(), &mut write, ordered);
        let order = ordered.iter().map(SidebarCategory::public_id).collect();
        write.commit(Event::CategoryOrderUpdated { user_id: user, team_id: team, order }).await?;
        Ok(ordered)
    }

    /// Deletes the category; its channels return to the categories of their kinds.
    #[boxed]
    pub async fn delete_sidebar_category(&self, actor: &Actor, user: UserId, team: TeamId, id: CategoryId) -> Result<()> {
        let (grant, team_grant) = self.sidebar_grants(actor, user, team).await?;
        let before = self.load_sidebar(&grant, &team_grant).await?;
        let category = before.iter().find(|category| category.id == id).ok_or(codes::CATEGORY_NOT_FOUND)?;
        if category.kind != CategoryKind::Custom {
            return Err(codes::CATEGORY_BUILT_IN.into());
        }
        let mut write = self.access.write(&grant, "categories.delete");
        write.extend(categories::remove(grant.write_id(), id));
        write.commit(Event::CategoryDeleted { user_id: user, team_id: team, category_id: id }).await
    }

    /// Muting a category mutes its channels; a moved channel is muted or unmuted like its new category.
    async fn apply_muting(
        &self,
        grant: &Writing<UserGrant>,
        write: &mut Write<'_>,
        before: &[SidebarCategory],
        after: &[SidebarCategory],
    ) -> Result<Vec<Event>> {
        let was_muted = |channel: &ChannelId| before.iter().any(|category| category.muted && category.channel_ids.contains(channel));
        let to_change: Vec<(ChannelId, bool)> = after
            .iter()
            .flat_map(|category| category.channel_ids.iter().map(|channel| (*channel, category.muted)))
            .filter(|(channel, muted)| was_muted(channel) != *muted)
            .collect();
        let ids: Vec<ChannelId> = to_change.iter().map(|(channel, _)| *channel).collect();
        let mut events = Vec::new();
        if ids.is_empty() {
            return Ok(events);
        }
        for membership in channel_members::memberships_in(self.access.read(grant), grant.id(), &ids).await? {
            let mut member = membership.member;
            let muted = to_change.iter().any(|(channel, muted)| *channel == member.channel_id && *muted);
            if is_muted(&member.notify_props) == muted {
                continue;
            }
            let old_update_at = member.last_update_at;
            let value = if muted { MARK_UNREAD_MENTION } else { MARK_UNREAD_ALL };
            member.notify_props.insert(MARK_UNREAD.to_owned(), value.to_owned());
            member.last_update_at = self.now_after(old_update_at);
            write.push(channel_members::set_notify_props(grant.write_id(), &member, old_update_at));
            events.push(Event::ChannelMemberUpdated(member));
        }
        Ok(events)
    }
}

/// Stores the categories in this order.
fn push_order(user: Granted<UserId, storage::Write>, write: &mut Write<'_>, mut order: Vec<SidebarCategory>) -> Vec<SidebarCategory> {
    number(&mut order);
    write.extend(order.iter().map(|category| categories::save(user, category)));
    order
}

/// Where a new category is: directly below the favorites.
pub(super) fn place_of_new(before: &[SidebarCategory]) -> usize {
    before.iter().position(|category| category.kind == CategoryKind::Favorites).map_or(0, |favorites| favorites + 1)
}

/// Their places in this order.
pub(super) fn number(order: &mut [SidebarCategory]) {
    for (category, position) in order.iter_mut().zip(0..) {
        category.sort_order = position * ORDER_STEP;
    }
}

fn apply_update(before: &[SidebarCategory], old: &SidebarCategory, update: &CategoryUpdate) -> Result<SidebarCategory> {
    let is_custom = old.kind == CategoryKind::Custom;
    let category = SidebarCategory {
        // Built-in categories keep their names; favorites and direct messages cannot be muted as a category.
        display_name: if is_custom { update.display_name.trim().to_owned() } else { old.display_name.clone() },
        sorting: update.sorting.clone(),
        muted: update.muted && !matches!(old.kind, CategoryKind::Favorites | CategoryKind::DirectMessages),
        collapsed: update.collapsed,
        channel_ids: only_own_channels(before, &update.channel_ids)?,
        ..old.clone()
    };
    category.check()?;
    Ok(category)
}

/// The channels that are in the sidebar, each once; others are skipped.
fn only_own_channels(before: &[SidebarCategory], ids: &[ChannelId]) -> Result<Vec<ChannelId>> {
    if ids.len() > CHANNELS_PER_CATEGORY_MAX {
        return Err(codes::TOO_MANY.with("max", CHANNELS_PER_CATEGORY_MAX));
    }
    let in_sidebar: HashSet<ChannelId> = before.iter().flat_map(|category| category.channel_ids.iter().copied()).collect();
    let mut seen = HashSet::new();
    Ok(ids.iter().copied().filter(|id| in_sidebar.contains(id) && seen.insert(*id)).collect())
}
