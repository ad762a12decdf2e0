//! Saving and deleting preferences.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{PostId, UserId};
use guildhall_model::user::Preference;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::preferences;

use crate::boxed;
use crate::preferences::Preferences;

/// Limit of preferences per request.
pub const PREFERENCES_PER_REQUEST_MAX: usize = 100;
/// Limit of preferences per user.
const PREFERENCES_MAX: i64 = 20_000;

const FLAGGED_POST: &str = "flagged_post";

impl Preferences<'_> {
    #[boxed]
    pub async fn save_preferences(&self, actor: &Actor, user: UserId, mut changed: Vec<Preference>) -> Result<()> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        check_count(&changed)?;
        if changed.iter().any(|preference| preference.user_id != user) {
            return Err(codes::PREFERENCE_OF_OTHER.into());
        }
        for preference in &mut changed {
            preference.check()?;
            if preference.category == FLAGGED_POST {
                preference.name = self.check_flagged_post(actor, preference).await?.to_string();
            }
        }
        if preferences::count(self.access.read(&grant), grant.id()).await? + changed.len() as i64 > PREFERENCES_MAX {
            return Err(codes::PREFERENCE_LIMIT.into());
        }
        let (favorites, sidebar) = self.categories().sync_favorites(&grant, &changed, false).await?;
        let mut write = self.access.write(&grant, "preferences.save");
        write.extend(changed.iter().map(|preference| preferences::save(grant.write_id(), preference)));
        write.extend(favorites);
        write.commit(vec![sidebar, Event::PreferencesChanged { user_id: user, preferences: changed }]).await
    }

    #[boxed]
    pub async fn delete_preferences(&self, actor: &Actor, user: UserId, deleted: Vec<Preference>) -> Result<()> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers)?;
        check_count(&deleted)?;
        if deleted.iter().any(|preference| preference.user_id != user) {
            return Err(codes::PREFERENCE_DELETE_OF_OTHER.into());
        }
        let (favorites, sidebar) = self.categories().sync_favorites(&grant, &deleted, true).await?;
        let mut write = self.access.write(&grant, "preferences.delete");
        write.extend(deleted.iter().map(|preference| preferences::delete(grant.write_id(), &preference.category, &preference.name)));
        write.extend(favorites);
        write.commit(vec![sidebar, Event::PreferencesDeleted { user_id: user, preferences: deleted }]).await
    }

    /// The post of a `flagged_post` preference. Hidden and absent posts give the same error.
    async fn check_flagged_post(&self, actor: &Actor, preference: &Preference) -> Result<PostId> {
        let post: PostId = preference.name.parse().map_err(|_| context::INVALID_PARAM.with("name", "preference.name"))?;
        match self.access.read_post(actor, post).await {
            Err(error) if error.is(guildhall_model::codes::posts::NOT_FOUND) => Err(context::PERMISSIONS.into()),
            result => result.map(|grant| grant.post.id),
        }
    }
}

fn check_count(preferences: &[Preference]) -> Result<()> {
    if (1..=PREFERENCES_PER_REQUEST_MAX).contains(&preferences.len()) {
        Ok(())
    } else {
        Err(context::INVALID_PARAM.with("name", "preferences"))
    }
}
