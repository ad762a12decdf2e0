//! New channels in a category of somebody's sidebar: found by its name, or made.

use guildhall_model::channel::{CategoryKind, SidebarCategory};
use guildhall_model::id::ChannelId;
use guildhall_model::{Event, Result};
use guildhall_storage::{Statement, categories};

use super::change::{number, place_of_new};
use super::{CATEGORIES_MAX, CHANNELS_PER_CATEGORY_MAX};
use crate::access::{TeamGrant, UserGrant, Writing};
use crate::categories::Categories;

/// For the batch in which the person becomes a member of the channels.
#[derive(Default)]
pub(crate) struct Placement {
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
    /// The category is muted, and so are the channels in it.
    pub is_muted: bool,
}

impl Categories<'_> {
    /// Where the sidebar is full, the channels are shown in the category of their kind.
    pub(crate) async fn place_new_channels(
        &self,
        grant: &Writing<UserGrant>,
        team: &TeamGrant,
        name: &str,
        channels: &[ChannelId],
    ) -> Result<Placement> {
        let (user_id, team_id, id) = (grant.user_id(), team.team.id, grant.write_id());
        let before = self.load_sidebar(grant, team).await?;
        let found = before.iter().find(|category| category.kind == CategoryKind::Custom && category.display_name == name);
        if let Some(found) = found {
            if found.channel_ids.len() + channels.len() > CHANNELS_PER_CATEGORY_MAX {
                return Ok(Placement::default());
            }
            let append = |channel: &ChannelId| categories::append_channel(id, found.id, team_id, *channel, self.clock.now());
            let channel_ids = found.channel_ids.iter().chain(channels).copied().collect();
            let changed = SidebarCategory { channel_ids, ..found.clone() };
            return Ok(Placement {
                statements: channels.iter().flat_map(append).collect(),
                events: vec![Event::CategoriesUpdated { user_id, team_id: Some(team_id), categories: vec![changed] }],
                is_muted: found.muted,
            });
        }
        if before.len() >= CATEGORIES_MAX {
            return Ok(Placement::default());
        }
        let category = SidebarCategory {
            id: self.ids.next(),
            user_id,
            team_id,
            kind: CategoryKind::Custom,
            display_name: name.to_owned(),
            sorting: String::new(),
            sort_order: 0,
            muted: false,
            collapsed: false,
            channel_ids: channels.to_vec(),
        };
        let (position, category_id) = (place_of_new(&before), category.id);
        let mut order = before;
        order.insert(position, category.clone());
        number(&mut order);
        let mut statements: Vec<Statement> = order.iter().map(|category| categories::save(id, category)).collect();
        statements.extend(categories::set_channels(id, &category));
        Ok(Placement { statements, events: vec![Event::CategoryCreated { user_id, team_id, category_id }], is_muted: false })
    }
}
