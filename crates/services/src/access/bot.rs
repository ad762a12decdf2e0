//! Authorization for bots: their owners, and users with the permission to manage the bots of others.

use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users;

use super::{Access, UserGrant, Writing};

impl Access {
    /// The account of a bot that the actor may manage; `None` for other bots and for accounts that are no bots.
    pub async fn manageable_bot(&self, actor: &Actor, id: UserId) -> Result<Option<Writing<UserGrant>>> {
        let Some(owner) = users::bot_owner(&self.db, id).await? else { return Ok(None) };
        let needed = if owner == actor.user_id { Permission::ManageBots } else { Permission::ManageOthersBots };
        Ok(self.has_system_permission(actor, needed).then(|| Writing::new(self.user_grant(id))))
    }
}
