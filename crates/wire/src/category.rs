//! Sidebar categories. The ids of built-in categories are `<kind>_<user>_<team>`.

use guildhall_model::channel::{SidebarCategory, category_id_from_public_id};
use guildhall_model::id::{CategoryId, ChannelId, TeamId, UserId};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize)]
pub struct Category {
    pub id: String,
    pub user_id: UserId,
    pub team_id: TeamId,
    pub sort_order: i64,
    pub sorting: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub display_name: String,
    pub muted: bool,
    pub collapsed: bool,
    pub channel_ids: Vec<ChannelId>,
}

impl From<&SidebarCategory> for Category {
    fn from(category: &SidebarCategory) -> Self {
        Self {
            id: category.public_id(),
            user_id: category.user_id,
            team_id: category.team_id,
            sort_order: category.sort_order,
            sorting: category.sorting.clone(),
            kind: category.kind.name(),
            display_name: category.display_name.clone(),
            muted: category.muted,
            collapsed: category.collapsed,
            channel_ids: category.channel_ids.clone(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct OrderedCategories {
    pub categories: Vec<Category>,
    pub order: Vec<String>,
}

impl From<&[SidebarCategory]> for OrderedCategories {
    fn from(categories: &[SidebarCategory]) -> Self {
        Self { categories: categories.iter().map(Category::from).collect(), order: order(categories) }
    }
}

/// The public ids of categories, in their order.
pub fn order(categories: &[SidebarCategory]) -> Vec<String> {
    categories.iter().map(SidebarCategory::public_id).collect()
}

/// A category's id in a request: a stored id, or `<kind>_<user>_<team>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryRef(pub CategoryId);

impl<'de> Deserialize<'de> for CategoryRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        category_id_from_public_id(&text).map(Self).ok_or_else(|| D::Error::custom("not a category's id"))
    }
}

/// `POST .../categories`
#[derive(Debug, Clone, Deserialize)]
pub struct NewCategory {
    pub display_name: String,
    #[serde(default)]
    pub sorting: String,
    #[serde(default)]
    pub muted: bool,
    #[serde(default)]
    pub collapsed: bool,
    #[serde(default)]
    pub channel_ids: Option<Vec<ChannelId>>,
}

/// `PUT .../categories`, a list of them, and `PUT .../categories/{category_id}`
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryUpdate {
    pub id: CategoryRef,
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub sorting: String,
    #[serde(default)]
    pub muted: bool,
    #[serde(default)]
    pub collapsed: bool,
    #[serde(default)]
    pub channel_ids: Option<Vec<ChannelId>>,
}
