//! Second factors, which Mattermost calls MFA.

use guildhall_model::text::json::scalar_text;
use serde::{Deserialize, Serialize};

/// `POST /users/{user_id}/mfa/generate`.
#[derive(Clone, Serialize)]
pub struct MfaSecret {
    /// In base32.
    pub secret: String,
    /// A PNG in base64.
    pub qr_code: String,
}

/// `PUT /users/{user_id}/mfa`.
#[derive(Clone, Deserialize)]
pub struct MfaUpdate {
    pub activate: bool,
    /// What is activated: an authenticator app (`totp`), which is the default, or the passkeys of the account (`passkeys`).
    #[serde(default)]
    pub kind: Option<MfaKind>,
    /// The first code, to activate an app. Some clients send a number.
    #[serde(default, deserialize_with = "scalar_text")]
    pub code: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MfaKind {
    Totp,
    Passkeys,
}

/// The answer to it: Mattermost's, and ours for an activation.
#[derive(Clone, Serialize)]
pub struct MfaUpdated {
    pub status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
}

/// `POST /users/mfa`.
#[derive(Debug, Clone, Deserialize)]
pub struct MfaCheck {
    pub login_id: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct MfaRequired {
    pub mfa_required: bool,
}

/// `POST /users/{user_id}/mfa/recovery_codes`.
#[derive(Clone, Deserialize)]
pub struct NewRecoveryCodes {
    /// The current password.
    pub password: String,
}

#[derive(Clone, Serialize)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// `GET /users/{user_id}/mfa/recovery_codes`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RecoveryCodesLeft {
    pub left: i64,
}
