//! The key of an authenticator app, which has no effect until its first code is entered.

use guildhall_model::codes::{second_factors as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::{EncodedImage, Secret};
use guildhall_model::user::second_factor::SecondFactorKind::Totp;
use guildhall_model::user::{AuthMethod, User};
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::second_factors;

use super::totp;
use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::second_factors::SecondFactors;

/// What a person's authenticator app needs. It can be read this once.
#[derive(Debug)]
pub struct NewTotp {
    /// In base32, for who types it.
    pub secret: Secret,
    pub qr_code: EncodedImage,
}

impl SecondFactors<'_> {
    /// A new key in place of one that was not confirmed. `ALREADY_ACTIVE` where the account has a second factor.
    #[boxed]
    pub async fn generate_totp(&self, actor: &Actor, id: UserId) -> Result<NewTotp> {
        let (grant, user) = self.own_account(actor, id).await?;
        if user.has_second_factor {
            return Err(codes::ALREADY_ACTIVE.into());
        }
        let secret = totp::encode_key(&self.secrets.generate_key());
        let uri = totp::setup_uri(&self.settings().site.name, &user.username, &secret);
        let qr_code = self.images.create_qr_code(id, uri).await?;
        let mut write = self.access.write(&grant, "second_factors.generate").recorded();
        write.extend(second_factors::prepare(grant.write_id(), Totp, &secret));
        write.commit(Events::none("it has no effect until it is activated")).await?;
        Ok(NewTotp { secret, qr_code })
    }

    /// A person's own account, in a session: whoever has no more than an access token may not change what protects the account, and
    /// nobody sets up a second factor for somebody else.
    pub(crate) async fn own_account(&self, actor: &Actor, id: UserId) -> Result<(Writing<UserGrant>, User)> {
        let grant = self.access.require_own_account(actor, id)?;
        let user = self.users().account(&grant, id).await?;
        if user.is_bot {
            return Err(user_codes::NOT_FOR_BOTS.into());
        }
        check_session(actor)?;
        Ok((grant, user))
    }
}

/// `SESSION_NEEDED` for access tokens and the like.
pub(crate) fn check_session(actor: &Actor) -> Result<()> {
    if actor.auth_method == AuthMethod::Session { Ok(()) } else { Err(codes::SESSION_NEEDED.into()) }
}
