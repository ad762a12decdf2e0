//! The apps that somebody has authorized, and how that ends.

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::integration::OAuthApp;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::oauth::{self, authorizations, grants};
use guildhall_storage::users;

use super::end::revocations;
use crate::boxed;
use crate::oauth::OAuth;

impl OAuth<'_> {
    #[boxed]
    pub async fn authorized_oauth_apps(&self, actor: &Actor, user: UserId, limit: i64, offset: i64) -> Result<Vec<OAuthApp>> {
        self.require_oauth_enabled()?;
        let grant = self.access.user(actor, user, Permission::EditOtherUsers).await?;
        authorizations::apps(self.access.read(&grant), grant.id(), limit, offset).await
    }

    /// Ends everything that the actor has given to the app. It does nothing where there is nothing, and works while the provider is
    /// switched off.
    #[boxed]
    pub async fn deauthorize(&self, actor: &Actor, client_id: &str) -> Result<()> {
        let app: OAuthAppId = client_id.parse().map_err(|_| codes::OAUTH_NOT_FOUND)?;
        let grant = self.access.own_account(actor);
        let given = grants::of_user(self.access.read(&grant), grant.id(), app).await?;
        let mut write = self.access.write(&grant, "oauth.deauthorize").recorded();
        write.push(users::lock(grant.write_id()));
        write.push(authorizations::delete(grant.write_id(), app));
        write.push(oauth::codes::delete(grant.write_id(), app));
        write.extend(grants::delete(grant.write_id(), app));
        write.detail("app_id", app);
        write.commit(revocations(&given)).await
    }
}
