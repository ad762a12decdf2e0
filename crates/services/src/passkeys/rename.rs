//! Giving a passkey of one's own another name.

use guildhall_model::id::{PasskeyId, UserId};
use guildhall_model::user::passkey::check_name;
use guildhall_model::{Actor, Events, Result};
use guildhall_storage::passkeys;

use crate::boxed;
use crate::passkeys::Passkeys;

impl Passkeys<'_> {
    #[boxed]
    pub async fn rename_passkey(&self, actor: &Actor, id: UserId, passkey: PasskeyId, name: &str) -> Result<()> {
        let (grant, _) = self.second_factors().own_account(actor, id).await?;
        let mut write = self.access.write(&grant, "passkeys.rename");
        write.push(passkeys::rename(grant.write_id(), passkey, &check_name(name)?));
        write.commit(Events::none("only its owner sees it")).await
    }
}
