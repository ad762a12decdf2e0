//! The second factor of a log-in, after the password, and whether an account must have one.

use guildhall_model::codes::second_factors as codes;
use guildhall_model::user::User;
use guildhall_model::{Millis, Result};
use guildhall_storage::Statement;

use super::LoginRequest;
use super::throttle::Attempt;
use crate::access::{Details, Origin, UserGrant, Writing};
use crate::second_factors::AcceptedCode;
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// What the batch of the log-in must contain; nothing for an account without a second factor. `CODE_MISSING` tells clients to ask
    /// for the code, and is no failure. `attempt` is that of the password, which was right.
    pub(super) async fn check_second_factor(
        &self,
        grant: &Writing<UserGrant>,
        user: &User,
        request: &LoginRequest,
        attempt: Attempt,
    ) -> Result<Vec<Statement>> {
        if !user.has_second_factor {
            attempt.succeeded();
            return Ok(Vec::new());
        }
        if request.code.trim().is_empty() {
            attempt.cancel();
            return Err(codes::CODE_MISSING.into());
        }
        let code_attempt = self.begin_code_attempt(user)?;
        match self.second_factors().verify_code(grant, &request.code).await {
            Ok(Some(accepted)) => {
                code_attempt.succeeded();
                attempt.succeeded();
                Ok(self.count_and_record(user, request, accepted))
            }
            Ok(None) => {
                self.counters.rejected_codes.increment();
                self.record_failure(Some(user.clone()), "", request.address, Some("wrong code of the second factor")).await?;
                Err(codes::CODE_WRONG.into())
            }
            Err(error) => {
                code_attempt.cancel();
                attempt.cancel();
                Err(error)
            }
        }
    }

    pub(super) fn begin_code_attempt(&self, user: &User) -> Result<Attempt> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(Attempt::default());
        }
        self.state().throttle.begin_code(user.id, settings.limits.failed_logins, self.clock.now())
    }

    /// A recovery code is recorded: somebody without the app has logged in.
    fn count_and_record(&self, user: &User, request: &LoginRequest, accepted: AcceptedCode) -> Vec<Statement> {
        let AcceptedCode { mut statements, is_recovery_code } = accepted;
        if is_recovery_code {
            self.counters.recovery_codes.increment();
            let origin = Origin { user_id: Some(user.id), address: request.address, ..Origin::default() };
            let details = Details::default().with("user_id", user.id);
            statements.push(self.access.audit_record(origin, "second_factors.use_recovery_code", details));
        } else {
            self.counters.second_factor_codes.increment();
        }
        statements
    }

    /// From when on the account must have a second factor; `None` where it has one or needs none.
    pub(super) async fn second_factor_due_at(&self, user: &User) -> Result<Option<Millis>> {
        if user.has_second_factor || user.is_bot {
            return Ok(None);
        }
        let requirement = self.second_factors().requirement().await?;
        Ok(requirement.due_at(self.access.administrates(&user.roles), user.create_at))
    }
}
