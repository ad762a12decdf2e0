//! Apps that register themselves (RFC 7591), where the setting allows it.

use std::net::IpAddr;

use guildhall_model::codes::oauth as codes;
use guildhall_model::integration::OAuthApp;
use guildhall_model::oauth::ADDRESS_BYTES_MAX;
use guildhall_model::ports::Secret;
use guildhall_model::{Events, Result};
use guildhall_storage::oauth;
use guildhall_storage::usage::{self, Counted};
use url::Url;

use super::apps::{CALLBACK_URLS_MAX, HOMEPAGE_CHARS_MAX, NAME_CHARS_MAX, NO_EVENTS_REASON};
use super::redirect;
use crate::access::Origin;
use crate::boxed;
use crate::oauth::OAuth;
use crate::webhooks::is_http_url;

const UNNAMED: &str = "Unnamed app";

/// What an app says about itself.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    pub redirect_uris: Vec<String>,
    pub client_name: String,
    pub client_uri: String,
    /// `none` for an app that cannot keep a secret, `client_secret_post` or `client_secret_basic`; empty for the last.
    pub token_endpoint_auth_method: String,
    pub grant_types: Vec<String>,
    pub response_types: Vec<String>,
}

#[derive(Debug)]
pub struct RegisteredApp {
    pub app: OAuthApp,
    /// Shown this once; `None` for a public app.
    pub secret: Option<Secret>,
    pub token_endpoint_auth_method: String,
}

impl OAuth<'_> {
    /// Nobody has to have logged in: the number of such apps is limited, and those that nobody authorizes are deleted.
    #[boxed]
    pub async fn register_app(&self, registration: Registration, address: Option<IpAddr>) -> Result<RegisteredApp> {
        self.require_oauth_enabled()?;
        if !self.settings().integrations.oauth_registration {
            return Err(codes::REGISTRATION_DISABLED.into());
        }
        let method = check(&registration)?;
        self.sessions().count_registration(address)?;
        let secret = (method != "none").then(|| self.secrets.generate_token());
        let (now, name) = (self.clock.now(), registration.client_name.trim());
        let app = OAuthApp {
            id: self.ids.next(),
            creator_id: OAuthApp::NO_CREATOR,
            create_at: now,
            update_at: now,
            client_secret: None,
            name: if name.is_empty() { UNNAMED } else { name }.to_owned(),
            description: String::new(),
            icon_url: String::new(),
            callback_urls: registration.redirect_uris,
            homepage: registration.client_uri,
            is_trusted: false,
            is_public: secret.is_none(),
            is_dynamic: true,
        };
        let grant = self.access.system("an app registers itself");
        let mut write = self.access.write(&grant, "oauth.register_app").recorded_as(Origin { address, ..Origin::default() });
        write.push(oauth::insert(&app, secret.as_ref().map(Secret::hash)));
        let max = self.settings().quotas.registered_oauth_apps;
        write.extend(usage::guard(Counted::RegisteredOAuthApps, max, codes::REGISTRATION_TOO_MANY));
        write.detail("app_id", app.id);
        write.detail("name", &app.name);
        write.commit(Events::none(NO_EVENTS_REASON)).await?;
        Ok(RegisteredApp { app, secret, token_endpoint_auth_method: method.to_owned() })
    }
}

/// Returns how the app will authenticate.
fn check(registration: &Registration) -> Result<&'static str> {
    let uris = &registration.redirect_uris;
    if !(1..=CALLBACK_URLS_MAX).contains(&uris.len()) || !uris.iter().all(|uri| is_redirect(uri)) {
        return Err(codes::REGISTRATION_REDIRECT.with("max", CALLBACK_URLS_MAX));
    }
    let invalid = |name: &'static str| codes::REGISTRATION_METADATA.with("name", name);
    let name = &registration.client_name;
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(invalid("client_name"));
    }
    let homepage = &registration.client_uri;
    if !homepage.is_empty() && (homepage.chars().count() > HOMEPAGE_CHARS_MAX || !is_http_url(homepage)) {
        return Err(invalid("client_uri"));
    }
    let is_supported = |given: &[String], supported: &[&str]| given.iter().all(|one| supported.contains(&one.as_str()));
    if !is_supported(&registration.grant_types, &["authorization_code", "refresh_token"]) {
        return Err(invalid("grant_types"));
    }
    if !is_supported(&registration.response_types, &["code"]) {
        return Err(invalid("response_types"));
    }
    match registration.token_endpoint_auth_method.as_str() {
        "none" => Ok("none"),
        "client_secret_post" => Ok("client_secret_post"),
        // RFC 7591, section 2.
        "" | "client_secret_basic" => Ok("client_secret_basic"),
        _ => Err(invalid("token_endpoint_auth_method")),
    }
}

/// Codes are sent over TLS, or do not leave the machine.
fn is_redirect(uri: &str) -> bool {
    let is_plain = uri.len() <= ADDRESS_BYTES_MAX && redirect::is_plain(uri);
    let is_https = || Url::parse(uri).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some() && url.fragment().is_none());
    is_plain && (redirect::is_loopback(uri) || is_https())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sent_over_tls_or_stay_on_the_machine() {
        for valid in ["https://app.example.com/back", "http://127.0.0.1/back", "http://localhost:3000", "http://[::1]:1/x?y=z"] {
            assert!(is_redirect(valid), "{valid}");
        }
        for invalid in ["", "http://app.example.com/back", "https://app.example.com/#x", "javascript:alert(1)", "app:/back", "https:///x y"]
        {
            assert!(!is_redirect(invalid), "{invalid}");
        }
    }
}
