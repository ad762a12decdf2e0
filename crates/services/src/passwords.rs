//! Setting and checking passwords: the one place where they are normalised before they are hashed.

use std::borrow::Cow;

use guildhall_model::Result;
use guildhall_model::codes::users as codes;
use guildhall_model::user::password::{INPUT_BYTES_MAX, normalize_password};
use guildhall_model::user::rules;

use crate::Core;

/// How a password that is right was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordMatch {
    Normalized,
    /// By a server that did not normalise passwords: it is to be hashed again.
    AsTyped,
}

impl Core {
    /// The form of a new password that is hashed. Its length counts after the normalisation.
    pub(crate) fn check_new_password<'a>(&self, password: &'a str) -> Result<Cow<'a, str>> {
        if password.len() > INPUT_BYTES_MAX {
            return Err(codes::PASSWORD_TOO_LONG.into());
        }
        let normalized = normalize_password(password).ok_or(codes::PASSWORD_CHARACTERS)?;
        rules::check_password(&normalized, self.settings().signup.password_min_chars)?;
        Ok(normalized)
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
