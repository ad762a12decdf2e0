//! The OAuth 2.0 provider: apps, external programs that people authorize, and the tokens by which these act for them.
//! `docs/decisions/0061-oauth.md`.

mod apps;
mod authorize;
mod authorized;
mod client;
mod end;
mod errors;
mod pkce;
mod redirect;
mod register;
mod sweep;
mod tokens;

pub use apps::OAuthAppDraft;
pub use authorize::{AuthorizationRequest, Begun};
pub use client::ClientCredentials;
pub use errors::rfc_error;
pub use register::{RegisteredApp, Registration};
pub use tokens::{IssuedTokens, TokenRequest};

noun! {
    /// The OAuth provider.
    oauth::OAuth, uses: [sessions::Sessions]
}
