//! Whether somebody who has given the right password may log in: not to a deactivated account, and where the setting asks for it not
//! with an email address that is not verified.

use guildhall_model::codes::users as codes;
use guildhall_model::user::User;
use guildhall_model::{Code, Events, Result};

use super::LoginRequest;
use crate::access::Origin;
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// Records it where the account may not log in: `LOGIN_INACTIVE`, `LOGIN_NOT_VERIFIED`.
    /// `is_address_proven`: this log-in verifies the address.
    pub(super) async fn check_account_state(&self, user: &User, request: &LoginRequest, is_address_proven: bool) -> Result<()> {
        let Some((code, reason)) = self.obstacle(user, is_address_proven) else { return Ok(()) };
        self.counters.failed_logins.increment();
        let origin = Origin { user_id: Some(user.id), address: request.address, ..Origin::default() };
        let grant = self.access.system("somebody may not log in whose password, link or code is right");
        let mut write = self.access.write(&grant, "sessions.login_failed").recorded_as(origin);
        write.detail("login_id", &user.username);
        write.detail("reason", reason);
        write.commit(Events::none("clients do not see failed log-ins")).await?;
        Err(code.into())
    }

    fn obstacle(&self, user: &User, is_address_proven: bool) -> Option<(Code, &'static str)> {
        if !user.is_active() {
            return Some((codes::LOGIN_INACTIVE, "deactivated"));
        }
        let settings = self.settings();
        // Without mail nobody could verify an address, and administrators could be locked out of the settings of mail.
        let must_verify = settings.signup.require_verified_email && settings.sends_mail();
        let is_exempt = is_address_proven || user.email_verified || user.is_bot || self.access.is_administrator(&user.roles);
        (must_verify && !is_exempt).then_some((codes::LOGIN_NOT_VERIFIED, "email address not verified"))
    }
}
