//! Compares the sessions of open connections with the database: a change by the command line, by another node, or one whose
//! event was lost takes effect within the interval of this check.

use std::collections::HashMap;

use guildhall_model::Result;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::role::SYSTEM_GUEST;
use guildhall_storage::sessions::{self, ValidSession};

use crate::boxed;
use crate::sessions::Sessions;

/// The session of a connection, as it was when it connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectedSession {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub is_guest: bool,
}

impl Sessions<'_> {
    /// The sessions whose connections must be closed: they are not valid any more, belong to another user, or their user
    /// became a guest or ceased to be one. Cached tokens are invalidated where they, too, differ from the database.
    #[boxed]
    pub async fn ended_sessions(&self, connected: &[ConnectedSession]) -> Result<Vec<SessionId>> {
        let mut ids: Vec<SessionId> = connected.iter().map(|connection| connection.session_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let grant = self.access.system("the sessions of all connections are checked");
        let (now, are_user_tokens_accepted) = (self.clock.now(), self.settings().integrations.access_tokens);
        let valid = sessions::valid_among(self.access.read(&grant), grant.server(), &ids, now, are_user_tokens_accepted).await?;
        let valid: HashMap<SessionId, ValidSession> = valid.into_iter().map(|session| (session.id, session)).collect();
        valid.values().for_each(|session| self.refresh_cached_token(session));
        let is_unchanged = |connection: &ConnectedSession| {
            valid.get(&connection.session_id).is_some_and(|session| {
                let is_guest = session.roles.split_ascii_whitespace().any(|role| role == SYSTEM_GUEST);
                session.user_id == connection.user_id && is_guest == connection.is_guest
            })
        };
        let mut ended: Vec<SessionId> =
            connected.iter().filter(|connection| !is_unchanged(connection)).map(|connection| connection.session_id).collect();
        ended.sort_unstable();
        ended.dedup();
        if !ended.is_empty() {
            let ended = ended.clone();
            self.state().token_cache.invalidate_where(move |cached| ended.binary_search(&cached.authentication.actor.session_id).is_ok());
        }
        Ok(ended)
    }

    fn refresh_cached_token(&self, session: &ValidSession) {
        let Some(cached) = self.state().token_cache.get(session.token) else { return };
        let actor = &cached.authentication.actor;
        if actor.roles != session.roles || actor.is_bot != session.is_bot {
            self.state().token_cache.invalidate(session.token);
        }
    }
}
