//! Looking somebody up.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::user::rules::normalize_name;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::users;

use crate::boxed;
use crate::users::Users;

/// Most people asked for in one request.
pub const USER_IDS_MAX: usize = 1_000;

impl Users<'_> {
    #[boxed]
    pub async fn me(&self, actor: &Actor) -> Result<User> {
        let grant = self.access.own(actor);
        self.account(&grant, actor.user_id).await
    }

    /// Somebody by id. Those who may not see everybody hear the same of hidden and absent people.
    #[boxed]
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User> {
        let grant = self.access.own(actor);
        if !self.can_see(&grant, actor, id).await? {
            return Err(context::PERMISSIONS.into());
        }
        self.account(&grant, id).await
    }

    #[boxed]
    pub async fn user_by_username(&self, actor: &Actor, username: &str) -> Result<User> {
        let grant = self.access.own(actor);
        let user = users::by_username(self.access.read(&grant), &normalize_name(username)).await?.ok_or(codes::NOT_FOUND_BY_NAME)?;
        if self.can_see(&grant, actor, user.id).await? { Ok(user) } else { Err(codes::NOT_FOUND_BY_NAME.into()) }
    }

    #[boxed]
    pub async fn user_by_email(&self, actor: &Actor, email: &str) -> Result<User> {
        let grant = self.access.own(actor);
        let user = users::by_email(self.access.read(&grant), &normalize_name(email)).await?.ok_or(codes::NOT_FOUND)?;
        if self.can_see(&grant, actor, user.id).await? { Ok(user) } else { Err(codes::NOT_FOUND.into()) }
    }

    /// Those of the people that exist and may be seen.
    #[boxed]
    pub async fn users_by_ids(&self, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<User>> {
        let grant = self.access.own(actor);
        let ids = self.only_seen(&grant, actor, ids).await?;
        users::by_ids(self.access.read(&grant), &ids).await
    }

    #[boxed]
    pub async fn users_by_usernames(&self, actor: &Actor, usernames: &[String]) -> Result<Vec<User>> {
        let grant = self.access.own(actor);
        let usernames: Vec<_> = usernames.iter().map(|name| normalize_name(name)).collect();
        let found = users::by_usernames(self.access.read(&grant), &usernames).await?;
        let seen = self.only_seen(&grant, actor, found.iter().map(|user| user.id).collect()).await?;
        Ok(found.into_iter().filter(|user| seen.contains(&user.id)).collect())
    }

    /// Whether the whole of an account is shown to the actor: it is theirs, or they run the server.
    pub fn sees_whole(&self, actor: &Actor, user: UserId) -> bool {
        actor.user_id == user || self.access.has_system_permission(actor, Permission::ManageSystem)
    }
}
