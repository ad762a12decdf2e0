//! Sessions and personal access tokens.

use guildhall_model::id::{AccessTokenId, SessionId};
use guildhall_model::team;
use guildhall_model::user::{self, Props};
use serde::{Deserialize, Serialize};

use crate::team::TeamMember;

#[derive(Debug, Clone, Serialize)]
pub struct Session {
    pub id: String,
    /// Always empty: tokens are only returned when they are created.
    pub token: &'static str,
    pub create_at: i64,
    pub expires_at: i64,
    pub last_activity_at: i64,
    /// The IP address of the last use; not of Mattermost.
    pub last_address: String,
    pub user_id: String,
    pub device_id: String,
    pub roles: String,
    pub is_oauth: bool,
    pub expired_notify: bool,
    pub props: Props,
    pub team_members: Vec<TeamMember>,
    pub local: bool,
}

impl Session {
    /// Clears `csrf`, which only the browser of the session may know.
    pub fn new(session: user::Session, members: &[team::TeamMember]) -> Self {
        let mut props = session.props;
        if let Some(csrf) = props.get_mut("csrf") {
            csrf.clear();
        }
        Self {
            id: session.id.to_string(),
            token: "",
            create_at: session.create_at.0,
            expires_at: session.expires_at.0,
            last_activity_at: session.last_activity_at.0,
            last_address: session.last_address,
            user_id: session.user_id.to_string(),
            device_id: session.device_id,
            roles: session.roles,
            is_oauth: session.is_oauth,
            expired_notify: session.expired_notify,
            props,
            team_members: members.iter().cloned().map(TeamMember::from).collect(),
            local: false,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct RevokeSessionRequest {
    pub session_id: SessionId,
}

/// `PUT /users/sessions/device`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Device {
    pub device_id: String,
    #[serde(rename = "deviceNotificationDisabled", alias = "device_notification_disabled")]
    pub notification_disabled: String,
    #[serde(rename = "mobileVersion", alias = "mobile_version")]
    pub mobile_version: String,
}

impl Device {
    /// The properties to store in the session.
    pub fn props(&self) -> Props {
        [("device_notification_disabled", &self.notification_disabled), ("mobile_version", &self.mobile_version)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct AccessToken {
    pub id: String,
    /// Only set in the response that creates the token.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub token: String,
    pub user_id: String,
    pub description: String,
    pub is_active: bool,
}

impl AccessToken {
    pub fn new(token: user::AccessToken, secret: &str) -> Self {
        Self {
            id: token.id.to_string(),
            token: secret.to_owned(),
            user_id: token.user_id.to_string(),
            description: token.description,
            is_active: token.is_active,
        }
    }
}

impl From<user::AccessToken> for AccessToken {
    fn from(token: user::AccessToken) -> Self {
        Self::new(token, "")
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewAccessToken {
    pub description: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AccessTokenRef {
    pub token_id: AccessTokenId,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AccessTokenSearch {
    pub term: String,
}
