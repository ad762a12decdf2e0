//! Who looks after a bot: its owner, and those who look after everybody's.

use guildhall_model::id::UserId;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users;

use super::{Access, UserGrant, Writing};

impl Access {
    /// The account of a bot that the actor looks after; `None` for people and for others' bots.
    pub async fn own_bot(&self, actor: &Actor, id: UserId) -> Result<Option<Writing<UserGrant>>> {
        let Some(owner) = users::bot_owner(&self.db, id).await? else { return Ok(None) };
        let needed = if owner == actor.user_id { Permission::ManageBots } else { Permission::ManageOthersBots };
        Ok(self.has_system_permission(actor, needed).then(|| Writing::new(self.user_grant(id))))
    }
}
