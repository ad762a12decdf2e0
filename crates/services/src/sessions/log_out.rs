//! Ending sessions: log-out, revocation by users and administrators, and the sweep of expired sessions.

use guildhall_model::codes::users as codes;
use guildhall_model::id::{AccessTokenId, SessionId, UserId};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::oauth::{authorizations, codes as oauth_codes, grants};
use guildhall_storage::{Statement, sessions, users};

use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::sessions::Sessions;
use crate::sessions::{AccessEnd, EndedAccess};

/// Sessions per commit.
const BATCH_SIZE: i64 = 1_000;

impl Sessions<'_> {
    /// Ends the actor's session. Does nothing for access tokens.
    #[boxed]
    pub async fn log_out(&self, actor: &Actor) -> Result<()> {
        if !matches!(actor.auth_method, AuthMethod::Session | AuthMethod::OAuth) {
            return Ok(());
        }
        let grant = self.access.own_account(actor);
        self.end_session(&grant, actor.session_id, "sessions.logout").await
    }

    #[boxed]
    pub async fn revoke_session(&self, actor: &Actor, user: UserId, session: SessionId) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        sessions::get(self.access.read(&grant), grant.id(), session).await?.ok_or(codes::SESSION_NOT_FOUND)?;
        self.end_session(&grant, session, "sessions.revoke").await
    }

    async fn end_session(&self, grant: &Writing<UserGrant>, session_id: SessionId, action: &'static str) -> Result<()> {
        let mut write = self.access.write(grant, action).recorded();
        // An app must not get the next session with its refresh token.
        write.push(users::lock(grant.write_id()));
        write.push(grants::delete_of_session(grant.write_id(), session_id));
        write.push(sessions::delete(grant.write_id(), session_id));
        write.detail("session_id", session_id);
        write.commit(revoked_event(grant.user_id(), session_id)).await
    }

    #[boxed]
    pub async fn revoke_all_sessions(&self, actor: &Actor, user: UserId) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, user, Permission::EditOtherUsers).await?;
        let EndedAccess { statements, mut events } = self.end_access(&grant, &[AccessEnd::SessionsRevoked]).await?;
        events.push(Event::AccountChanged { user_id: user });
        let mut write = self.access.write(&grant, "sessions.revoke_all").recorded();
        write.extend(statements);
        write.commit(events).await
    }

    /// Revokes the actor's sessions but the one that asks for it. Access tokens stay.
    #[boxed]
    pub async fn revoke_other_sessions(&self, actor: &Actor, user: UserId) -> Result<()> {
        let grant = self.access.require_own_account(actor, user)?;
        let EndedAccess { statements, events } = self.end_access(&grant, &[AccessEnd::OtherSessionsRevoked(actor.session_id)]).await?;
        let mut write = self.access.write(&grant, "sessions.revoke_others").recorded();
        write.extend(statements);
        write.commit(events).await
    }

    /// Revokes the sessions and access tokens of all users and bots, including the actor's.
    #[boxed]
    pub async fn revoke_sessions_of_all_users(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        loop {
            let batch = sessions::all(self.access.read(&grant), grant.server(), BATCH_SIZE).await?;
            let mut write = self.access.write(&grant, "sessions.revoke_all_users");
            write.detail("sessions", batch.len());
            write.push(oauth_codes::delete_all(grant.write_server()));
            write.push(grants::delete_all(grant.write_server()));
            write.push(authorizations::delete_all(grant.write_server()));
            write.extend(sessions::delete_by_ids(grant.write_server(), &batch.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            write.commit(batch.iter().map(|(session_id, user_id)| revoked_event(*user_id, *session_id)).collect::<Vec<_>>()).await?;
            if (batch.len() as i64) < BATCH_SIZE {
                break;
            }
        }
        loop {
            let batch = sessions::all_access_tokens(self.access.read(&grant), grant.server(), BATCH_SIZE).await?;
            if batch.is_empty() {
                return Ok(());
            }
            let mut write = self.access.write(&grant, "sessions.revoke_all_users");
            write.detail("access_tokens", batch.len());
            write.extend(sessions::delete_access_tokens_by_ids(grant.write_server(), &batch.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            let revoked = |(id, user): &(AccessTokenId, UserId)| revoked_event(*user, SessionId::from_bytes(*id.bytes()));
            write.commit(batch.iter().map(revoked).collect::<Vec<_>>()).await?;
        }
    }

    /// The events that close the connections of the user's sessions, except one.
    pub(crate) async fn session_revocations(&self, grant: &UserGrant, except: Option<SessionId>) -> Result<Vec<Event>> {
        let sessions = sessions::of_user(self.access.read(grant), grant.id(), 2 * super::SESSIONS_MAX, 0).await?;
        let revoked = sessions.into_iter().filter(|session| Some(session.id) != except);
        Ok(revoked.map(|session| revoked_event(grant.user_id(), session.id)).collect())
    }

    /// Deletes expired sessions. `condition` is the first statement of each batch.
    pub async fn sweep_sessions(&self, condition: Option<&Statement>) -> Result<()> {
        let grant = self.access.system("expired sessions are deleted");
        loop {
            let batch = sessions::expired(self.access.read(&grant), grant.server(), self.clock.now(), BATCH_SIZE).await?;
            if batch.is_empty() {
                return Ok(());
            }
            let mut write = self.access.write(&grant, "sessions.sweep");
            write.extend(condition.cloned());
            write.extend(sessions::delete_by_ids(grant.write_server(), &batch.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            let events: Events = batch.iter().map(|(session_id, user_id)| revoked_event(*user_id, *session_id)).collect::<Vec<_>>().into();
            write.commit(events).await?;
        }
    }
}

fn revoked_event(user_id: UserId, session_id: SessionId) -> Event {
    Event::SessionRevoked { user_id, session_id }
}
