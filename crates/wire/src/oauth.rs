//! OAuth apps, and the requests and answers of the OAuth provider.

use guildhall_model::Millis;
use guildhall_model::id::OAuthAppId;
use guildhall_model::integration as model;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize)]
pub struct OAuthApp {
    pub id: OAuthAppId,
    /// Empty for an app that has registered itself.
    pub creator_id: String,
    pub create_at: Millis,
    pub update_at: Millis,
    /// Only set in the response that creates the secret.
    pub client_secret: String,
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Vec<String>,
    pub homepage: String,
    pub is_trusted: bool,
    pub is_dynamically_registered: bool,
    pub is_public: bool,
    pub mattermost_app_id: &'static str,
}

impl From<model::OAuthApp> for OAuthApp {
    fn from(app: model::OAuthApp) -> Self {
        Self {
            id: app.id,
            creator_id: if app.is_dynamic { String::new() } else { app.creator_id.to_string() },
            create_at: app.create_at,
            update_at: app.update_at,
            client_secret: app.client_secret.unwrap_or_default(),
            name: app.name,
            description: app.description,
            icon_url: app.icon_url,
            callback_urls: app.callback_urls,
            homepage: app.homepage,
            is_trusted: app.is_trusted,
            is_dynamically_registered: app.is_dynamic,
            is_public: app.is_public,
            mattermost_app_id: "",
        }
    }
}

/// A new app, or changes of an existing one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OAuthAppRequest {
    pub id: String,
    pub name: String,
    pub description: String,
    pub icon_url: String,
    pub callback_urls: Option<Vec<String>>,
    pub homepage: String,
    pub is_trusted: bool,
    pub is_public: bool,
}

/// What an app asks for, in the address of the page or from the web client.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuthorizationRequest {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub state: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub resource: String,
    /// Not of Mattermost: the person has not allowed it.
    pub deny: bool,
}

#[derive(Debug, Serialize)]
pub struct AuthorizationResponse {
    pub redirect: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClientRef {
    pub client_id: String,
}

/// A form. RFC 6749, sections 4.1.3 and 6; RFC 7636, section 4.5; RFC 8707, section 2.2.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    pub grant_type: String,
    pub client_id: String,
    pub client_secret: String,
    pub code: String,
    pub redirect_uri: String,
    pub code_verifier: String,
    pub refresh_token: String,
    pub resource: String,
}

/// RFC 6749, section 5.1.
#[derive(Serialize)]
pub struct TokenResponse {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub refresh_token: String,
    pub scope: &'static str,
}

/// RFC 6749, section 5.2, and RFC 7591, section 3.2.2.
#[derive(Debug, Serialize)]
pub struct OAuthError {
    pub error: &'static str,
    pub error_description: String,
}

/// RFC 9728, section 2.
#[derive(Debug, Serialize)]
pub struct ResourceMetadata {
    pub resource: String,
    pub authorization_servers: Vec<String>,
    pub scopes_supported: [&'static str; 1],
    pub bearer_methods_supported: [&'static str; 1],
    pub resource_name: String,
}

/// RFC 8414, section 2, and RFC 9207, section 3.
#[derive(Debug, Serialize)]
pub struct ServerMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    pub scopes_supported: [&'static str; 1],
    pub response_types_supported: [&'static str; 1],
    pub response_modes_supported: [&'static str; 1],
    pub grant_types_supported: [&'static str; 2],
    pub token_endpoint_auth_methods_supported: [&'static str; 3],
    pub code_challenge_methods_supported: [&'static str; 1],
    pub authorization_response_iss_parameter_supported: bool,
}

impl ServerMetadata {
    pub fn new(issuer: String, scope: &'static str, takes_registrations: bool) -> Self {
        Self {
            authorization_endpoint: format!("{issuer}/oauth/authorize"),
            token_endpoint: format!("{issuer}/oauth/access_token"),
            registration_endpoint: takes_registrations.then(|| format!("{issuer}/api/v4/oauth/apps/register")),
            scopes_supported: [scope],
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: ["authorization_code", "refresh_token"],
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
            issuer,
        }
    }
}

/// RFC 7591, section 2. What is not listed is ignored.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClientRegistrationRequest {
    pub redirect_uris: Vec<String>,
    pub client_name: String,
    pub client_uri: String,
    pub token_endpoint_auth_method: String,
    pub grant_types: Vec<String>,
    pub response_types: Vec<String>,
}

/// RFC 7591, section 3.2.1.
#[derive(Serialize)]
pub struct ClientRegistrationResponse {
    pub client_id: OAuthAppId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    pub client_id_issued_at: i64,
    /// It does not expire. Only together with a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_expires_at: Option<i64>,
    pub redirect_uris: Vec<String>,
    pub token_endpoint_auth_method: String,
    pub grant_types: [&'static str; 2],
    pub response_types: [&'static str; 1],
    pub scope: &'static str,
    pub client_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_uri: String,
}
