//! Changing profiles: one's own, or another user's as an administrator.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::user::rules::{self, normalize_name};
use guildhall_model::user::{Props, User};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::users;

use crate::access::UserGrant;
use crate::boxed;
use crate::users::Users;

/// Fields to change; `None` leaves the field unchanged.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    pub username: Option<String>,
    pub email: Option<String>,
    /// The current password, required to change one's own email address.
    pub password: Option<String>,
    pub nickname: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub position: Option<String>,
    pub locale: Option<String>,
    pub props: Option<Props>,
    pub notify_props: Option<Props>,
    pub timezone: Option<Props>,
}

impl UserPatch {
    fn apply(&self, user: &mut User) {
        let set = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                value.trim().clone_into(field);
            }
        };
        set(&mut user.nickname, &self.nickname);
        set(&mut user.first_name, &self.first_name);
        set(&mut user.last_name, &self.last_name);
        set(&mut user.position, &self.position);
        set(&mut user.locale, &self.locale);
        if let Some(username) = &self.username {
            user.username = normalize_name(username);
        }
        if let Some(email) = self.email.as_deref().map(normalize_name).filter(|email| *email != user.email) {
            user.email = email;
            user.email_verified = false;
        }
        if let Some(props) = &self.props {
            user.props.clone_from(props);
        }
        if let Some(props) = &self.notify_props {
            user.notify_props = if props.is_empty() { rules::default_notify_props() } else { props.clone() };
        }
        if let Some(timezone) = &self.timezone {
            user.timezone = if timezone.is_empty() { rules::default_timezone() } else { timezone.clone() };
        }
    }
}

impl Users<'_> {
    #[boxed]
    pub async fn patch_user(&self, actor: &Actor, id: UserId, patch: UserPatch) -> Result<User> {
        let (grant, user) = self.user_to_change(actor, id, Permission::EditOtherUsers).await?;
        if user.is_bot {
            return Err(codes::NOT_FOR_BOTS.into());
        }
        let new_email = patch.email.as_deref().map(normalize_name).filter(|email| *email != user.email);
        if let Some(email) = &new_email {
            self.access.refuse_app(actor)?;
            self.check_email_change(&grant, actor, &user, email, patch.password.as_deref()).await?;
        }
        let change = |user: &mut User| {
            patch.apply(user);
            Ok(())
        };
        self.change_account((&grant, "users.patch"), change, |_, _| Vec::new()).await
    }

    /// Requires the password for one's own address, so that an unattended session cannot take over the account.
    async fn check_email_change(&self, grant: &UserGrant, actor: &Actor, user: &User, email: &str, password: Option<&str>) -> Result<()> {
        let settings = self.settings();
        let domains = if user.is_guest() { &settings.guests.allowed_domains } else { &settings.signup.allowed_domains };
        if !rules::is_in_domains(email, domains) {
            return Err(codes::SIGNUP_DOMAIN.into());
        }
        if actor.user_id != user.id {
            return Ok(());
        }
        let password = password.ok_or_else(|| context::INVALID_PARAM.with("name", "password"))?;
        self.check_own_password(grant, actor, password).await
    }

    /// Resets the user's log-in failure count.
    #[boxed]
    pub async fn reset_failed_attempts(&self, actor: &Actor, id: UserId) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteUserManagementUsers)?.user_to_write(id);
        let id = self.not_above(actor, self.account(&grant, id).await?)?.id;
        let mut write = self.access.write(&grant, "users.reset_failed_attempts");
        write.push(users::clear_failures(grant.write_id()));
        write.commit(Event::LoginFailuresReset { user_id: id }).await
    }
}
