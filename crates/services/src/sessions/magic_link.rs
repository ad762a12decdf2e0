//! Asking for a mail with a link, and a code, to log in without a password.

use std::net::IpAddr;

use guildhall_model::codes::{context, magic_links as codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::ports::{Secret, TokenHash};
use guildhall_model::user::User;
use guildhall_model::user::rules::{EMAIL_CHARS_MAX, is_valid_email, normalize_name};
use guildhall_model::{Event, Result};
use guildhall_storage::magic_link_codes::{self, MagicLinkCode};
use guildhall_storage::{Statement, account_tokens, users};

use crate::access::{Origin, UserGrant, Writing};
use crate::boxed;
use crate::sessions::Sessions;

/// How often a code may be entered.
pub(super) const TRIES_MAX: i64 = 5;
/// A mail that is not sent within this time is given up.
pub(super) const CODE_WAIT_MS: i64 = 60 * 60 * 1000;
/// Stands for the account where there is none.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// Whose link it is: shown before it is used, as mail systems open links, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MagicLinkOwner {
    /// Empty for somebody who is invited and has no account yet.
    pub username: String,
    pub email: String,
}

impl Sessions<'_> {
    /// Sends a mail to the address if an account has it that may log in so. Whether one has cannot be seen: what is written and
    /// returned is the same. The secret is for the page that asks: only with it, the code of the mail is accepted.
    #[boxed]
    pub async fn request_magic_link(&self, email: &str, address: Option<IpAddr>) -> Result<Secret> {
        self.check_magic_links_are_on()?;
        let email = normalize_name(email);
        if email.chars().count() > EMAIL_CHARS_MAX || !is_valid_email(&email) {
            return Err(context::INVALID_PARAM.with("name", "email"));
        }
        self.count_mail_request(address)?;
        let grant = self.access.system("who asks for a link to log in is not logged in");
        let account = users::by_email(self.access.read(&grant), &email).await?;
        let user_id = account.filter(|user| user.is_active() && self.may_use_magic_link(user)).map(|user| user.id);
        let request_token = self.secrets.generate_token();
        let code = MagicLinkCode {
            id: self.ids.next(),
            request_hash: request_token.hash(),
            user_id: user_id.unwrap_or(NOBODY),
            email,
            code_hash: String::new(),
            tries_left: TRIES_MAX,
            expires_at: self.clock.now().plus_ms(CODE_WAIT_MS),
        };
        let mut write =
            self.access.write(&grant, "sessions.request_magic_link").recorded_as(Origin { user_id, address, ..Origin::default() });
        write.detail("email", &code.email);
        write.push(magic_link_codes::insert(grant.write_id(code.user_id), &code));
        let mail = AccountMail::MagicLink { code_id: Some(code.id) };
        write.commit(user_id.map(|user_id| Event::AccountMailRequested { user_id, mail }).into_iter().collect::<Vec<_>>()).await?;
        Ok(request_token)
    }

    /// Whether this account logs in by a link because it has no password; then a mail with one is sent to it. Mattermost's clients ask
    /// it with the name that was entered, so that it can be seen which guests have no password.
    #[boxed]
    pub async fn log_in_type_is_magic_link(&self, login_id: &str, user: Option<UserId>, address: Option<IpAddr>) -> Result<bool> {
        let login_id = normalize_name(login_id);
        if self.check_magic_links_are_on().is_err() || login_id.chars().count() > EMAIL_CHARS_MAX {
            return Ok(false);
        }
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let account = match user {
            Some(id) => users::get_with_password(db, grant.id(id)).await?,
            None => users::by_login(db, grant.server(), &login_id).await?,
        };
        let is_without_password = |user: &User, hash: &str| hash.is_empty() && user.is_active() && self.may_use_magic_link(user);
        let Some(account) = account.filter(|account| is_without_password(&account.user, &account.password_hash)) else { return Ok(false) };
        self.count_mail_request(address)?;
        let user_id = account.user.id;
        let origin = Origin { user_id: Some(user_id), address, ..Origin::default() };
        let mut write = self.access.write(&grant, "sessions.request_magic_link").recorded_as(origin);
        write.detail("email", &account.user.email);
        write.commit(vec![Event::AccountMailRequested { user_id, mail: AccountMail::MagicLink { code_id: None } }]).await?;
        Ok(true)
    }

    /// Whose link this is. It is not used up.
    #[boxed]
    pub async fn magic_link_owner(&self, token: &str, address: Option<IpAddr>) -> Result<MagicLinkOwner> {
        let attempt = self.begin_token_look_up(address)?;
        let grant = self.access.system("who has a link to log in is not logged in");
        let db = self.access.read(&grant);
        let found = account_tokens::get(db, grant.server(), TokenHash::of(token), AccountTokenKind::MagicLink).await?;
        let Some(found) = found else {
            let invitation = self.invitations().invitation_to_log_in(&grant, token).await?.ok_or(codes::LINK_INVALID)?;
            attempt.cancel();
            return self.invited_by_link(&grant, invitation).await;
        };
        attempt.cancel();
        if found.expires_at <= self.clock.now() {
            return Err(codes::LINK_EXPIRED.into());
        }
        let user = users::get(db, found.user_id).await?.filter(|user| user.email == found.email && self.may_use_magic_link(user));
        let user = user.filter(User::is_active).ok_or(codes::LINK_INVALID)?;
        Ok(MagicLinkOwner { username: user.username, email: user.email })
    }

    /// The setting admits the account, active or not.
    pub(super) fn may_use_magic_link(&self, user: &User) -> bool {
        !user.is_bot && self.settings().log_in.is_by_link(user.is_guest())
    }

    fn check_magic_links_are_on(&self) -> Result<()> {
        let settings = self.settings();
        // Where members may, guests may.
        if !settings.log_in.is_by_link(true) {
            return Err(codes::DISABLED.into());
        }
        if settings.sends_mail() { Ok(()) } else { Err(codes::NOT_CONFIGURED.into()) }
    }

    /// What was sent to log in does not admit anybody any more: for the batch of a new password, another address, or the end of access.
    pub(crate) fn end_magic_links(&self, grant: &Writing<UserGrant>) -> [Statement; 2] {
        let tokens = account_tokens::delete_of_user(grant.write_id(), AccountTokenKind::MagicLink);
        [tokens, magic_link_codes::delete_of_user(grant.write_id())]
    }
}
