//! What an app that a person has authorized must not do in their name: what would let it stay after it was told to go, or become the
//! person. Everything else it may do as they may.

use axum::extract::Request;
use guildhall_model::Result;

use crate::App;
use crate::extract::Me;

/// Passwords, second factors, sessions, access tokens, and other apps, of whomever.
pub const NOT_FOR_APPS: &[&str] = &[
    "add_passkey",
    "authorize_oauth_app",
    "begin_passkey",
    "create_oauth_app",
    "create_user_access_token",
    "deauthorize_oauth_app",
    "delete_oauth_app",
    "disable_user_access_token",
    "enable_user_access_token",
    "generate_mfa_secret",
    "get_recovery_codes_left",
    "get_sessions",
    "get_user_access_token",
    "get_user_access_tokens",
    "get_user_access_tokens_for_user",
    "regenerate_oauth_app_secret",
    "remove_passkey",
    "rename_passkey",
    "replace_recovery_codes",
    "revoke_all_sessions",
    "revoke_non_compliant_user_access_tokens",
    "revoke_other_sessions",
    "revoke_session",
    "revoke_sessions_from_all_users",
    "revoke_user_access_token",
    "rotate_user_access_token",
    "search_user_access_tokens",
    "update_oauth_app",
    "update_user_mfa",
    "update_user_password",
];

pub(super) fn refuse(app: &App, request: &Request, operation: &str) -> Result<()> {
    match request.extensions().get::<Me>() {
        Some(Me(actor)) if NOT_FOR_APPS.contains(&operation) => app.services.access.refuse_app(actor),
        _ => Ok(()),
    }
}
