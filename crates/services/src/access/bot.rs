//! Authorization for bots: each has an owner. What an owner may do with a bot never exceeds what the owner may do.

use guildhall_model::id::UserId;
use guildhall_model::{Actor, Error, Permission, Result};
use guildhall_storage::users;

use super::authority::Authority;
use super::{Access, UserGrant, Writing};

impl Access {
    /// The account of a bot that the actor may manage; `None` for other bots and for accounts that are no bots. A bot with
    /// administrators' roles is managed only by those who have as many, also if somebody else owns it: its tokens are theirs.
    pub async fn manageable_bot(&self, actor: &Actor, id: UserId) -> Result<Option<Writing<UserGrant>>> {
        let Some(owner) = users::bot_owner(&self.db, id).await? else { return Ok(None) };
        let Some(account) = users::get(&self.db, id).await? else { return Ok(None) };
        let needed = permission_to_manage(actor, owner);
        let is_spared = self.administrates(&account.roles) && self.roles().exceed(&account.roles, &actor.roles);
        let may_manage = self.has_system_permission(actor, needed) && !is_spared;
        Ok(may_manage.then(|| Writing::new(self.user_grant(id, Authority::of_permission(actor, needed)))))
    }

    /// The error for a bot of this owner that the actor may see, but not manage.
    pub fn denied_bot(&self, actor: &Actor, owner: UserId) -> Error {
        self.denied(actor, permission_to_manage(actor, owner))
    }
}

fn permission_to_manage(actor: &Actor, owner: UserId) -> Permission {
    if owner == actor.user_id { Permission::ManageBots } else { Permission::ManageOthersBots }
}
