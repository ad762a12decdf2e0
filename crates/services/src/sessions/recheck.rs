//! Compares the sessions and memberships of open connections with the database: a change by the command line, by another node, or
//! one whose event was lost takes effect within the interval of this check.

use std::collections::HashMap;

use guildhall_model::Result;
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::role::SYSTEM_GUEST;
use guildhall_storage::sessions::{self, Accepted, ValidSession};

use crate::boxed;
use crate::sessions::Sessions;

/// The session of a connection, as it was when it connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectedSession {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub is_guest: bool,
    /// The digest of the channels and teams whose events the connection receives; `None` while they are loaded.
    pub memberships_digest: Option<i64>,
}

/// What the check of connections found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionCheck {
    /// The sessions whose connections must be closed: they are not valid any more, belong to another user, or their user became a
    /// guest or ceased to be one, or must set up a second factor now.
    pub ended: Vec<SessionId>,
    /// The users whose memberships differ from those of their connections, with the digest of the stored ones.
    pub changed_memberships: Vec<(UserId, i64)>,
}

impl Sessions<'_> {
    /// Compares the connections with the database, in one query for up to 1,024 of them. Cached tokens are invalidated where they,
    /// too, differ from the database.
    #[boxed]
    pub async fn check_sessions(&self, connected: &[ConnectedSession]) -> Result<SessionCheck> {
        let mut ids: Vec<SessionId> = connected.iter().map(|connection| connection.session_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let grant = self.access.system("the sessions of all connections are checked");
        let (now, settings) = (self.clock.now(), self.settings());
        let accepted = Accepted { user_tokens: settings.integrations.access_tokens, oauth: settings.integrations.oauth_provider };
        let valid = sessions::valid_among(self.access.read(&grant), grant.server(), &ids, now, accepted).await?;
        let valid: HashMap<SessionId, ValidSession> = valid.into_iter().map(|session| (session.id, session)).collect();
        valid.values().for_each(|session| self.refresh_cached_token(session));
        let requirement = self.second_factors().requirement().await?;
        let lacks_second_factor = |session: &ValidSession| {
            let due_at = requirement.due_at(self.access.administrates(&session.roles), session.create_at);
            !session.has_second_factor && !session.is_bot && due_at.is_some_and(|due_at| due_at <= now)
        };
        let is_unchanged = |connection: &ConnectedSession| {
            valid.get(&connection.session_id).is_some_and(|session| {
                let is_guest = session.roles.split_ascii_whitespace().any(|role| role == SYSTEM_GUEST);
                session.user_id == connection.user_id && is_guest == connection.is_guest && !lacks_second_factor(session)
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
        let mut changed_memberships: Vec<(UserId, i64)> = connected
            .iter()
            .filter_map(|connection| {
                let stored = valid.get(&connection.session_id)?.memberships_digest;
                connection.memberships_digest.filter(|digest| *digest != stored).map(|_| (connection.user_id, stored))
            })
            .collect();
        changed_memberships.sort_unstable();
        changed_memberships.dedup_by_key(|(user, _)| *user);
        Ok(SessionCheck { ended, changed_memberships })
    }

    fn refresh_cached_token(&self, session: &ValidSession) {
        let Some(cached) = self.state().token_cache.get(session.token) else { return };
        let actor = &cached.authentication.actor;
        if actor.roles != session.roles || actor.is_bot != session.is_bot {
            self.state().token_cache.invalidate(session.token);
        }
    }
}
