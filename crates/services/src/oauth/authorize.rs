//! Authorizing an app: what it asks for is checked, the person is asked where that is needed, and the app gets a code.

use guildhall_model::codes::oauth as codes;
use guildhall_model::integration::OAuthApp;
use guildhall_model::oauth::{ADDRESS_BYTES_MAX, CODE_MS, CODES_MAX, OAuthCode};
use guildhall_model::user::AuthMethod;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::oauth::{self, authorizations};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{sessions, users};
use url::Url;

use super::errors::rfc_error;
use super::{pkce, redirect};
use crate::boxed;
use crate::oauth::OAuth;

/// What an app asks for (RFC 6749, section 4.1.1; RFC 7636, section 4.3; RFC 8707, section 2). Empty is not given.
#[derive(Debug, Clone, Default)]
pub struct AuthorizationRequest {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub state: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub resource: String,
    /// Who answers, for the app to compare (RFC 9207): the address of this server.
    pub issuer: String,
}

/// How the page of an authorization goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// To the app, with a code or an error.
    Redirect(String),
    /// The person logs in, and is asked.
    Ask,
}

impl OAuth<'_> {
    /// A person's browser comes from an app. Errors are those for which nobody must be sent back (RFC 6749, section 4.1.2.1): of an app
    /// that is not known, or an address that is not the app's.
    #[boxed]
    pub async fn begin_authorization(&self, actor: Option<&Actor>, request: &AuthorizationRequest) -> Result<Begun> {
        let app = self.requesting_app(request).await?;
        if let Err(error) = check(request, &app) {
            let name = rfc_error(&error).unwrap_or("invalid_request");
            return Ok(Begun::Redirect(answer_with(request, &[("error", name), ("error_description", &error.message())])));
        }
        let Some(actor) = actor.filter(|actor| may_approve(actor)) else { return Ok(Begun::Ask) };
        if self.must_ask(actor, request, &app).await? {
            return Ok(Begun::Ask);
        }
        self.approve(actor, request, &app).await.map(Begun::Redirect)
    }

    /// The person has allowed the app what it asks for; returns where their browser goes, with the code.
    #[boxed]
    pub async fn authorize(&self, actor: &Actor, request: &AuthorizationRequest) -> Result<String> {
        let app = self.requesting_app(request).await?;
        check(request, &app)?;
        if !may_approve(actor) {
            return Err(codes::APPROVAL_NEEDED.into());
        }
        self.approve(actor, request, &app).await
    }

    /// The person has not allowed it; returns where their browser goes.
    #[boxed]
    pub async fn refuse(&self, request: &AuthorizationRequest) -> Result<String> {
        self.requesting_app(request).await?;
        Ok(answer_with(request, &[("error", "access_denied")]))
    }

    /// Whether the provider is switched on, for its description (RFC 8414).
    pub fn check_enabled(&self) -> Result<()> {
        self.require_oauth_enabled()
    }

    /// The app, if the address to which it wants the answer is its own.
    async fn requesting_app(&self, request: &AuthorizationRequest) -> Result<OAuthApp> {
        self.require_oauth_enabled()?;
        let id = request.client_id.parse().map_err(|_| codes::CLIENT_UNKNOWN)?;
        let grant = self.access.system("an app is looked up before its person has logged in");
        let app = oauth::get(self.access.read(&grant), id).await?.ok_or(codes::CLIENT_UNKNOWN)?;
        let is_own = request.redirect_uri.len() <= ADDRESS_BYTES_MAX && redirect::is_registered(&app.callback_urls, &request.redirect_uri);
        if is_own { Ok(app) } else { Err(codes::REDIRECT_MISMATCH.into()) }
    }

    /// Who vouches for an app that has no secret? Another program can say that it is this one (RFC 8252, section 8.6).
    async fn must_ask(&self, actor: &Actor, request: &AuthorizationRequest, app: &OAuthApp) -> Result<bool> {
        if app.is_trusted {
            return Ok(app.is_public && redirect::is_loopback(&request.redirect_uri));
        }
        let grant = self.access.own_account(actor);
        Ok(app.is_public || !authorizations::exists(self.access.read(&grant), grant.id(), app.id).await?)
    }

    async fn approve(&self, actor: &Actor, request: &AuthorizationRequest, app: &OAuthApp) -> Result<String> {
        let (secret, now) = (self.secrets.generate_token(), self.clock.now());
        let code = OAuthCode {
            code_hash: secret.hash(),
            app_id: app.id,
            user_id: actor.user_id,
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            resource: request.resource.clone(),
            create_at: now,
            expires_at: now.plus_ms(CODE_MS),
        };
        let grant = self.access.own_account(actor);
        let mut write = self.access.write(&grant, "oauth.authorize").recorded();
        // The account first, as where access ends: either comes before the other.
        write.push(users::guard_active(actor.user_id));
        write.push(sessions::guard(grant.write_id(), actor.session_id));
        write.push(oauth::guard(app.id).or(codes::CLIENT_UNKNOWN));
        write.push(authorizations::insert(grant.write_id(), app.id, now));
        write.push(oauth::codes::insert(grant.write_id(), &code));
        write.extend(usage::guard(Counted::OAuthCodesOf(actor.user_id), CODES_MAX, codes::TOO_MANY_CODES));
        write.detail("app_id", app.id);
        write.detail("name", &app.name);
        write.commit(Events::none("the app gets the code by the person's browser")).await?;
        Ok(answer_with(request, &[("code", secret.expose())]))
    }
}

/// Only somebody who has logged in: not a program with a token, nor another app.
fn may_approve(actor: &Actor) -> bool {
    actor.auth_method == AuthMethod::Session && !actor.is_bot
}

/// Errors that the app is told.
fn check(request: &AuthorizationRequest, app: &OAuthApp) -> Result<()> {
    if request.response_type != "code" {
        return Err(codes::RESPONSE_TYPE.into());
    }
    if request.state.len() > ADDRESS_BYTES_MAX {
        return Err(codes::STATE_INVALID.with("max", ADDRESS_BYTES_MAX));
    }
    match (request.code_challenge.as_str(), request.code_challenge_method.as_str()) {
        ("", "") if app.is_public => return Err(codes::CHALLENGE_NEEDED.into()),
        ("", "") => {}
        (challenge, "S256") if pkce::is_valid_challenge(challenge) => {}
        _ => return Err(codes::CHALLENGE_INVALID.into()),
    }
    if !request.resource.is_empty() && !is_resource(&request.resource) {
        return Err(codes::RESOURCE_INVALID.into());
    }
    Ok(())
}

fn is_resource(address: &str) -> bool {
    address.len() <= ADDRESS_BYTES_MAX && Url::parse(address).is_ok_and(|url| url.fragment().is_none() && !url.cannot_be_a_base())
}

fn answer_with(request: &AuthorizationRequest, params: &[(&str, &str)]) -> String {
    let mut all = params.to_vec();
    // A state that is too long was not checked, and is not the app's to get back.
    if request.state.len() <= ADDRESS_BYTES_MAX {
        all.push(("state", &request.state));
    }
    all.push(("iss", &request.issuer));
    redirect::with_params(&request.redirect_uri, &all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_a_full_address() {
        for valid in ["https://chat.example.com/mcp", "https://chat.example.com", "http://localhost:8065/mcp?x=1"] {
            assert!(is_resource(valid), "{valid}");
        }
        for invalid in ["mcp", "/mcp", "https://chat.example.com/mcp#x", "mailto:ada@example.com"] {
            assert!(!is_resource(invalid), "{invalid}");
        }
    }
}
