//! Changing passwords: one's own with the current one, or another user's as an administrator.

use std::net::IpAddr;

use guildhall_model::codes::{context, mail, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::ports::TokenHash;
use guildhall_model::{Actor, Error, Event, Events, Permission, Result};
use guildhall_storage::{account_tokens, users};

use crate::access::{Origin, UserGrant, Writing};
use crate::boxed;
use crate::sessions::{AccessEnd, EndedAccess};
use crate::users::Users;

/// By what right a password is set.
#[derive(Debug, Clone, Copy)]
pub(super) enum PasswordProof {
    /// That of the grant's actor.
    Actor,
    /// The token of a link, which is used up.
    Token { token: TokenHash, address: Option<IpAddr> },
}

impl Users<'_> {
    /// Ends the user's other sessions; all access if somebody else sets the password.
    #[boxed]
    pub async fn change_password(&self, actor: &Actor, id: UserId, current: &str, new: &str) -> Result<()> {
        if actor.user_id == id {
            let grant = self.access.own_account(actor);
            self.check_own_password(&grant, actor, current).await?;
            return self.write_password(&grant, new, AccessEnd::PasswordChanged(actor.session_id), PasswordProof::Actor).await;
        }
        let to_password_error =
            |error: Error| if error.is(context::PERMISSIONS) { codes::PASSWORD_CONTEXT.with_source(error) } else { error };
        let permission = Permission::SysconsoleWriteUserManagementUsers;
        let (grant, user) = self.user_to_change(actor, id, permission).await.map_err(to_password_error)?;
        if user.is_bot {
            return Err(codes::NOT_FOR_BOTS.into());
        }
        self.write_password(&grant, new, AccessEnd::PasswordSet, PasswordProof::Actor).await
    }

    /// The same for an account that may have none.
    pub(crate) async fn check_own_password_if_any(&self, own: &UserGrant, actor: &Actor, password: &str) -> Result<()> {
        let account = users::get_with_password(self.access.read(own), own.id()).await?.ok_or(codes::NOT_FOUND)?;
        if account.password_hash.is_empty() { Ok(()) } else { self.check_own_password(own, actor, password).await }
    }

    /// Failures count toward the log-in limit.
    pub(crate) async fn check_own_password(&self, own: &UserGrant, actor: &Actor, password: &str) -> Result<()> {
        let attempt = self.sessions().begin_own_password_check(actor)?;
        let account = users::get_with_password(self.access.read(own), own.id()).await?.ok_or(codes::NOT_FOUND)?;
        let hash = Some(account.password_hash.as_str()).filter(|hash| !hash.is_empty());
        match self.verify_password(password, hash).await {
            Ok(Some(_)) => {
                attempt.succeeded();
                Ok(())
            }
            Ok(None) => {
                let mut write = self.access.write(&self.access.own_account(actor), "users.check_password_failed").recorded();
                write.detail("reason", "wrong password");
                write.commit(Events::none("clients do not see failed checks")).await?;
                Err(codes::PASSWORD_WRONG.into())
            }
            Err(error) => {
                attempt.cancel();
                Err(error)
            }
        }
    }

    pub(super) async fn write_password(
        &self,
        grant: &Writing<UserGrant>,
        password: &str,
        cause: AccessEnd,
        proof: PasswordProof,
    ) -> Result<()> {
        let id = grant.user_id();
        let password = self.check_new_password(password, &self.account(grant, id).await?).await?;
        let hash = self.hasher.hash(&password).await?;
        let EndedAccess { statements, mut events } = self.sessions().end_access(grant, &[cause]).await?;
        let now = self.clock.now();
        let mut user = self.account(grant, id).await?;
        (user.last_password_update, user.update_at) = (now, now.max(user.update_at.plus_ms(1)));
        events.push(self.user_updated_event(grant, user).await?);
        let mut write = match proof {
            PasswordProof::Actor => self.access.write(grant, "users.change_password").recorded(),
            PasswordProof::Token { token, address } => {
                let origin = Origin { user_id: Some(id), address, ..Origin::default() };
                let mut write = self.access.write(grant, "users.reset_password").recorded_as(origin);
                write.push(account_tokens::consume(grant.write_id(), token, mail::RESET_LINK_INVALID));
                write
            }
        };
        write.push(account_tokens::delete_of_user(grant.write_id(), AccountTokenKind::PasswordReset));
        write.extend(self.sessions().end_magic_links(grant));
        write.push(users::set_password(grant.write_id(), &hash, now));
        write.extend(statements);
        events.extend([Event::AccountChanged { user_id: id }, Event::LoginFailuresReset { user_id: id }]);
        events.push(Event::AccountMailRequested { user_id: id, mail: AccountMail::PasswordChanged });
        write.commit(events).await
    }
}
