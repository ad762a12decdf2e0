//! Passkeys, which Mattermost does not have.

use guildhall_model::id::{PasskeyCeremonyId, PasskeyId};
use guildhall_model::user::passkey;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// `POST /users/{user_id}/passkeys/options`.
#[derive(Clone, Default, Deserialize)]
pub struct NewPasskeyOptions {
    /// The current password; not needed for an account without one.
    #[serde(default)]
    pub password: String,
}

/// The answer to it and to `POST /users/login/passkey/options`.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyOptions {
    pub ceremony_id: PasskeyCeremonyId,
    /// `{"publicKey": ...}`, what the browser takes (WebAuthn 3, 5.1.8 and 5.1.9).
    pub options: Box<RawValue>,
}

/// `POST /users/{user_id}/passkeys`.
#[derive(Debug, Clone, Deserialize)]
pub struct NewPasskey {
    pub ceremony_id: PasskeyCeremonyId,
    pub name: String,
    /// What the browser returned (WebAuthn 3, 5.1: `RegistrationResponseJSON`).
    pub credential: Box<RawValue>,
}

/// `PUT /users/{user_id}/passkeys/{passkey_id}`.
#[derive(Debug, Clone, Deserialize)]
pub struct PasskeyName {
    pub name: String,
}

/// `POST /users/login/passkey`.
#[derive(Debug, Clone, Deserialize)]
pub struct PasskeyLogin {
    pub ceremony_id: PasskeyCeremonyId,
    /// What the browser returned (WebAuthn 3, 5.1: `AuthenticationResponseJSON`).
    pub credential: Box<RawValue>,
    #[serde(default)]
    pub device_id: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    /// The domain where it works.
    pub domain: String,
    pub create_at: i64,
    /// Zero for never.
    pub last_used_at: i64,
}

impl From<passkey::Passkey> for Passkey {
    fn from(passkey: passkey::Passkey) -> Self {
        let passkey::Passkey { id, name, domain, create_at, last_used_at, .. } = passkey;
        Self { id, name, domain, create_at: create_at.0, last_used_at: last_used_at.0 }
    }
}
