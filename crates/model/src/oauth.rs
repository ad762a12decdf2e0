//! What the OAuth provider gives to apps: codes, and grants with their tokens.

use crate::id::{OAuthAppId, OAuthGrantId, SessionId, UserId};
use crate::ports::TokenHash;
use crate::time::Millis;

/// How long a code is valid (RFC 6749, section 4.1.2, recommends at most ten minutes).
pub const CODE_MS: i64 = 5 * 60 * 1_000;
/// How long a grant lasts that its app does not use.
pub const GRANT_UNUSED_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// Codes of one person that wait for their app.
pub const CODES_MAX: i64 = 100;
/// Grants that one person has given to one app, such as its installations; a further one ends the one that was used longest ago.
pub const GRANTS_MAX: i64 = 20;
/// The one scope that there is: an app acts as the person.
pub const SCOPE: &str = "user";
/// Bytes of a redirect address, a resource and a state.
pub const ADDRESS_BYTES_MAX: usize = 2_048;

/// A person's permission, given to an app that fetches its tokens with it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthCode {
    pub code_hash: TokenHash,
    pub app_id: OAuthAppId,
    pub user_id: UserId,
    /// As it was requested: the app must repeat it.
    pub redirect_uri: String,
    /// The SHA-256 in Base64 of what the app must show (RFC 7636, method S256); empty where the app did not send one.
    pub code_challenge: String,
    /// For what the app wants to use its token (RFC 8707); empty where it did not say.
    pub resource: String,
    pub create_at: Millis,
    pub expires_at: Millis,
}

/// What came of one code: an access token, which is a session, and a refresh token. Each refresh replaces both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthGrant {
    pub id: OAuthGrantId,
    pub app_id: OAuthAppId,
    pub user_id: UserId,
    /// The session of the current access token.
    pub session_id: SessionId,
    /// Of the code: whoever shows it again ends the grant.
    pub code_hash: TokenHash,
    /// Of the part that all refresh tokens of the grant have in common.
    pub family_hash: TokenHash,
    /// Of the current refresh token: whoever shows a former one ends the grant.
    pub refresh_hash: TokenHash,
    pub resource: String,
    pub create_at: Millis,
    pub refreshed_at: Millis,
    pub expires_at: Millis,
}
