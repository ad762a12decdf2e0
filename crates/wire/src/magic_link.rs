//! Logging in by a link or a code that comes by mail. Mattermost has the operation for the link only.

use guildhall_model::id::UserId;
use serde::{Deserialize, Serialize};

use crate::common;

/// `POST /users/login/type`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LoginTypeRequest {
    #[serde(deserialize_with = "common::empty_is_none")]
    pub id: Option<UserId>,
    pub login_id: String,
}

/// How an account logs in: empty for a password.
#[derive(Debug, Clone, Serialize)]
pub struct LoginType {
    pub auth_service: &'static str,
}

/// `POST /users/login/magic_link/send`: the answer has what the page keeps for the code.
#[derive(Clone, Serialize)]
pub struct MagicLinkRequested {
    pub status: &'static str,
    pub request_token: String,
}

/// `POST /users/login/magic_link/info`
#[derive(Clone, Deserialize)]
pub struct MagicLinkRef {
    pub token: String,
}

/// Whose link it is.
#[derive(Debug, Clone, Serialize)]
pub struct MagicLinkOwner {
    /// Empty for somebody who is invited and has no account yet.
    pub username: String,
    pub email: String,
}

/// `POST /users/login/one_time_link`
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct MagicLinkLogin {
    /// Of the link.
    pub token: String,
    /// Not of Mattermost: the code of a second factor, or a recovery code.
    pub second_factor: String,
    pub device_id: String,
}

/// `POST /users/login/magic_link/code`
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct MagicLinkCodeLogin {
    /// What the page keeps that has asked for the mail.
    pub request_token: String,
    /// Of the mail.
    pub code: String,
    /// The code of a second factor, or a recovery code.
    pub second_factor: String,
    pub device_id: String,
}
