//! Reading sidebar categories.

use guildhall_model::channel::SidebarCategory;
use guildhall_model::codes::channels as codes;
use guildhall_model::id::{CategoryId, TeamId, UserId};
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::categories;

use super::arrange::arrange;
use crate::access::{TeamGrant, UserGrant, Writing};
use crate::boxed;
use crate::categories::Categories;

impl Categories<'_> {
    /// The categories of a user's sidebar in a team, in order.
    #[boxed]
    pub async fn get_sidebar_categories(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<Vec<SidebarCategory>> {
        let (grant, team_grant) = self.sidebar_grants(actor, user, team).await?;
        self.load_sidebar(&grant, &team_grant).await
    }

    #[boxed]
    pub async fn get_sidebar_category(&self, actor: &Actor, user: UserId, team: TeamId, id: CategoryId) -> Result<SidebarCategory> {
        let categories = self.get_sidebar_categories(actor, user, team).await?;
        categories.into_iter().find(|category| category.id == id).ok_or_else(|| codes::CATEGORY_NOT_FOUND.into())
    }

    /// Grants for the actor's own sidebar in one of its teams. Even administrators cannot read the sidebars of other users:
    /// they reveal the partners in direct messages.
    pub(super) async fn sidebar_grants(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<(Writing<UserGrant>, TeamGrant)> {
        let grant = self.access.require_own_account(actor, user)?;
        Ok((grant, self.access.team_to_read(actor, team, Permission::ViewTeam).await?))
    }

    pub(super) async fn load_sidebar(&self, grant: &UserGrant, team_grant: &TeamGrant) -> Result<Vec<SidebarCategory>> {
        let db = self.access.read(grant);
        let (user, team) = (grant.id(), team_grant.id());
        let stored = categories::stored(db, user, team).await?;
        let placements = categories::placements(db, user, team).await?;
        let channels = categories::channels(db, user, team).await?;
        Ok(arrange(user.key(), team.key(), stored, &placements, &channels))
    }
}
