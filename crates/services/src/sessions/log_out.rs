//! The end of sessions: one's own, somebody's, everybody's, and those that nobody used for too long.

use guildhall_model::codes::users as codes;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::Via;
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::sessions;

use crate::access::{UserGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::sessions::Sessions;

/// How many sessions one commit ends.
const PIECE: i64 = 1_000;

impl Sessions<'_> {
    /// Ends the session that asks. An access token stays what it is.
    #[boxed]
    pub async fn log_out(&self, actor: &Actor) -> Result<()> {
        if actor.via != Via::Session {
            return Ok(());
        }
        let grant = self.access.own(actor);
        self.end_session(&grant, actor, actor.session_id, "logout").await
    }

    #[boxed]
    pub async fn revoke_session(&self, actor: &Actor, user: UserId, session: SessionId) -> Result<()> {
        let (grant, _) = self.users().changeable(actor, user, Permission::EditOtherUsers).await?;
        sessions::get(self.access.read(&grant), grant.id(), session).await?.ok_or(codes::SESSION_NOT_FOUND)?;
        self.end_session(&grant, actor, session, "revoke_session").await
    }

    async fn end_session(&self, grant: &Writing<UserGrant>, actor: &Actor, session_id: SessionId, action: &str) -> Result<()> {
        let mut write = self.access.write(grant);
        write.push(sessions::delete(grant.write_id(), session_id));
        write.push(self.audits().audited(Trace::of(actor), action, &format!("session_id={session_id}")));
        write.commit(ended(grant.user_id(), session_id)).await
    }

    #[boxed]
    pub async fn revoke_all_sessions(&self, actor: &Actor, user: UserId) -> Result<()> {
        let (grant, _) = self.users().changeable(actor, user, Permission::EditOtherUsers).await?;
        let ended = self.session_ends(&grant, None).await?;
        let mut write = self.access.write(&grant);
        write.push(sessions::delete_of_user(grant.write_id(), None));
        write.push(self.audits().audited(Trace::of(actor), "revoke_all_sessions", &format!("user_id={user}")));
        write.commit(ended).await
    }

    /// Logs everybody out, the one who asks as well.
    #[boxed]
    pub async fn revoke_sessions_of_all_users(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let mut audit = Some(self.audits().audited(Trace::of(actor), "revoke_sessions_of_all_users", ""));
        loop {
            let some = sessions::all(self.access.read(&grant), grant.server(), PIECE).await?;
            let mut write = self.access.write(&grant);
            write.extend(audit.take());
            write.extend(sessions::delete_of_anybody(grant.write_server(), &some.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            write.commit(some.iter().map(|(session_id, user_id)| ended(*user_id, *session_id)).collect::<Vec<_>>()).await?;
            if (some.len() as i64) < PIECE {
                return Ok(());
            }
        }
    }

    /// What closes the connections of somebody's sessions, but for one.
    pub(crate) async fn session_ends(&self, grant: &UserGrant, except: Option<SessionId>) -> Result<Vec<Event>> {
        let theirs = sessions::of_user(self.access.read(grant), grant.id(), 2 * super::SESSIONS_MAX, 0).await?;
        Ok(theirs.into_iter().filter(|session| Some(session.id) != except).map(|session| ended(grant.user_id(), session.id)).collect())
    }

    /// Removes the sessions that have ended by themselves.
    pub(crate) async fn sweep_sessions(&self) -> Result<()> {
        let grant = self.access.system("sessions end by themselves");
        loop {
            let some = sessions::expired(self.access.read(&grant), grant.server(), self.clock.now(), PIECE).await?;
            if some.is_empty() {
                return Ok(());
            }
            let mut write = self.access.write(&grant);
            write.extend(sessions::delete_of_anybody(grant.write_server(), &some.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            let events: Events = some.iter().map(|(session_id, user_id)| ended(*user_id, *session_id)).collect::<Vec<_>>().into();
            write.commit(events).await?;
        }
    }
}

fn ended(user_id: UserId, session_id: SessionId) -> Event {
    Event::SessionRevoked { user_id, session_id }
}
