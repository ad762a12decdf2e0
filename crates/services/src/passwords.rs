//! Setting and checking passwords: the one place where they are normalised before they are hashed.

use std::borrow::Cow;

use guildhall_model::Result;
use guildhall_model::codes::passwords as codes;
use guildhall_model::settings::Settings;
use guildhall_model::user::User;
use guildhall_model::user::password::{INPUT_BYTES_MAX, normalize_password};
use guildhall_model::user::password_policy::{check_password, is_made_of_names};

use crate::Core;

/// How a password that is right was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordMatch {
    Normalized,
    /// By a server that did not normalise passwords: it is to be hashed again.
    AsTyped,
}

impl Core {
    /// The form of a new password that is hashed, for the account as it will be. Its length counts after the normalisation.
    pub(crate) async fn check_new_password<'a>(&self, password: &'a str, user: &User) -> Result<Cow<'a, str>> {
        if password.len() > INPUT_BYTES_MAX {
            return Err(codes::TOO_LONG.into());
        }
        let normalized = normalize_password(password).ok_or(codes::CHARACTERS)?;
        let settings = self.settings();
        check_password(&normalized, &settings.signup)?;
        if settings.signup.password_reject_names && is_made_of_names(&normalized, &names(user, &settings)) {
            return Err(codes::NAME.into());
        }
        if settings.signup.password_reject_breached && self.is_breached(&normalized).await {
            return Err(codes::COMMON.into());
        }
        Ok(normalized)
    }

    /// A list that cannot be read keeps nobody from setting a password.
    async fn is_breached(&self, password: &str) -> bool {
        self.breached_passwords.contains(password).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the list of breached passwords cannot be read");
            false
        })
    }

    /// `None` where the password is wrong. Without a hash it takes the time of a wrong password.
    pub(crate) async fn verify_password(&self, password: &str, hash: Option<&str>) -> Result<Option<PasswordMatch>> {
        let normalized = normalize_password(password);
        if let Some(normalized) = &normalized
            && self.hasher.verify(normalized, hash).await?
        {
            return Ok(Some(PasswordMatch::Normalized));
        }
        let differs = normalized.as_deref() != Some(password);
        Ok((differs && self.hasher.verify(password, hash).await?).then_some(PasswordMatch::AsTyped))
    }

    /// The hash that replaces `old` after a log-in; `None` where it may stay. Fails never, because the log-in must not.
    pub(crate) async fn renew_password_hash(&self, old: &str, password: &str, matched: PasswordMatch) -> Option<String> {
        if matched == PasswordMatch::Normalized && !self.hasher.needs_rehash(old) {
            return None;
        }
        let normalized = normalize_password(password);
        // A password with control characters, which were allowed once, stays what it is.
        if normalized.is_none() && !self.hasher.needs_rehash(old) {
            return None;
        }
        self.hasher.hash(normalized.as_deref().unwrap_or(password)).await.ok()
    }
}

/// What everybody knows who wants to log in as this person.
fn names<'a>(user: &'a User, settings: &'a Settings) -> Vec<&'a str> {
    let host = settings.site.url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
    let local_part = user.email.split('@').next().unwrap_or_default();
    let mut names = vec!["guildhall", host, local_part];
    names.extend([&settings.site.name, &user.username, &user.email, &user.nickname, &user.first_name, &user.last_name].map(String::as_str));
    names.extend(host.split('.').rev().skip(1));
    names.extend(user.username.split(['.', '-', '_']));
    names
}
