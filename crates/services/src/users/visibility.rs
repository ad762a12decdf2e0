//! Visibility of users: with `view_members` all users; guests only themselves and users they share a channel with.

use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users::{self, Filter};

use crate::access::Grant;
use crate::users::Users;

impl Users<'_> {
    /// The viewer to whose visible users a list is restricted; `None` when the actor may see all users.
    pub(crate) fn restricted_viewer(&self, actor: &Actor) -> Option<UserId> {
        (!self.access.has_system_permission(actor, Permission::ViewMembers)).then_some(actor.user_id)
    }

    pub(crate) async fn can_see(&self, grant: &impl Grant, actor: &Actor, user: UserId) -> Result<bool> {
        if actor.user_id == user || self.restricted_viewer(actor).is_none() {
            return Ok(true);
        }
        users::is_visible_to(self.access.read(grant), user, actor.user_id).await
    }

    /// Those of the users that the actor may see, in the same order.
    pub(crate) async fn visible_among(&self, grant: &impl Grant, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<UserId>> {
        if self.restricted_viewer(actor).is_none() {
            return Ok(ids);
        }
        let visible = users::visible_among(self.access.read(grant), &ids, actor.user_id).await?;
        Ok(ids.into_iter().filter(|id| visible.contains(id)).collect())
    }

    pub(crate) fn visible_filter(&self, actor: &Actor) -> Filter {
        Filter { visible_to: self.restricted_viewer(actor), ..Filter::default() }
    }
}
