//! From a token to the actor who holds it: the first thing that happens in nearly every request.

use guildhall_model::codes::context;
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{Actor, Session, User, Via};
use guildhall_model::{Millis, Result};
use guildhall_storage::sessions;

use crate::Services;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    pub actor: Actor,
    /// What a cookie-bearing write must show beside the cookie; empty for access tokens.
    pub csrf: String,
    pub expires_at: Millis,
}

impl Services {
    /// Who holds this token now. `SESSION_EXPIRED` for unknown, ended and revoked ones, and for deactivated people.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated> {
        let grant = self.access.system("a token says who asks");
        let db = self.access.read(&grant);
        let hash = TokenHash::of(token);
        if let Some((session, user)) = sessions::by_token(db, hash).await? {
            let ended = !session.expires_at.is_zero() && session.expires_at <= self.clock.now();
            if ended || !user.is_active() {
                return Err(context::SESSION_EXPIRED.into());
            }
            return Ok(of_session(session, user));
        }
        Err(context::SESSION_EXPIRED.into())
    }
}

fn of_session(session: Session, user: User) -> Authenticated {
    Authenticated {
        csrf: session.props.get("csrf").cloned().unwrap_or_default(),
        expires_at: session.expires_at,
        actor: Actor {
            user_id: user.id,
            session_id: session.id,
            is_bot: user.is_bot,
            is_guest: user.is_guest(),
            roles: user.roles,
            via: Via::Session,
        },
    }
}
