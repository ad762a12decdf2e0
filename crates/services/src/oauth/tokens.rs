//! The token endpoint (RFC 6749, section 3.2): a code becomes an access token and a refresh token, and a refresh token the next pair.
//! What was used once ends everything that came of it when it is shown again: somebody else has it (RFC 9700, sections 2.1.1 and 2.2.2).

use std::net::IpAddr;

use guildhall_model::codes::oauth as codes;
use guildhall_model::id::SessionId;
use guildhall_model::integration::OAuthApp;
use guildhall_model::oauth::{GRANT_UNUSED_MS, GRANTS_MAX, OAuthCode, OAuthGrant};
use guildhall_model::ports::{Secret, TokenHash};
use guildhall_model::user::{Props, Session, User};
use guildhall_model::{Event, Millis, Result};
use guildhall_storage::oauth::{self, grants};
use guildhall_storage::{Statement, sessions, users};

use super::client::ClientCredentials;
use super::pkce;
use crate::access::{Origin, UserGrant, Writing};
use crate::boxed;
use crate::oauth::OAuth;
use crate::sessions::SESSIONS_MAX;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// Empty is not given.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    pub grant_type: String,
    pub client: ClientCredentials,
    pub code: String,
    pub redirect_uri: String,
    pub code_verifier: String,
    pub refresh_token: String,
    pub resource: String,
}

/// Shown to the app, this once.
#[derive(Debug)]
pub struct IssuedTokens {
    pub access_token: Secret,
    pub expires_in_seconds: i64,
    pub refresh_token: Secret,
}

/// A new pair, and what is stored of it.
struct NewTokens {
    access: Secret,
    refresh: Secret,
    session: Session,
}

