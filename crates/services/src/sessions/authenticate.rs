//! Authenticates tokens: session tokens and personal access tokens, with a cache in front of the database.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use guildhall_model::codes::{context, mcp as mcp_codes, second_factors, users as codes};
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::{AccessToken, Actor, AuthMethod, Session, User};
use guildhall_model::{Events, Millis, Permission, Result, mcp};
use guildhall_storage::{sessions, users};

use super::throttle::Attempt;
use super::token_cache::CachedToken;
use crate::boxed;
use crate::sessions::Sessions;

/// Minimum interval between two writes of a session's last activity.
const TOUCH_EVERY_MS: i64 = 5 * 60 * 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    pub actor: Actor,
    /// The CSRF token that writes with a cookie must send; empty for access tokens.
    pub csrf: String,
    pub expires_at: Millis,
    /// From when on the account must have a second factor to do more than set one up; `None` for one that has or needs none.
    pub second_factor_due_at: Option<Millis>,
    /// For what an app has asked for its token (RFC 8707); empty where it did not say, and for what is no app's token.
    pub resource: String,
}

impl Authentication {
    /// `REQUIRED` where the account must have a second factor and has none.
    pub fn check_second_factor(&self, now: Millis) -> Result<()> {
        match self.second_factor_due_at {
            Some(due_at) if due_at <= now => Err(second_factors::REQUIRED.into()),
            _ => Ok(()),
        }
    }

    /// `TOKEN_ONLY_HERE` for a token that an app has for the Model Context Protocol, and uses for something else.
    pub fn check_not_for_mcp(&self) -> Result<()> {
        if mcp::is_resource(&self.resource) { Err(mcp_codes::TOKEN_ONLY_HERE.into()) } else { Ok(()) }
    }
}

