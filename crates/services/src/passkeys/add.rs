//! Adding a passkey to one's own account. It takes the password, because a passkey is access for good.

use guildhall_model::codes::passkeys as codes;
use guildhall_model::id::{PasskeyCeremonyId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::user::passkey::{PASSKEYS_MAX, Passkey, check_name};
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::passkeys;

use super::BegunCeremony;
use crate::boxed;
use crate::passkeys::Passkeys;

impl Passkeys<'_> {
    /// Accounts without a password need none.
    #[boxed]
    pub async fn begin_passkey(&self, actor: &Actor, id: UserId, password: &str) -> Result<BegunCeremony> {
        let (grant, user) = self.second_factors().own_account(actor, id).await?;
        let server = self.relying_party()?;
        self.users().check_own_password_if_any(&grant, actor, password).await?;
        let existing = passkeys::of_user(self.access.read(&grant), grant.id()).await?;
        if existing.len() >= PASSKEYS_MAX {
            return Err(codes::TOO_MANY.into());
        }
        let credentials: Vec<String> = existing.into_iter().map(|passkey| passkey.credential).collect();
        let ceremony = self.passkey_verifier.begin_registration(&server, &user, &credentials)?;
        self.begin_ceremony(Some(id), ceremony).await
    }

    /// `response` is what the browser returned, as JSON.
    #[boxed]
    pub async fn add_passkey(&self, actor: &Actor, id: UserId, ceremony: PasskeyCeremonyId, name: &str, response: &str) -> Result<Passkey> {
        let (grant, user) = self.second_factors().own_account(actor, id).await?;
        let (server, name) = (self.relying_party()?, check_name(name)?);
        let (state, end_ceremony) = self.ceremony(ceremony, Some(id)).await?;
        let credential = self.passkey_verifier.finish_registration(&server, &state, response)?;
        let passkey = Passkey {
            id: self.ids.next(),
            user_id: id,
            credential_hash: self.passkey_verifier.hash_of_credential(&credential)?,
            name,
            domain: server.domain,
            credential,
            create_at: self.clock.now(),
            last_used_at: Millis::ZERO,
        };
        let mut write = self.access.write(&grant, "passkeys.add").recorded();
        write.detail("passkey_id", passkey.id);
        write.push(end_ceremony);
        write.push(passkeys::insert(grant.write_id(), &passkey));
        let mail = AccountMail::PasskeyAdded { name: passkey.name.clone() };
        write.commit(vec![Event::AccountMailRequested { user_id: user.id, mail }]).await?;
        Ok(passkey)
    }
}
