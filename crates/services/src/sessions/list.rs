//! Where somebody is logged in.

use guildhall_model::id::UserId;
use guildhall_model::user::Session;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::sessions;

use super::SESSIONS_MAX;
use crate::Services;

impl Services {
    pub async fn sessions_of(&self, actor: &Actor, user: UserId) -> Result<Vec<Session>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        sessions::of_user(self.access.read(&grant), user, SESSIONS_MAX, 0).await
    }
}
