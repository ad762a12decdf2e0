//! Which app sends a request to the token endpoint (RFC 6749, section 2.3).

use guildhall_model::Result;
use guildhall_model::codes::oauth as codes;
use guildhall_model::integration::OAuthApp;
use guildhall_model::ports::TokenHash;
use guildhall_storage::oauth;

use crate::oauth::OAuth;

/// What the app shows, from the header `Authorization` or the body. Empty is not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientCredentials {
    pub id: String,
    pub secret: String,
}

impl OAuth<'_> {
    /// The same error for an unknown app and a wrong secret. An app without a secret must not send one.
    pub(super) async fn authenticate_client(&self, client: &ClientCredentials) -> Result<OAuthApp> {
        let id = client.id.parse().map_err(|_| codes::CLIENT_INVALID)?;
        let grant = self.access.system("an app shows its secret");
        let (app, secret_hash) =
            oauth::get_with_secret(self.access.read(&grant), grant.server(), id).await?.ok_or(codes::CLIENT_INVALID)?;
        let is_valid = match secret_hash {
            Some(hash) => !app.is_public && hash == TokenHash::of(&client.secret),
            None => app.is_public && client.secret.is_empty(),
        };
        if is_valid { Ok(app) } else { Err(codes::CLIENT_INVALID.into()) }
    }
}
