//! OAuth apps.

use guildhall_model::Millis;
use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::integration as model;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize)]
pub struct OAuthApp {
    pub id: OAuthAppId,
    pub creator_id: UserId,
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
            creator_id: app.creator_id,
            create_at: app.create_at,
            update_at: app.update_at,
            client_secret: app.client_secret.unwrap_or_default(),
            name: app.name,
            description: app.description,
            icon_url: app.icon_url,
            callback_urls: app.callback_urls,
            homepage: app.homepage,
            is_trusted: app.is_trusted,
            is_dynamically_registered: false,
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
