//! Reading accounts.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::user::rules::normalize_name;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users;

use crate::boxed;
use crate::users::Users;

/// Limit of user ids per request.
pub const USER_IDS_MAX: usize = 1_000;

impl Users<'_> {
    #[boxed]
    pub async fn me(&self, actor: &Actor) -> Result<User> {
        let grant = self.access.own_account(actor);
        self.account(&grant, actor.user_id).await
    }

    /// A user by id. Actors who may not see all users get the same error for hidden and absent ones.
    #[boxed]
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User> {
        let grant = self.access.own_account(actor);
        if !self.can_see(&grant, actor, id).await? {
            return Err(context::PERMISSIONS.into());
        }
        self.account(&grant, id).await
    }

    #[boxed]
    pub async fn user_by_username(&self, actor: &Actor, username: &str) -> Result<User> {
        let grant = self.access.own_account(actor);
        let user = users::by_username(self.access.read(&grant), &normalize_name(username)).await?.ok_or(codes::NOT_FOUND_BY_NAME)?;
        if self.can_see(&grant, actor, user.id).await? { Ok(user) } else { Err(codes::NOT_FOUND_BY_NAME.into()) }
    }

    #[boxed]
    pub async fn user_by_email(&self, actor: &Actor, email: &str) -> Result<User> {
        let grant = self.access.own_account(actor);
        let user = users::by_email(self.access.read(&grant), &normalize_name(email)).await?.ok_or(codes::NOT_FOUND)?;
        if self.can_see(&grant, actor, user.id).await? { Ok(user) } else { Err(codes::NOT_FOUND.into()) }
    }

    /// Those of the users that exist and that the actor may see.
    #[boxed]
    pub async fn users_by_ids(&self, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<User>> {
        let grant = self.access.own_account(actor);
        let ids = self.visible_among(&grant, actor, ids).await?;
        users::by_ids(self.access.read(&grant), &ids).await
    }

    #[boxed]
    pub async fn users_by_usernames(&self, actor: &Actor, usernames: &[String]) -> Result<Vec<User>> {
        let grant = self.access.own_account(actor);
        let usernames: Vec<_> = usernames.iter().map(|name| normalize_name(name)).collect();
        let users = users::by_usernames(self.access.read(&grant), &usernames).await?;
        let visible = self.visible_among(&grant, actor, users.iter().map(|user| user.id).collect()).await?;
        Ok(users.into_iter().filter(|user| visible.contains(&user.id)).collect())
    }

    /// Whether the actor may see all fields of the account: their own, or any as somebody who may see all users.
    pub fn may_see_full_account(&self, actor: &Actor, user: UserId) -> bool {
        actor.user_id == user || self.access.has_system_permission(actor, Permission::SysconsoleReadUserManagementUsers)
    }
}
