//! Whether an account must have verified its email address before it may log in.

use guildhall_model::codes::users as codes;
use guildhall_model::user::User;
use guildhall_model::{Events, Result};

use super::LoginRequest;
use crate::access::Origin;
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// `LOGIN_NOT_VERIFIED` where the setting asks for a verified address and mail can be sent to verify it. Never for administrators,
    /// who could be locked out of the settings of mail.
    pub(super) async fn check_verified(&self, user: &User, request: &LoginRequest) -> Result<()> {
        let settings = self.settings();
        let is_required = settings.signup.require_verified_email && settings.sends_mail();
        if !is_required || user.email_verified || user.is_bot || self.access.is_administrator(&user.roles) {
            return Ok(());
        }
        self.counters.failed_logins.increment();
        let origin = Origin { user_id: Some(user.id), address: request.address, ..Origin::default() };
        let grant = self.access.system("a user without a verified address tried to log in");
        let mut write = self.access.write(&grant, "sessions.login_failed").recorded_as(origin);
        write.detail("login_id", &user.username);
        write.detail("reason", "email address not verified");
        write.commit(Events::none("clients do not see failed log-ins")).await?;
        Err(codes::LOGIN_NOT_VERIFIED.into())
    }
}
