//! The end of sessions: one's own, somebody's, everybody's, and those that nobody used for too long.

use guildhall_model::codes::users as codes;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::Via;
use guildhall_model::{Actor, Event, Events, Permission, Result};
use guildhall_storage::sessions;

use crate::Services;
use crate::access::Grant;
use crate::audits::Trace;

/// How many sessions one commit ends.
const PIECE: i64 = 1_000;

impl Services {
    /// Ends the session that asks. An access token stays what it is.
    pub async fn log_out(&self, actor: &Actor) -> Result<()> {
        if actor.via != Via::Session {
            return Ok(());
        }
        let grant = self.access.own(actor);
        self.end_session(&grant, actor, actor.user_id, actor.session_id, "logout").await
    }

    pub async fn revoke_session(&self, actor: &Actor, user: UserId, session: SessionId) -> Result<()> {
        let (grant, _) = self.changeable(actor, user, Permission::EditOtherUsers).await?;
        let found = sessions::get(self.access.read(&grant), session).await?;
        if found.is_none_or(|found| found.user_id != user) {
            return Err(codes::SESSION_NOT_FOUND.into());
        }
        self.end_session(&grant, actor, user, session, "revoke_session").await
    }

    async fn end_session(&self, grant: &impl Grant, actor: &Actor, user_id: UserId, session_id: SessionId, action: &str) -> Result<()> {
        let mut write = self.access.write(grant);
        write.push(sessions::delete(session_id));
        write.push(self.audited(Trace::of(actor), action, &format!("session_id={session_id}")));
        write.commit(Event::SessionRevoked { user_id, session_id }).await?;
        self.known_tokens.forget_session(session_id);
        Ok(())
    }

    pub async fn revoke_all_sessions(&self, actor: &Actor, user: UserId) -> Result<()> {
        let (grant, _) = self.changeable(actor, user, Permission::EditOtherUsers).await?;
        let ended = self.session_ends(&grant, user, None).await?;
        let mut write = self.access.write(&grant);
        write.push(sessions::delete_of_user(user, None));
        write.push(self.audited(Trace::of(actor), "revoke_all_sessions", &format!("user_id={user}")));
        write.commit(ended).await?;
        self.known_tokens.forget_user(user);
        Ok(())
    }

    /// Logs everybody out, the one who asks as well.
    pub async fn revoke_sessions_of_all_users(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let mut audit = Some(self.audited(Trace::of(actor), "revoke_sessions_of_all_users", ""));
        loop {
            let some = sessions::all(self.access.read(&grant), PIECE).await?;
            let mut write = self.access.write(&grant);
            write.extend(audit.take());
            write.extend(sessions::delete_each(&some.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            write.commit(some.iter().map(|(session_id, user_id)| ended(*user_id, *session_id)).collect::<Vec<_>>()).await?;
            self.known_tokens.forget_all();
            if (some.len() as i64) < PIECE {
                return Ok(());
            }
        }
    }

    /// What closes the connections of somebody's sessions, but for one.
    pub(crate) async fn session_ends(&self, grant: &impl Grant, user: UserId, except: Option<SessionId>) -> Result<Vec<Event>> {
        let theirs = sessions::of_user(self.access.read(grant), user, 2 * super::SESSIONS_MAX, 0).await?;
        Ok(theirs.into_iter().filter(|session| Some(session.id) != except).map(|session| ended(user, session.id)).collect())
    }

    /// Removes the sessions that have ended by themselves.
    pub async fn sweep_sessions(&self) -> Result<()> {
        let grant = self.access.system("sessions end by themselves");
        loop {
            let some = sessions::expired(self.access.read(&grant), self.clock.now(), PIECE).await?;
            if some.is_empty() {
                return Ok(());
            }
            let mut write = self.access.write(&grant);
            write.extend(sessions::delete_each(&some.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
            let events: Events = some.iter().map(|(session_id, user_id)| ended(*user_id, *session_id)).collect::<Vec<_>>().into();
            write.commit(events).await?;
        }
    }
}

fn ended(user_id: UserId, session_id: SessionId) -> Event {
    Event::SessionRevoked { user_id, session_id }
}
