//! From a token to the actor who holds it: the first thing that happens in nearly every request.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use guildhall_model::codes::context;
use guildhall_model::id::SessionId;
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, Actor, Session, User, Via};
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::sessions;

use super::known::Known;
use crate::boxed;
use crate::sessions::Sessions;

/// How often the use of a session is written down, at most.
const TOUCH_EVERY_MS: i64 = 5 * 60 * 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    pub actor: Actor,
    /// What a cookie-bearing write must show beside the cookie; empty for access tokens.
    pub csrf: String,
    pub expires_at: Millis,
}

impl Sessions<'_> {
    /// Who holds this token now. `SESSION_EXPIRED` for unknown, ended and revoked ones, and for deactivated people.
    #[boxed]
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated> {
        let (hash, now) = (TokenHash::of(token), self.clock.now());
        let known = self.valid(hash, now).await?;
        if known.length_ms > 0 && known.take_touch(now, TOUCH_EVERY_MS) {
            self.touch(hash, &known, now).await;
        }
        Ok(known.who.clone())
    }

    /// The account behind a token as it is now, without counting this as a use of the session: what a connection does
    /// by itself must not keep its session alive.
    #[boxed]
    pub async fn actor_of(&self, token: &str) -> Result<Actor> {
        Ok(self.valid(TokenHash::of(token), self.clock.now()).await?.who.actor.clone())
    }

    async fn valid(&self, hash: TokenHash, now: Millis) -> Result<Arc<Known>> {
        let known = match self.state().known_tokens.get(hash) {
            Some(known) => known,
            None => self.look_up(hash).await?,
        };
        if !known.who.expires_at.is_zero() && known.who.expires_at <= now {
            self.state().known_tokens.forget_token(hash);
            return Err(context::SESSION_EXPIRED.into());
        }
        Ok(known)
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Arc<Known>> {
        let ticket = self.state().known_tokens.ticket();
        let grant = self.access.system("a token says who asks");
        let db = self.access.read(&grant);
        let known = match sessions::by_token(db, grant.server(), hash).await? {
            Some((session, user)) => self.known_session(session, user),
            None => match sessions::access_token_by_token(db, grant.server(), hash).await? {
                Some((token, user)) => self.known_access_token(&token, user),
                None => None,
            },
        };
        let known = Arc::new(known.ok_or(context::SESSION_EXPIRED)?);
        self.state().known_tokens.remember(ticket, hash, Arc::clone(&known));
        Ok(known)
    }

    fn known_session(&self, session: Session, user: User) -> Option<Known> {
        let ended = !session.expires_at.is_zero() && session.expires_at <= self.clock.now();
        let length_ms = if session.expires_at.is_zero() { 0 } else { self.session_length_ms(&session) };
        (!ended && user.is_active()).then(|| Known {
            who: Authenticated {
                csrf: session.props.get("csrf").cloned().unwrap_or_default(),
                expires_at: session.expires_at,
                actor: actor(user, session.id, Via::Session),
            },
            touched_at: AtomicI64::new(session.last_activity_at.0),
            length_ms,
        })
    }

    /// Bots' tokens work also where people's are switched off.
    fn known_access_token(&self, token: &AccessToken, user: User) -> Option<Known> {
        let allowed = user.is_bot || self.settings().integrations.access_tokens;
        (token.is_active && user.is_active() && allowed).then(|| Known {
            who: Authenticated {
                csrf: String::new(),
                expires_at: Millis::ZERO,
                actor: actor(user, SessionId::from_bytes(*token.id.bytes()), Via::AccessToken),
            },
            touched_at: AtomicI64::new(0),
            length_ms: 0,
        })
    }

    /// How long a session of this kind lasts.
    pub(super) fn session_length_ms(&self, session: &Session) -> i64 {
        let lengths = &self.settings().sessions;
        let is_mobile = !session.device_id.is_empty() || session.props.get("isMobile").is_some_and(|value| value == "true");
        let hours = if is_mobile { lengths.mobile_hours } else { lengths.web_hours };
        hours.max(1).saturating_mul(60 * 60 * 1_000)
    }

    /// Writes the use down, and moves the end where that is wanted. That it cannot be written does not stop anybody.
    async fn touch(&self, hash: TokenHash, known: &Known, now: Millis) {
        let expires_at = if self.settings().sessions.extend_with_activity { now.plus_ms(known.length_ms) } else { known.who.expires_at };
        let grant = self.access.system("a session was used");
        let mut write = self.access.write(&grant);
        write.push(sessions::touch(grant.write_id(known.who.actor.user_id), known.who.actor.session_id, now, expires_at));
        let ticket = self.state().known_tokens.ticket();
        if let Err(error) = write.commit(Events::none("nobody is shown when a session was last used")).await {
            tracing::debug!(%error, "the use of a session was not written down");
            return;
        }
        let who = Authenticated { expires_at, ..known.who.clone() };
        self.state().known_tokens.remember(
            ticket,
            hash,
            Arc::new(Known { who, touched_at: AtomicI64::new(now.0), length_ms: known.length_ms }),
        );
    }
}

fn actor(user: User, session_id: SessionId, via: Via) -> Actor {
    Actor { user_id: user.id, session_id, is_bot: user.is_bot, is_guest: user.is_guest(), roles: user.roles, via, address: None }
}