impl OAuth<'_> {
    /// Errors have a name in `rfc_error`, but for those of the server. Wrong secrets and unknown codes count for the address.
    #[boxed]
    pub async fn issue_tokens(&self, request: TokenRequest, address: Option<IpAddr>) -> Result<IssuedTokens> {
        self.require_oauth_enabled()?;
        let attempt = self.sessions().begin_token_look_up(address)?;
        let result = self.issue(request, address).await;
        if !matches!(&result, Err(error) if error.is(codes::CLIENT_INVALID) || error.is(codes::GRANT_INVALID)) {
            attempt.cancel();
        }
        result
    }

    async fn issue(&self, request: TokenRequest, address: Option<IpAddr>) -> Result<IssuedTokens> {
        match request.grant_type.as_str() {
            "authorization_code" => {
                require("code", &request.code)?;
                require("redirect_uri", &request.redirect_uri)?;
                let app = self.authenticate_client(&request.client).await?;
                self.exchange_code(&app, &request, address).await
            }
            "refresh_token" => {
                require("refresh_token", &request.refresh_token)?;
                let app = self.authenticate_client(&request.client).await?;
                self.refresh(&app, &request, address).await
            }
            _ => Err(codes::GRANT_TYPE.into()),
        }
    }

    async fn exchange_code(&self, app: &OAuthApp, request: &TokenRequest, address: Option<IpAddr>) -> Result<IssuedTokens> {
        let hash = TokenHash::of(&request.code);
        let system = self.access.system("an app shows a code");
        let db = self.access.read(&system);
        let Some(code) = oauth::codes::get(db, system.server(), hash).await? else {
            return self.end_used(grants::by_code(db, system.server(), hash).await?, app, "code", address).await;
        };
        check_code(&code, app, request, self.clock.now())?;
        let result = self.issue_for_code(&code, app, address).await;
        match result {
            Err(error) if error.is(codes::GRANT_USED) => {
                self.end_used(grants::by_code(db, system.server(), hash).await?, app, "code", address).await
            }
            result => result,
        }
    }

    async fn issue_for_code(&self, code: &OAuthCode, app: &OAuthApp, address: Option<IpAddr>) -> Result<IssuedTokens> {
        let grant = self.access.system("an app shows a code").user_to_write(code.user_id);
        let user = self.active_user(&grant).await?;
        let (tokens, family) = self.new_tokens(&user, app, &code.resource, address, None);
        let now = tokens.session.create_at;
        let new = OAuthGrant {
            id: self.ids.next(),
            app_id: app.id,
            user_id: user.id,
            session_id: tokens.session.id,
            code_hash: code.code_hash,
            family_hash: family,
            refresh_hash: tokens.refresh.hash(),
            resource: code.resource.clone(),
            create_at: now,
            refreshed_at: now,
            expires_at: end_of_grant(now, tokens.session.expires_at),
        };
        let (surplus, ended) = self.make_room(&grant, app).await?;
        let origin = Origin { user_id: Some(user.id), address, session_id: Some(tokens.session.id), ..Origin::default() };
        let mut write = self.access.write(&grant, "oauth.issue_tokens").recorded_as(origin);
        write.push(users::guard_active(user.id).or(codes::GRANT_INVALID));
        write.push(oauth::guard(app.id).or(codes::GRANT_INVALID));
        write.push(oauth::codes::consume(grant.write_id(), code.code_hash));
        write.extend(surplus);
        write.push(sessions::insert(grant.write_id(), &tokens.session, tokens.access.hash()));
        write.push(grants::insert(grant.write_id(), &new));
        write.detail("app_id", app.id);
        write.detail("name", &app.name);
        write.commit(ended).await?;
        Ok(self.issued(tokens))
    }

    async fn refresh(&self, app: &OAuthApp, request: &TokenRequest, address: Option<IpAddr>) -> Result<IssuedTokens> {
        let family = request.refresh_token.split_once('.').map(|(family, _)| family).ok_or(codes::GRANT_INVALID)?;
        let system = self.access.system("an app shows a refresh token");
        let db = self.access.read(&system);
        let old = grants::by_family(db, system.server(), TokenHash::of(family)).await?;
        let old = old.filter(|old| old.app_id == app.id && old.expires_at > self.clock.now()).ok_or(codes::GRANT_INVALID)?;
        if old.refresh_hash != TokenHash::of(&request.refresh_token) {
            return self.end_used(Some(old), app, "refresh token", address).await;
        }
        if !request.resource.is_empty() && request.resource != old.resource {
            return Err(codes::TARGET_INVALID.into());
        }
        match self.issue_next(&old, app, family, address).await {
            Err(error) if error.is(codes::GRANT_USED) => self.end_used(Some(old), app, "refresh token", address).await,
            result => result,
        }
    }

    /// Not recorded: it happens every few hours for each installation of an app.
    async fn issue_next(&self, old: &OAuthGrant, app: &OAuthApp, family: &str, address: Option<IpAddr>) -> Result<IssuedTokens> {
        let grant = self.access.system("an app shows a refresh token").user_to_write(old.user_id);
        let user = self.active_user(&grant).await?;
        let (tokens, _) = self.new_tokens(&user, app, &old.resource, address, Some(family));
        let now = tokens.session.create_at;
        let new = OAuthGrant {
            session_id: tokens.session.id,
            refresh_hash: tokens.refresh.hash(),
            refreshed_at: now,
            expires_at: end_of_grant(now, tokens.session.expires_at),
            ..old.clone()
        };
        let mut write = self.access.write(&grant, "oauth.refresh_tokens");
        write.push(users::guard_active(user.id).or(codes::GRANT_INVALID));
        write.push(grants::refresh(grant.write_id(), old, &new));
        write.push(sessions::delete(grant.write_id(), old.session_id));
        write.push(sessions::insert(grant.write_id(), &tokens.session, tokens.access.hash()));
        write.commit(Event::SessionRevoked { user_id: user.id, session_id: old.session_id }).await?;
        Ok(self.issued(tokens))
    }

    /// Somebody shows what was used: the app, or whoever has stolen it from the app. Nobody can tell which of both had the tokens.
    async fn end_used(
        &self,
        used: Option<OAuthGrant>,
        app: &OAuthApp,
        what: &'static str,
        address: Option<IpAddr>,
    ) -> Result<IssuedTokens> {
        let Some(used) = used.filter(|used| used.app_id == app.id) else { return Err(codes::GRANT_INVALID.into()) };
        tracing::warn!(app = %app.id, user = %used.user_id, what, "it was used a second time, and the grant has ended");
        let system = self.access.system("a code or a refresh token was used twice");
        let origin = Origin { user_id: Some(used.user_id), address, ..Origin::default() };
        let mut write = self.access.write(&system, "oauth.end_reused").recorded_as(origin);
        write.detail("app_id", app.id);
        write.detail("name", &app.name);
        write.detail("what", what);
        // Which session it has by now is for the statement to find.
        write.push(users::lock(system.write_id(used.user_id)));
        write.extend(grants::delete_with_sessions(system.write_server(), &[used.id]));
        let current = grants::by_family(self.access.read(&system), system.server(), used.family_hash).await?;
        let sessions = [Some(used.session_id), current.map(|current| current.session_id)];
        let revoked = |session_id: SessionId| Event::SessionRevoked { user_id: used.user_id, session_id };
        write.commit(sessions.into_iter().flatten().map(revoked).collect::<Vec<_>>()).await?;
        Err(codes::GRANT_INVALID.into())
    }

    async fn active_user(&self, grant: &UserGrant) -> Result<User> {
        let user = users::get(self.access.read(grant), grant.user_id()).await?;
        user.filter(|user| user.is_active() && !user.is_bot).ok_or_else(|| codes::GRANT_INVALID.into())
    }

    /// What ends so that neither the grants of the app nor the sessions of the account become too many.
    async fn make_room(&self, grant: &Writing<UserGrant>, app: &OAuthApp) -> Result<(Vec<Statement>, Vec<Event>)> {
        let db = self.access.read(grant);
        let user_id = grant.user_id();
        let surplus: Vec<OAuthGrant> =
            grants::of_user(db, grant.id(), app.id).await?.into_iter().skip((GRANTS_MAX - 1).max(0) as usize).collect();
        let mut ended: Vec<SessionId> = sessions::of_user(db, grant.id(), 100, SESSIONS_MAX - 1).await?.iter().map(|old| old.id).collect();
        let mut statements = sessions::delete_each(grant.write_id(), &ended);
        for old in &surplus {
            statements.push(grants::delete_of_session(grant.write_id(), old.session_id));
            statements.push(sessions::delete(grant.write_id(), old.session_id));
            ended.push(old.session_id);
        }
        Ok((statements, ended.into_iter().map(|session_id| Event::SessionRevoked { user_id, session_id }).collect()))
    }

    /// A pair of the family, or of a new one, with the hash of what the family's refresh tokens have in common.
    fn new_tokens(
        &self,
        user: &User,
        app: &OAuthApp,
        resource: &str,
        address: Option<IpAddr>,
        family: Option<&str>,
    ) -> (NewTokens, TokenHash) {
        let family = family.map_or_else(|| self.secrets.generate_token(), Secret::new);
        let refresh = Secret::new(format!("{}.{}", family.expose(), self.secrets.generate_token().expose()));
        let now = self.clock.now();
        let props: Props = [
            ("browser", "OAuth 2.0".to_owned()),
            ("isMobile", "false".to_owned()),
            ("isOAuthUser", "false".to_owned()),
            ("isSaml", "false".to_owned()),
            ("is_guest", user.is_guest().to_string()),
            ("oauth_app_id", app.id.to_string()),
            ("oauth_resource", resource.to_owned()),
            ("os", "OAuth 2.0".to_owned()),
            ("platform", app.name.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let session = Session {
            id: self.ids.next(),
            user_id: user.id,
            create_at: now,
            expires_at: now.plus_ms(self.settings().sessions.oauth_hours.max(1).saturating_mul(HOUR_MS)),
            last_activity_at: now,
            last_address: address.map(|address| address.to_string()).unwrap_or_default(),
            device_id: String::new(),
            roles: user.roles.clone(),
            is_oauth: true,
            expired_notify: false,
            props,
        };
        (NewTokens { access: self.secrets.generate_token(), refresh, session }, family.hash())
    }

    fn issued(&self, tokens: NewTokens) -> IssuedTokens {
        self.counters.oauth_tokens.increment();
        let expires_in_seconds = (tokens.session.expires_at.0 - tokens.session.create_at.0) / 1_000;
        IssuedTokens { access_token: tokens.access, expires_in_seconds, refresh_token: tokens.refresh }
    }
}

/// A grant outlives its access token.
fn end_of_grant(now: Millis, session_end: Millis) -> Millis {
    now.plus_ms(GRANT_UNUSED_MS).max(session_end)
}

fn require(name: &'static str, value: &str) -> Result<()> {
    if value.is_empty() { Err(codes::TOKEN_REQUEST.with("name", name)) } else { Ok(()) }
}

fn check_code(code: &OAuthCode, app: &OAuthApp, request: &TokenRequest, now: Millis) -> Result<()> {
    let is_theirs = code.app_id == app.id && code.redirect_uri == request.redirect_uri && code.expires_at > now;
    if !is_theirs || !pkce::is_verified(&code.code_challenge, &request.code_verifier) {
        return Err(codes::GRANT_INVALID.into());
    }
    if !request.resource.is_empty() && request.resource != code.resource {
        return Err(codes::TARGET_INVALID.into());
    }
    Ok(())
}
