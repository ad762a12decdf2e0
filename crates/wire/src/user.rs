//! Users: their public and their complete form, and the requests that create and change them.

use guildhall_model::id::{ChannelId, GroupId, PostId, TeamId, UserId};
use guildhall_model::terms_of_service::AcceptedTerms;
use guildhall_model::text::json::scalar_text;
use guildhall_model::user::{self, Props};
use serde::{Deserialize, Serialize};

use crate::common;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    pub id: String,
    pub create_at: i64,
    pub update_at: i64,
    pub delete_at: i64,
    pub username: String,
    pub auth_data: &'static str,
    pub auth_service: &'static str,
    pub email: String,
    #[serde(skip_serializing_if = "is_false")]
    pub email_verified: bool,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub roles: String,
    pub props: Props,
    /// Only sent to the user itself and to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_props: Option<Props>,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_password_update: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_picture_update: i64,
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_attempts: i64,
    pub locale: String,
    pub timezone: Props,
    pub disable_welcome_email: bool,
    pub mfa_active: bool,
    pub is_bot: bool,
    #[serde(skip_serializing_if = "is_zero")]
    pub bot_last_icon_update: i64,
    /// The terms of service that the account has agreed to. Only sent to the user itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_service_id: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    pub terms_of_service_create_at: i64,
}

fn is_false(value: &bool) -> bool {
    !value
}
fn is_zero(value: &i64) -> bool {
    *value == 0
}

impl User {
    /// The fields for other users.
    pub fn public(user: &user::User) -> Self {
        Self {
            email_verified: false,
            notify_props: None,
            last_password_update: 0,
            failed_attempts: 0,
            // Who has no second factor is an easier target.
            mfa_active: false,
            ..Self::for_owner(user)
        }
    }

    pub fn with_accepted_terms(mut self, accepted: Option<AcceptedTerms>) -> Self {
        if let Some(accepted) = accepted {
            self.terms_of_service_id = Some(accepted.terms_of_service_id.to_string());
            self.terms_of_service_create_at = accepted.accepted_at.0;
        }
        self
    }

    /// The fields for the user itself and for administrators.
    pub fn for_owner(user: &user::User) -> Self {
        Self {
            id: user.id.to_string(),
            create_at: user.create_at.0,
            update_at: user.update_at.0,
            delete_at: user.delete_at.0,
            username: user.username.clone(),
            auth_data: "",
            auth_service: "",
            email: user.email.clone(),
            email_verified: user.email_verified,
            nickname: user.nickname.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            position: user.position.clone(),
            roles: user.roles.clone(),
            props: user.props.clone(),
            notify_props: Some(user.notify_props.clone()),
            last_password_update: user.last_password_update.0,
            last_picture_update: user.last_picture_update.0,
            failed_attempts: user.failed_attempts,
            locale: user.locale.clone(),
            timezone: user.timezone.clone(),
            disable_welcome_email: false,
            mfa_active: user.has_second_factor,
            is_bot: user.is_bot,
            bot_last_icon_update: if user.is_bot { user.last_picture_update.0 } else { 0 },
            terms_of_service_id: None,
            terms_of_service_create_at: 0,
        }
    }
}

/// A new account.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewUser {
    pub username: String,
    pub email: String,
    pub password: String,
    pub nickname: String,
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub locale: String,
    pub notify_props: Option<Props>,
    pub props: Props,
    pub timezone: Option<Props>,
}

/// `PUT /users/{user_id}/patch`: missing fields are not changed. `PUT /users/{user_id}`: the complete account.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct UserPatch {
    /// Of a complete account, where it must equal the one in the URL.
    #[serde(deserialize_with = "scalar_text")]
    pub id: Option<String>,
    pub username: Option<String>,
    pub email: Option<String>,
    /// The current password, required to change the own email address.
    pub password: Option<String>,
    pub nickname: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub position: Option<String>,
    pub locale: Option<String>,
    pub props: Option<Props>,
    pub notify_props: Option<Props>,
    pub timezone: Option<Props>,
}

#[derive(Clone, Deserialize)]
pub struct Roles {
    pub roles: String,
}

#[derive(Clone, Copy, Deserialize)]
pub struct Active {
    pub active: bool,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct PasswordChange {
    pub current_password: String,
    pub new_password: String,
}

/// `POST /users/password/reset`. The API's description calls the token `code`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct PasswordReset {
    #[serde(alias = "code")]
    pub token: String,
    pub new_password: String,
}

/// `POST /users/{user_id}/password/reset/link`.
#[derive(Clone, Serialize)]
pub struct PasswordResetLink {
    pub link: String,
    /// In milliseconds.
    pub expires_at: i64,
}

/// `POST /users/email/verify`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct VerificationToken {
    pub token: String,
}

/// `POST /users/password/reset/send`, `POST /users/email/verify/send`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EmailRef {
    pub email: String,
}

/// `POST /users/search`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct UserSearch {
    pub term: String,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub team_id: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub not_in_team_id: Option<TeamId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub in_channel_id: Option<ChannelId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub not_in_channel_id: Option<ChannelId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub in_group_id: Option<GroupId>,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub not_in_group_id: Option<GroupId>,
    pub allow_inactive: bool,
    pub without_team: bool,
    pub limit: Option<i64>,
    pub role: String,
    pub roles: Vec<String>,
    pub team_roles: Vec<String>,
    pub channel_roles: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct UserAutocomplete {
    pub users: Vec<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_channel: Option<Vec<User>>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct UsersStats {
    pub total_users_count: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerLimits {
    /// Zero for no limit.
    pub max_users_limit: i64,
    pub active_user_count: i64,
}

/// `POST /users/{user_id}/typing`
#[derive(Debug, Clone, Deserialize)]
pub struct Typing {
    pub channel_id: ChannelId,
    #[serde(default, deserialize_with = "common::empty_is_none")]
    pub parent_id: Option<PostId>,
}

/// `POST /users/login`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct LoginRequest {
    pub login_id: String,
    #[serde(deserialize_with = "common::empty_is_none")]
    pub id: Option<UserId>,
    pub password: String,
    pub device_id: String,
    /// The code of a second factor, or a recovery code.
    pub token: String,
    /// Instead of the name and the password: the token of a link that came by mail.
    pub magic_link_token: String,
}
