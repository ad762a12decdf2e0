//! Setting a new password by a link: who asks for it gets it by mail, and administrators can make one.

use std::net::IpAddr;

use guildhall_model::codes::{context, mail as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::ports::TokenHash;
use guildhall_model::user::rules::{is_valid_email, normalize_name};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::{account_tokens, magic_link_codes, users};

use super::password::PasswordProof;
use crate::access::Origin;
use crate::boxed;
use crate::sessions::AccessEnd;
use crate::users::Users;

/// A link for a new password.
#[derive(Debug, Clone)]
pub struct PasswordResetLink {
    pub url: String,
    pub expires_at: Millis,
}

impl Users<'_> {
    /// Sends a link to the address if an account has it. Whether one has it cannot be seen from the answer.
    #[boxed]
    pub async fn request_password_reset(&self, email: &str, address: Option<IpAddr>) -> Result<()> {
        if !self.settings().sends_mail() {
            return Err(codes::NOT_CONFIGURED.into());
        }
        self.request_mail(email, address, "users.request_password_reset", AccountMail::PasswordReset).await
    }

    /// Queues a mail for the active person who has this address. Without one, the same is recorded, in the same time.
    pub(super) async fn request_mail(&self, email: &str, address: Option<IpAddr>, action: &'static str, mail: AccountMail) -> Result<()> {
        let email = normalize_name(email);
        if !is_valid_email(&email) {
            return Err(context::INVALID_PARAM.with("name", "email"));
        }
        self.sessions().count_mail_request(address)?;
        let grant = self.access.system("who asks for a mail is not logged in");
        let account = users::by_email(self.access.read(&grant), &email).await?.filter(|user| user.is_active() && !user.is_bot);
        let user_id = account.map(|user| user.id);
        let mut write = self.access.write(&grant, action).recorded_as(Origin { user_id, address, ..Origin::default() });
        write.detail("email", &email);
        let event = user_id.map(|user_id| Event::AccountMailRequested { user_id, mail });
        write.commit(event.into_iter().collect::<Vec<_>>()).await
    }

    /// Sets the password of the account that the token was made for, and ends all its access. The token is used up.
    #[boxed]
    pub async fn reset_password(&self, token: &str, new_password: &str, address: Option<IpAddr>) -> Result<()> {
        let token = TokenHash::of(token);
        let grant = self.access.system("who has a link for a new password is not logged in");
        let found = account_tokens::get(self.access.read(&grant), grant.server(), token, AccountTokenKind::PasswordReset).await?;
        let found = found.ok_or(codes::RESET_LINK_INVALID)?;
        if found.expires_at <= self.clock.now() {
            return Err(codes::RESET_LINK_EXPIRED.into());
        }
        let grant = grant.user_to_write(found.user_id);
        let user = users::get(self.access.read(&grant), found.user_id).await?;
        if !user.is_some_and(|user| user.is_active() && !user.is_bot && user.email == found.email) {
            return Err(codes::RESET_LINK_INVALID.into());
        }
        let proof = PasswordProof::Token { token, address };
        self.write_password(&grant, new_password, AccessEnd::PasswordSet, proof).await
    }

    /// A link for another person, to be given to them by another way than mail.
    #[boxed]
    pub async fn create_password_reset_link(&self, actor: &Actor, id: UserId) -> Result<PasswordResetLink> {
        self.access.check_system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?;
        let (grant, user) = self.user_to_change(actor, id, Permission::SysconsoleWriteUserManagementUsers).await?;
        if user.is_bot {
            return Err(user_codes::NOT_FOR_BOTS.into());
        }
        if self.settings().site.url.is_empty() {
            return Err(codes::SITE_ADDRESS_MISSING.into());
        }
        let link = self.mail().new_link(&grant, &user, AccountTokenKind::PasswordReset);
        let mut write = self.access.write(&grant, "users.create_password_reset_link").recorded();
        // Not for an account that is deactivated meanwhile.
        write.push(users::guard_roles(&user));
        write.push(link.statement);
        write.commit(Events::none("only the caller gets the link")).await?;
        Ok(PasswordResetLink { url: link.url, expires_at: link.expires_at })
    }

    /// Deletes the tokens of links that expired a day ago: until then it is said that they have expired.
    pub(crate) async fn sweep_account_tokens(&self, condition: guildhall_storage::Statement) -> Result<()> {
        const SAID_MS: i64 = 24 * 60 * 60 * 1000;
        let grant = self.access.system("expired tokens are deleted");
        let mut write = self.access.write(&grant, "users.sweep_account_tokens");
        write.push(condition);
        write.push(account_tokens::delete_expired(grant.write_server(), self.clock.now().minus_ms(SAID_MS)));
        write.push(magic_link_codes::delete_expired(grant.write_server(), self.clock.now()));
        write.commit(Events::none("clients do not see tokens")).await
    }
}
