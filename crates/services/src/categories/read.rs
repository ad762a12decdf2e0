//! Looking at a sidebar.

use guildhall_model::channel::SidebarCategory;
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{CategoryId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::categories;

use super::arrange::arranged;
use crate::access::{TeamGrant, UserGrant, Writing};
use crate::boxed;
use crate::categories::Categories;

impl Categories<'_> {
    /// The categories of a person's sidebar in a team, in order.
    #[boxed]
    pub async fn get_sidebar_categories(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<SidebarCategory>> {
        let (own, on) = self.sidebar(actor, user, team).await?;
        self.sidebar_of(&own, &on).await
    }

    #[boxed]
    pub async fn get_sidebar_category(&self, actor: &Actor, user: UserId, team: TeamId, id: CategoryId) -> Result<SidebarCategory> {
        let categories = self.get_sidebar_categories(actor, user, team).await?;
        categories.into_iter().find(|category| category.id == id).ok_or_else(|| codes::CATEGORY_NOT_FOUND.into())
    }

    /// One's own sidebar, in a team that one is in. Nobody looks at another's: it shows whom they talk to.
    pub(super) async fn sidebar(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<(Writing<UserGrant>, TeamGrant)> {
        let own = self.access.only_own(actor, user)?;
        Ok((own, self.access.team_to_read(actor, team, Permission::ViewTeam).await?))
    }

    pub(super) async fn sidebar_of(&self, own: &UserGrant, on: &TeamGrant) -> Result<Vec<SidebarCategory>> {
        let db = self.access.read(own);
        let (user, team) = (own.id(), on.id());
        let stored = categories::stored(db, user, team).await?;
        let placements = categories::placements(db, user, team).await?;
        let channels = categories::channels(db, user, team).await?;
        Ok(arranged(user.key(), team.key(), stored, &placements, &channels))
    }
}
