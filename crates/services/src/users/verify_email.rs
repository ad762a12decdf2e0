//! Verifying the email address of an account: by the link in a mail, or by an administrator.

use std::net::IpAddr;

use guildhall_model::codes::mail as codes;
use guildhall_model::id::UserId;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::User;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::account_tokens;

use crate::access::Write;
use crate::boxed;
use crate::users::Users;

impl Users<'_> {
    /// Sends the link again. Whether an account has the address cannot be seen from the answer.
    #[boxed]
    pub async fn request_verification(&self, email: &str, address: Option<IpAddr>) -> Result<()> {
        if !self.settings().sends_mail() {
            return Err(codes::VERIFICATION_NOT_CONFIGURED.into());
        }
        self.request_mail(email, address, "users.request_verification", AccountMail::Verification).await
    }

    /// Verifies the address to which the token was sent, if the account still has it. The token is used up.
    #[boxed]
    pub async fn verify_email_by_token(&self, token: &str) -> Result<()> {
        let token = TokenHash::of(token);
        let grant = self.access.system("who has the link of a mail is not logged in");
        let found = account_tokens::get(self.access.read(&grant), grant.server(), token, AccountTokenKind::Verification).await?;
        let found = found.filter(|found| found.expires_at > self.clock.now()).ok_or(codes::VERIFICATION_LINK_INVALID)?;
        let grant = grant.user_to_write(found.user_id);
        let change = |user: &mut User| {
            if !user.is_active() || user.email != found.email {
                return Err(codes::VERIFICATION_LINK_INVALID.into());
            }
            user.email_verified = true;
            Ok(())
        };
        let consume = |_: &User, write: &mut Write<'_>| {
            write.push(account_tokens::consume(grant.write_id(), token, codes::VERIFICATION_LINK_INVALID));
            write.push(account_tokens::delete_of_user(grant.write_id(), AccountTokenKind::Verification));
            Vec::new()
        };
        self.change_account((&grant, "users.verify_email"), change, consume).await.map(|_| ())
    }

    /// Marks the user's email address as verified without sending a mail.
    #[boxed]
    pub async fn verify_email(&self, actor: &Actor, id: UserId) -> Result<User> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?.user_to_write(id);
        self.not_above(actor, self.account(&grant, id).await?)?;
        let change = |user: &mut User| {
            user.email_verified = true;
            Ok(())
        };
        self.change_account((&grant, "users.verify_email"), change, |_, _| Vec::new()).await
    }
}
