//! Removing a passkey: one's own, or as an administrator that of somebody who has lost it.

use guildhall_model::codes::passkeys as codes;
use guildhall_model::id::{PasskeyId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::user::second_factor::SecondFactorKind;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{passkeys, second_factors, users};

use crate::boxed;
use crate::passkeys::Passkeys;
use crate::retry::retry_on_conflict;
use crate::second_factors::check_session;

impl Passkeys<'_> {
    /// `NEEDED` for the last one while passkeys are the second factor of the account.
    #[boxed]
    pub async fn remove_passkey(&self, actor: &Actor, id: UserId, passkey: PasskeyId) -> Result<()> {
        let (grant, user) = self.users().user_to_change(actor, id, Permission::EditOtherUsers).await?;
        if actor.user_id == id {
            check_session(actor)?;
        }
        retry_on_conflict(|| async {
            let db = self.access.read(&grant);
            let factor = second_factors::get(db, grant.id(), SecondFactorKind::Passkeys).await?;
            let has_second_factor = self.users().account(&grant, id).await?.has_second_factor;
            let all = passkeys::of_user(db, grant.id()).await?;
            let removed = all.iter().find(|other| other.id == passkey).ok_or(codes::NOT_FOUND)?;
            if factor.is_some() && all.len() == 1 {
                return Err(codes::NEEDED.into());
            }
            let mut write = self.access.write(&grant, "passkeys.remove").recorded();
            write.detail("passkey_id", passkey);
            write.push(users::guard_second_factor(grant.write_id(), has_second_factor));
            write.extend(factor.map(|factor| second_factors::guard_passkeys(grant.write_id(), &factor)));
            write.push(passkeys::delete(grant.write_id(), passkey));
            let mail = AccountMail::PasskeyRemoved { name: removed.name.clone() };
            write.commit(vec![Event::AccountMailRequested { user_id: user.id, mail }]).await
        })
        .await
    }
}
