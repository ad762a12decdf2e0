//! Reading preferences: one's own, or others' with `edit_other_users`.

use guildhall_model::codes::users as codes;
use guildhall_model::id::UserId;
use guildhall_model::user::Preference;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::preferences;

use crate::boxed;
use crate::preferences::Preferences;

impl Preferences<'_> {
    #[boxed]
    pub async fn preferences(&self, actor: &Actor, user: UserId) -> Result<Vec<Preference>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        preferences::of_user(self.access.read(&grant), grant.id()).await
    }

    #[boxed]
    pub async fn preferences_of_category(&self, actor: &Actor, user: UserId, category: &str) -> Result<Vec<Preference>> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        let preferences = preferences::of_category(self.access.read(&grant), grant.id(), category).await?;
        if preferences.is_empty() { Err(codes::PREFERENCE_CATEGORY_NOT_FOUND.into()) } else { Ok(preferences) }
    }

    #[boxed]
    pub async fn preference(&self, actor: &Actor, user: UserId, category: &str, name: &str) -> Result<Preference> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        preferences::get(self.access.read(&grant), grant.id(), category, name).await?.ok_or_else(|| codes::PREFERENCE_NOT_FOUND.into())
    }
}
