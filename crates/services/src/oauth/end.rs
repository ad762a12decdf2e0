//! Deleting an app, which ends what all people have given to it.

use guildhall_model::id::{OAuthAppId, OAuthGrantId};
use guildhall_model::oauth::OAuthGrant;
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::Statement;
use guildhall_storage::oauth::{self, authorizations, grants};

use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::oauth::OAuth;

/// Grants per commit.
pub(super) const BATCH_SIZE: i64 = 1_000;

impl OAuth<'_> {
    #[boxed]
    pub async fn delete_oauth_app(&self, actor: &Actor, id: OAuthAppId) -> Result<()> {
        let (app, grant) = self.managed_oauth_app(actor, id).await?;
        loop {
            let some = grants::of_app(self.access.read(&grant), grant.server(), id, BATCH_SIZE).await?;
            let is_last = (some.len() as i64) < BATCH_SIZE;
            let mut write = self.access.write(&grant, if is_last { "oauth.delete_app" } else { "oauth.end_grants" });
            write.detail("app_id", id);
            write.detail("name", &app.name);
            if is_last {
                // The app first: who has got a code or a token at the same moment has done so before, and it ends here.
                write.push(oauth::delete(id));
                write.push(authorizations::delete_of_app(grant.write_server(), id));
                write.push(oauth::codes::delete_of_app(grant.write_server(), id));
                write.extend(grants::delete_of_app(grant.write_server(), id));
            } else {
                write.extend(delete_grants(&grant, &some));
            }
            write.commit(revocations(&some)).await?;
            if is_last {
                return Ok(());
            }
        }
    }
}

/// Deletes these grants with their sessions.
pub(super) fn delete_grants(system: &Writing<SystemGrant>, ended: &[OAuthGrant]) -> Vec<Statement> {
    let ids: Vec<OAuthGrantId> = ended.iter().map(|grant| grant.id).collect();
    grants::delete_with_sessions(system.write_server(), &ids)
}

/// The events that close the connections of these grants.
pub(super) fn revocations(grants: &[OAuthGrant]) -> Vec<Event> {
    grants.iter().map(|grant| Event::SessionRevoked { user_id: grant.user_id, session_id: grant.session_id }).collect()
}
