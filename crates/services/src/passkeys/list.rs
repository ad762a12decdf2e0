//! The passkeys of an account.

use guildhall_model::id::UserId;
use guildhall_model::user::passkey::Passkey;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::passkeys;

use crate::boxed;
use crate::passkeys::Passkeys;

impl Passkeys<'_> {
    /// The oldest first.
    #[boxed]
    pub async fn passkeys_of(&self, actor: &Actor, id: UserId) -> Result<Vec<Passkey>> {
        let (grant, _) = self.users().user_to_change(actor, id, Permission::EditOtherUsers).await?;
        passkeys::of_user(self.access.read(&grant), grant.id()).await
    }
}
