//! The links in mails: an address of the site with a token, of which the database has only the hash.

use guildhall_model::Millis;
use guildhall_model::mail::AccountTokenKind;
use guildhall_model::user::User;
use guildhall_storage::{Statement, account_tokens};

use crate::access::{UserGrant, Writing};
use crate::mail::Mail;

/// How long a link is valid. The texts of the mails say it.
const fn valid_ms(kind: AccountTokenKind) -> i64 {
    const HOUR_MS: i64 = 60 * 60 * 1000;
    match kind {
        AccountTokenKind::PasswordReset | AccountTokenKind::Verification => 24 * HOUR_MS,
        AccountTokenKind::MagicLink => HOUR_MS,
    }
}

pub(crate) struct NewLink {
    pub url: String,
    pub expires_at: Millis,
    /// Stores the token: the link is valid once it is committed.
    pub statement: Statement,
}

impl Mail<'_> {
    /// A new link for the account. Others of its kind stay valid: a mail may arrive late.
    pub(crate) fn new_link(&self, grant: &Writing<UserGrant>, user: &User, kind: AccountTokenKind) -> NewLink {
        let token = self.secrets.generate_token();
        let expires_at = self.clock.now().plus_ms(valid_ms(kind));
        // The paths of Mattermost.
        let path = match kind {
            AccountTokenKind::PasswordReset => "/reset_password_complete?token=",
            AccountTokenKind::Verification => "/do_verify_email?token=",
            AccountTokenKind::MagicLink => "/login/one_time_link?t=",
        };
        NewLink {
            url: self.settings().site_link(&format!("{path}{}", token.expose())),
            expires_at,
            statement: account_tokens::insert(grant.write_id(), token.hash(), kind, &user.email, expires_at),
        }
    }
}
