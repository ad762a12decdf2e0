//! Activating a second factor: its first code proves that the app has the key.

use guildhall_model::codes::second_factors as codes;
use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::Secret;
use guildhall_model::user::User;
use guildhall_model::user::second_factor::SecondFactorKind::Totp;
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::{second_factors, users};

use super::{recovery_codes, totp, verify};
use crate::access::Write;
use crate::boxed;
use crate::second_factors::SecondFactors;

impl SecondFactors<'_> {
    /// From now on a log-in takes a code. Returns the recovery codes, which can be read this once.
    #[boxed]
    pub async fn activate_totp(&self, actor: &Actor, id: UserId, code: &str) -> Result<Vec<Secret>> {
        let (grant, _) = self.own_account(actor, id).await?;
        let prepared = second_factors::get(self.access.read(&grant), grant.id(), Totp).await?.ok_or(codes::NOT_SET_UP)?;
        if prepared.is_active() {
            return Err(codes::ALREADY_ACTIVE.into());
        }
        let now = self.clock.now();
        let steps = totp::matching_steps(&prepared.secret, &verify::normalize_code(code), now)?;
        let step = *steps.first().ok_or(codes::ACTIVATION_CODE_WRONG)?;
        let recovery_codes = recovery_codes::generate(&*self.secrets);
        let hashes = recovery_codes::hashes(&recovery_codes);
        let change = |user: &mut User| {
            if user.has_second_factor {
                return Err(codes::ALREADY_ACTIVE.into());
            }
            user.has_second_factor = true;
            Ok(())
        };
        let extra_writes = |user: &User, write: &mut Write<'_>| {
            write.push(users::set_second_factor(grant.write_id(), true));
            write.push(second_factors::activate(grant.write_id(), Totp, &prepared.secret, step, now));
            write.push(second_factors::record_use(grant.write_id(), Totp, step, now, codes::ACTIVATION_CODE_WRONG));
            write.extend(second_factors::replace_recovery_codes(grant.write_id(), &hashes));
            let mail = AccountMail::SecondFactorAdded;
            vec![Event::AccountChanged { user_id: user.id }, Event::AccountMailRequested { user_id: user.id, mail }]
        };
        self.users().change_account((&grant, "second_factors.activate"), change, extra_writes).await?;
        Ok(recovery_codes)
    }
}