impl Sessions<'_> {
    /// The actor of this token. `second_factors::REQUIRED` where the account must set up a second factor first. `SESSION_EXPIRED` for unknown, expired and revoked tokens, and for deactivated users.
    /// `TOKEN_ONLY_HERE` for tokens for the Model Context Protocol. Unknown tokens count for the client's address, and `RATE_LIMITED` is returned before the database is asked.
    #[boxed]
    pub async fn authenticate(&self, token: &str, address: Option<IpAddr>) -> Result<Authentication> {
        let authentication = self.authenticate_to_set_up(token, address).await?;
        authentication.check_second_factor(self.clock.now())?;
        authentication.check_not_for_mcp()?;
        Ok(authentication)
    }

    /// The same without these checks: for what sets a second factor up, for the Model Context Protocol, and for callers that check
    /// themselves.
    #[boxed]
    pub async fn authenticate_to_set_up(&self, token: &str, address: Option<IpAddr>) -> Result<Authentication> {
        let (hash, now) = (TokenHash::of(token), self.clock.now());
        let cached = self.validate(hash, now, address).await?;
        if cached.length_ms > 0 && cached.claim_touch(now, TOUCH_EVERY_MS) {
            self.touch(hash, &cached, now, address).await;
        }
        Ok(cached.authentication.clone())
    }

    /// The actor of this token, without extending the session: what a connection does by itself must not keep it alive.
    #[boxed]
    pub async fn actor_for_token(&self, token: &str) -> Result<Actor> {
        let now = self.clock.now();
        let cached = self.validate(TokenHash::of(token), now, None).await?;
        cached.authentication.check_second_factor(now)?;
        cached.authentication.check_not_for_mcp()?;
        Ok(cached.authentication.actor.clone())
    }

    /// The local administrator as an account, for what has an author. `NOT_FOUND` for accounts that are deactivated.
    #[boxed]
    pub async fn actor_for_account(&self, administrator: &Actor, id: UserId) -> Result<Actor> {
        let grant = self.access.user_to_read(administrator, id, Permission::ManageSystem)?;
        let user = users::get(self.access.read(&grant), id).await?;
        let user = user.filter(|user| user.is_active() && !user.is_bot).ok_or(codes::NOT_FOUND)?;
        Ok(actor(user, administrator.session_id, AuthMethod::LocalAccount))
    }

    async fn validate(&self, hash: TokenHash, now: Millis, address: Option<IpAddr>) -> Result<Arc<CachedToken>> {
        let cached = match self.state().token_cache.get(hash) {
            Some(cached) => cached,
            None => self.look_up_limited(hash, address).await?,
        };
        if !cached.authentication.expires_at.is_zero() && cached.authentication.expires_at <= now {
            self.state().token_cache.invalidate(hash);
            return Err(context::SESSION_EXPIRED.into());
        }
        Ok(cached)
    }

    async fn look_up_limited(&self, hash: TokenHash, address: Option<IpAddr>) -> Result<Arc<CachedToken>> {
        let attempt = self.begin_token_look_up(address)?;
        let result = self.look_up(hash).await;
        // Failures of the database do not count.
        if !matches!(&result, Err(error) if error.is(context::SESSION_EXPIRED)) {
            attempt.cancel();
        }
        result
    }

    /// Counts the look-up of a token until it is canceled; `RATE_LIMITED` above the limit of the address.
    pub(crate) fn begin_token_look_up(&self, address: Option<IpAddr>) -> Result<Attempt> {
        let limits = &self.settings().limits;
        match address.filter(|_| limits.enabled) {
            Some(address) => self.state().throttle.begin_look_up(address, limits.requests_burst, self.clock.now()),
            None => Ok(Attempt::default()),
        }
    }

    async fn look_up(&self, hash: TokenHash) -> Result<Arc<CachedToken>> {
        let generation = self.state().token_cache.generation();
        let grant = self.access.system("a token is looked up before there is an actor");
        let db = self.access.read(&grant);
        let cached = match sessions::by_token(db, grant.server(), hash).await? {
            Some((session, user)) => self.session_entry(session, user).await?,
            None => match sessions::access_token_by_token(db, grant.server(), hash).await? {
                Some((token, user)) => self.access_token_entry(&token, user).await?,
                None => None,
            },
        };
        let cached = Arc::new(cached.ok_or(context::SESSION_EXPIRED)?);
        self.state().token_cache.insert(generation, hash, Arc::clone(&cached));
        Ok(cached)
    }

    async fn session_entry(&self, session: Session, user: User) -> Result<Option<CachedToken>> {
        let is_expired = !session.expires_at.is_zero() && session.expires_at <= self.clock.now();
        let is_accepted = !session.is_oauth || self.settings().integrations.oauth_provider;
        if is_expired || !is_accepted || !user.is_active() {
            return Ok(None);
        }
        let auth_method = if session.is_oauth { AuthMethod::OAuth } else { AuthMethod::Session };
        let length_ms = if session.expires_at.is_zero() { 0 } else { self.session_length_ms(&session) };
        Ok(Some(CachedToken {
            authentication: Authentication {
                csrf: session.props.get("csrf").cloned().unwrap_or_default(),
                expires_at: session.expires_at,
                second_factor_due_at: self.second_factor_due_at(&user).await?,
                resource: session.props.get("oauth_resource").cloned().unwrap_or_default(),
                actor: actor(user, session.id, auth_method),
            },
            touched_at: AtomicI64::new(session.last_activity_at.0),
            length_ms,
        }))
    }

    /// Bots' tokens are accepted even when the setting disables users' access tokens, and only while their owner is active.
    async fn access_token_entry(&self, token: &AccessToken, user: User) -> Result<Option<CachedToken>> {
        let allowed = if user.is_bot { self.access.may_bot_act(user.id).await? } else { self.settings().integrations.access_tokens };
        if !token.is_active || token.ends_by(self.clock.now()) || !user.is_active() || !allowed {
            return Ok(None);
        }
        Ok(Some(CachedToken {
            authentication: Authentication {
                csrf: String::new(),
                expires_at: token.expires_at,
                second_factor_due_at: self.second_factor_due_at(&user).await?,
                resource: String::new(),
                actor: actor(user, SessionId::from_bytes(*token.id.bytes()), AuthMethod::AccessToken),
            },
            touched_at: AtomicI64::new(0),
            length_ms: 0,
        }))
    }

    /// The lifetime of the session in milliseconds, by its kind (mobile or web).
    pub(super) fn session_length_ms(&self, session: &Session) -> i64 {
        let lengths = &self.settings().sessions;
        let is_mobile = !session.device_id.is_empty() || session.props.get("isMobile").is_some_and(|value| value == "true");
        let hours = if is_mobile { lengths.mobile_hours } else { lengths.web_hours };
        hours.max(1).saturating_mul(60 * 60 * 1_000)
    }

    /// Saves the last activity and its address, and extends the session where the settings say so. A failed write is only logged.
    async fn touch(&self, hash: TokenHash, cached: &CachedToken, now: Millis, address: Option<IpAddr>) {
        let before = &cached.authentication;
        // An app has been told when its token ends, and gets the next one by itself.
        let is_extended = self.settings().sessions.extend_with_activity && !before.actor.is_app();
        let expires_at = if is_extended { now.plus_ms(cached.length_ms) } else { before.expires_at };
        let grant = self.access.system("a session was used");
        let mut write = self.access.write(&grant, "sessions.touch");
        let address = address.map(|address| address.to_string());
        write.push(sessions::touch(grant.write_id(before.actor.user_id), before.actor.session_id, now, expires_at, address.as_deref()));
        let generation = self.state().token_cache.generation();
        if let Err(error) = write.commit(Events::none("no client displays the last use of a session")).await {
            tracing::debug!(%error, "the last activity of a session was not saved");
            return;
        }
        let authentication = Authentication { expires_at, ..before.clone() };
        self.state().token_cache.insert(
            generation,
            hash,
            Arc::new(CachedToken { authentication, touched_at: AtomicI64::new(now.0), length_ms: cached.length_ms }),
        );
    }
}

fn actor(user: User, session_id: SessionId, auth_method: AuthMethod) -> Actor {
    Actor { user_id: user.id, session_id, is_bot: user.is_bot, is_guest: user.is_guest(), roles: user.roles, auth_method, address: None }
}
