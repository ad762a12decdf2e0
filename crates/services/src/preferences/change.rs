//! Saving and deleting preferences.

use std::collections::HashSet;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{PostId, UserId};
use guildhall_model::user::Preference;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::preferences;
use guildhall_storage::usage::{self, Counted};

use crate::access::UserGrant;
use crate::boxed;
use crate::preferences::Preferences;

/// Limit of preferences per request.
pub const PREFERENCES_PER_REQUEST_MAX: usize = 100;

const FLAGGED_POST: &str = "flagged_post";

impl Preferences<'_> {
    #[boxed]
    pub async fn save_preferences(&self, actor: &Actor, user: UserId, mut changed: Vec<Preference>) -> Result<()> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
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
        let max = self.settings().quotas.preferences_per_user;
        let count = preferences::count(self.access.read(&grant), grant.id()).await?;
        // Whoever has too many may still change those that they have.
        let is_near = usage::is_near(count, changed.len() as i64, max);
        let added = if is_near { self.count_new(&grant, &changed).await? } else { 0 };
        if added > 0 && count + added > max {
            return Err(codes::PREFERENCE_LIMIT.into());
        }
        let (favorites, sidebar) = self.categories().sync_favorites(&grant, &changed, false).await?;
        let mut write = self.access.write(&grant, "preferences.save");
        write.extend(changed.iter().map(|preference| preferences::save(grant.write_id(), preference)));
        write.extend(favorites);
        if added > 0 {
            write.extend(usage::guard(Counted::PreferencesOf(user), max, codes::PREFERENCE_LIMIT));
        }
        write.commit(vec![sidebar, Event::PreferencesChanged { user_id: user, preferences: changed }]).await
    }

    /// How many of these the user does not have yet.
    async fn count_new(&self, grant: &UserGrant, changed: &[Preference]) -> Result<i64> {
        let stored = preferences::of_user(self.access.read(grant), grant.id()).await?;
        let names: HashSet<_> = stored.iter().map(|preference| (&preference.category, &preference.name)).collect();
        let new: HashSet<_> =
            changed.iter().map(|preference| (&preference.category, &preference.name)).filter(|name| !names.contains(name)).collect();
        Ok(new.len() as i64)
    }

    #[boxed]
    pub async fn delete_preferences(&self, actor: &Actor, user: UserId, deleted: Vec<Preference>) -> Result<()> {
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
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
