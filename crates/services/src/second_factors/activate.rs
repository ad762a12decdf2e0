//! Activating a second factor: the first code proves that the app has the key; passkeys were proved when they were added.

use guildhall_model::codes::{passkeys as passkey_codes, second_factors as codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::AccountMail;
use guildhall_model::ports::Secret;
use guildhall_model::user::User;
use guildhall_model::user::passkey::Passkey;
use guildhall_model::user::second_factor::SecondFactorKind::Totp;
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::{Statement, passkeys, second_factors, users};

use super::{recovery_codes, totp, verify};
use crate::access::{UserGrant, Write, Writing};
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
        let statements = || {
            vec![
                second_factors::activate(grant.write_id(), Totp, &prepared.secret, step, now),
                second_factors::record_use(grant.write_id(), Totp, step, now, codes::ACTIVATION_CODE_WRONG),
            ]
        };
        self.activate(&grant, statements).await
    }

    /// From now on the password is not enough: a log-in takes a passkey instead, or a recovery code. Returns the recovery codes, as above.
    #[boxed]
    pub async fn activate_passkeys(&self, actor: &Actor, id: UserId) -> Result<Vec<Secret>> {
        let (grant, _) = self.own_account(actor, id).await?;
        let server = self.settings().relying_party();
        let is_usable = |passkey: &Passkey| server.as_ref().is_some_and(|server| server.domain == passkey.domain);
        let all = passkeys::of_user(self.access.read(&grant), grant.id()).await?;
        let one = all.into_iter().find(is_usable).ok_or(passkey_codes::NONE)?;
        let now = self.clock.now();
        // It is still there when the batch is committed.
        let statements = || vec![passkeys::guard(grant.write_id(), one.id), second_factors::insert_passkeys(grant.write_id(), now)];
        self.activate(&grant, statements).await
    }

    async fn activate(&self, grant: &Writing<UserGrant>, statements: impl Fn() -> Vec<Statement>) -> Result<Vec<Secret>> {
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
            write.extend(statements());
            write.extend(second_factors::replace_recovery_codes(grant.write_id(), &hashes));
            let mail = AccountMail::SecondFactorAdded;
            vec![Event::AccountChanged { user_id: user.id }, Event::AccountMailRequested { user_id: user.id, mail }]
        };
        self.users().change_account((grant, "second_factors.activate"), change, extra_writes).await?;
        Ok(recovery_codes)
    }
}
