//! The names that the RFCs give to errors.

use guildhall_model::Error;
use guildhall_model::codes::{context, integrations, oauth as codes};

/// The `error` of RFC 6749 (sections 4.1.2.1 and 5.2), RFC 7591 (section 3.2.2) or RFC 8707 (section 2); `None` for errors of the server
/// and of the API, which have no name there.
pub fn rfc_error(error: &Error) -> Option<&'static str> {
    let names = [
        (codes::RESPONSE_TYPE, "unsupported_response_type"),
        (codes::CHALLENGE_NEEDED, "invalid_request"),
        (codes::CHALLENGE_INVALID, "invalid_request"),
        (codes::STATE_INVALID, "invalid_request"),
        (codes::RESOURCE_INVALID, "invalid_target"),
        (codes::TARGET_INVALID, "invalid_target"),
        (codes::GRANT_TYPE, "unsupported_grant_type"),
        (codes::TOKEN_REQUEST, "invalid_request"),
        (codes::CLIENT_INVALID, "invalid_client"),
        (codes::GRANT_INVALID, "invalid_grant"),
        (codes::REGISTRATION_REDIRECT, "invalid_redirect_uri"),
        (codes::REGISTRATION_METADATA, "invalid_client_metadata"),
        (integrations::OAUTH_TEXT_INVALID, "invalid_client_metadata"),
        (context::RATE_LIMITED, "slow_down"),
    ];
    names.iter().find(|(code, _)| error.is(*code)).map(|(_, name)| *name)
}
