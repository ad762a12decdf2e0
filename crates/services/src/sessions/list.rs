//! Listing a user's sessions.

use guildhall_model::id::UserId;
use guildhall_model::team::TeamMember;
use guildhall_model::user::Session;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::{sessions, team_members};

use super::SESSIONS_MAX;
use crate::boxed;
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// The user's sessions, and the user's team memberships.
    #[boxed]
    pub async fn sessions_of(&self, actor: &Actor, user: UserId) -> Result<(Vec<Session>, Vec<TeamMember>)> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let db = self.access.read(&grant);
        Ok((sessions::of_user(db, grant.id(), SESSIONS_MAX, 0).await?, team_members::of_user(db, grant.id()).await?))
    }
}
