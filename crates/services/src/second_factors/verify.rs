//! Verifying the code of a log-in. A code is accepted once: what makes it used is part of the batch of the log-in.

use guildhall_model::Result;
use guildhall_model::codes::second_factors as codes;
use guildhall_model::user::second_factor::SecondFactor;
use guildhall_model::user::second_factor::SecondFactorKind::Totp;
use guildhall_storage::{Statement, second_factors};

use super::{recovery_codes, totp};
use crate::access::{UserGrant, Writing};
use crate::boxed;
use crate::second_factors::SecondFactors;

/// More than any code has.
const CODE_CHARS_MAX: usize = 64;

/// A code that is right.
#[derive(Debug)]
pub(crate) struct AcceptedCode {
    /// Use the code up; the batch fails with `CODE_WRONG` if somebody else has.
    pub statements: Vec<Statement>,
    pub is_recovery_code: bool,
}

impl SecondFactors<'_> {
    /// Whether this is a code of the account's authenticator app or a recovery code; `None` for wrong and used ones.
    #[boxed]
    pub(crate) async fn verify_code(&self, grant: &Writing<UserGrant>, code: &str) -> Result<Option<AcceptedCode>> {
        let code = normalize_code(code);
        if code.len() == totp::DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.verify_totp(grant, &code).await;
        }
        let Some(hash) = recovery_codes::hash(&code) else { return Ok(None) };
        let is_known = second_factors::has_recovery_code(self.access.read(grant), grant.id(), hash).await?;
        Ok(is_known.then(|| AcceptedCode {
            statements: vec![second_factors::consume_recovery_code(grant.write_id(), hash, codes::CODE_WRONG)],
            is_recovery_code: true,
        }))
    }

    async fn verify_totp(&self, grant: &Writing<UserGrant>, code: &str) -> Result<Option<AcceptedCode>> {
        let db = self.access.read(grant);
        let active = second_factors::get(db, grant.id(), Totp).await?.filter(SecondFactor::is_active);
        let Some(SecondFactor { secret, last_step, .. }) = active else { return Ok(None) };
        let now = self.clock.now();
        let latest = totp::latest_step(now);
        for step in totp::matching_steps(&secret, code, now)? {
            // A last step beyond all that can be accepted now was accepted before the clock was set back. It must not lock
            // the person out until the clock is there again; codes that were used before stay used.
            let is_next = last_step < step || last_step > latest;
            if is_next && !second_factors::is_used(db, grant.id(), Totp, step).await? {
                let accept = second_factors::accept(grant.write_id(), Totp, step, latest, codes::CODE_WRONG);
                let record_use = second_factors::record_use(grant.write_id(), Totp, step, now, codes::CODE_WRONG);
                return Ok(Some(AcceptedCode { statements: vec![accept, record_use], is_recovery_code: false }));
            }
        }
        Ok(None)
    }

    /// Forgets which codes were used, more than a year later. `condition` is the first statement of the batch.
    pub(crate) async fn sweep_used_codes(&self, condition: Statement) -> Result<()> {
        const KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1000;
        let grant = self.access.system("old codes are forgotten");
        let mut write = self.access.write(&grant, "second_factors.sweep_used_codes");
        write.push(condition);
        write.push(second_factors::delete_uses(grant.write_server(), self.clock.now().minus_ms(KEPT_MS)));
        write.commit(guildhall_model::Events::none("clients do not see codes")).await
    }
}

/// Without what people type between the groups of a code.
pub(super) fn normalize_code(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').take(CODE_CHARS_MAX).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_dashes_and_capitals_make_no_difference() {
        assert_eq!(normalize_code(" 123 456\n"), "123456");
        assert_eq!(normalize_code("YBND-rfg8 ejkm-cpqx"), "ybndrfg8ejkmcpqx");
        assert_eq!(normalize_code(&"1".repeat(1000)).len(), CODE_CHARS_MAX);
    }
}
