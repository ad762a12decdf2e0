//! Who may see whom: everybody with `view_members`; guests only themselves and people they share a channel with.

use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users::{self, Filter};

use crate::access::Grant;
use crate::users::Users;

impl Users<'_> {
    /// Whom lists are restricted to; `None` for those who may see everybody.
    pub(crate) fn sees_only(&self, actor: &Actor) -> Option<UserId> {
        (!self.access.has_system_permission(actor, Permission::ViewMembers)).then_some(actor.user_id)
    }

    pub(crate) async fn can_see(&self, grant: &impl Grant, actor: &Actor, user: UserId) -> Result<bool> {
        if actor.user_id == user || self.sees_only(actor).is_none() {
            return Ok(true);
        }
        users::is_seen_by(self.access.read(grant), user, actor.user_id).await
    }

    /// Those of the people that the actor may see.
    pub(crate) async fn only_seen(&self, grant: &impl Grant, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<UserId>> {
        if self.sees_only(actor).is_none() {
            return Ok(ids);
        }
        let seen = users::seen_among(self.access.read(grant), &ids, actor.user_id).await?;
        Ok(ids.into_iter().filter(|id| seen.contains(id)).collect())
    }

    pub(crate) fn filter_for(&self, actor: &Actor) -> Filter {
        Filter { seen_by: self.sees_only(actor), ..Filter::default() }
    }
}
