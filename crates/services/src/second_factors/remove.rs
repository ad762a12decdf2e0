//! Removing a second factor: one's own, or as an administrator that of somebody who has lost it.

use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{second_factors, users};

use super::generate::check_session;
use crate::access::Write;
use crate::boxed;
use crate::second_factors::SecondFactors;

impl SecondFactors<'_> {
    /// Removes it with its recovery codes. Does nothing where there is none.
    #[boxed]
    pub async fn remove_second_factor(&self, actor: &Actor, id: UserId) -> Result<()> {
        let (grant, _) = self.users().user_to_change(actor, id, Permission::EditOtherUsers).await?;
        if actor.user_id == id {
            check_session(actor)?;
        }
        let change = |user: &mut User| {
            user.has_second_factor = false;
            Ok(())
        };
        let extra_writes = |user: &User, write: &mut Write<'_>| {
            write.push(users::set_second_factor(grant.write_id(), false));
            write.extend(second_factors::delete_of_user(grant.write_id()));
            let mail = AccountMail::SecondFactorRemoved;
            vec![Event::AccountChanged { user_id: user.id }, Event::AccountMailRequested { user_id: user.id, mail }]
        };
        self.users().change_account((&grant, "second_factors.remove"), change, extra_writes).await.map(|_| ())
    }
}
