//! What a username, an email address, a password and a profile may be, and what a new account starts with.

use super::{Preference, Props, User};
use crate::codes::users as codes;
use crate::id::UserId;
use crate::{Error, Result};

pub const USERNAME_MAX_CHARS: usize = 64;
pub const EMAIL_MAX_CHARS: usize = 128;
pub const NAME_MAX_CHARS: usize = 64;
pub const POSITION_MAX_CHARS: usize = 128;
pub const LOCALE_MAX_CHARS: usize = 5;
pub const ROLES_MAX_CHARS: usize = 256;
/// All names and values of one set of properties together.
pub const PROPS_MAX_BYTES: usize = 8_000;
/// Hashing takes longer the longer the password: nobody types more than this.
pub const PASSWORD_MAX_BYTES: usize = 1_024;

/// Names that mentions and the system use.
const RESERVED: [&str; 6] = ["all", "channel", "here", "matterbot", "system", "me"];

pub fn is_valid_username(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_');
    (1..=USERNAME_MAX_CHARS).contains(&name.len()) && name.bytes().all(plain) && !RESERVED.contains(&name)
}

/// An address that a mail server would take: the plain form, without comments, quotes or a display name.
pub fn is_valid_email(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else { return false };
    let local_char = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;@\\,\"".contains(c);
    let label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    email.chars().count() <= EMAIL_MAX_CHARS
        && !email.chars().any(char::is_uppercase)
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(local_char))
        && domain.split('.').all(label)
}

/// How usernames and addresses are kept and compared.
pub fn normalize_name(name: &str) -> String {
    name.trim().to_lowercase()
}

pub fn check_password(password: &str, min_chars: usize) -> Result<()> {
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(codes::PASSWORD_TOO_LONG.into());
    }
    if password.is_empty() || password.chars().count() < min_chars { Err(codes::PASSWORD_INVALID.into()) } else { Ok(()) }
}

/// The domains of a list as administrators write it.
pub fn domains(list: &str) -> Vec<String> {
    let names = list.split([',', ' ']).map(|name| name.trim().trim_start_matches('@').to_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

/// Whether the address is of one of the comma-separated `allowed` domains; no domains allow any.
pub fn is_of_domain(email: &str, allowed: &str) -> bool {
    let allowed = domains(allowed);
    let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    allowed.is_empty() || allowed.iter().any(|one| one == domain)
}

impl User {
    /// Whether everything that people choose about an account is within its bounds.
    pub fn check(&self) -> Result<()> {
        let longer = |text: &str, max_chars: usize| text.chars().count() > max_chars;
        let locale_char = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
        let failed = [
            (!is_valid_username(&self.username), codes::INVALID_USERNAME),
            (!is_valid_email(&self.email), codes::INVALID_EMAIL),
            (longer(&self.nickname, NAME_MAX_CHARS), codes::INVALID_NICKNAME),
            (longer(&self.first_name, NAME_MAX_CHARS), codes::INVALID_FIRST_NAME),
            (longer(&self.last_name, NAME_MAX_CHARS), codes::INVALID_LAST_NAME),
            (longer(&self.position, POSITION_MAX_CHARS), codes::INVALID_POSITION),
            (longer(&self.locale, LOCALE_MAX_CHARS) || !self.locale.bytes().all(locale_char), codes::INVALID_LOCALE),
            (longer(&self.roles, ROLES_MAX_CHARS), codes::INVALID_ROLES),
            ([&self.notify_props, &self.props, &self.timezone].iter().any(|props| size(props) > PROPS_MAX_BYTES), codes::INVALID_PROPS),
        ];
        match failed.into_iter().find(|(is_bad, _)| *is_bad) {
            Some((_, code)) => Err(Error::from(code)),
            None => Ok(()),
        }
    }
}

fn size(props: &Props) -> usize {
    props.iter().map(|(name, value)| name.len() + value.len()).sum()
}

fn props(pairs: &[(&str, &str)]) -> Props {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What a new account is notified of.
pub fn default_notify_props() -> Props {
    props(&[
        ("channel", "true"),
        ("comments", "never"),
        ("desktop", "mention"),
        ("desktop_sound", "true"),
        ("desktop_threads", "all"),
        ("email", "true"),
        ("email_threads", "all"),
        ("first_name", "false"),
        ("mention_keys", ""),
        ("push", "mention"),
        ("push_status", "away"),
        ("push_threads", "all"),
    ])
}

pub fn default_timezone() -> Props {
    props(&[("automaticTimezone", ""), ("manualTimezone", ""), ("useAutomaticTimezone", "true")])
}

/// The preferences that clients expect of somebody new.
pub fn first_preferences(user_id: UserId) -> Vec<Preference> {
    let own =
        |category: &str, name: String, value: &str| Preference { user_id, category: category.to_owned(), name, value: value.to_owned() };
    vec![own("tutorial_step", user_id.to_string(), "0"), own("recommended_next_steps", "hide".to_owned(), "false")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_lower_case_and_not_reserved() {
        for good in ["x", "ada", "a.b-c_d9", &"a".repeat(64)] {
            assert!(is_valid_username(good), "{good}");
        }
        for bad in ["", "Ada", "a b", "all", "here", "system", "ä", "a@b", &"a".repeat(65)] {
            assert!(!is_valid_username(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_plain() {
        for good in ["ada@example.com", "a.b+c@mail.example.co", "user@localhost", "jörg@bücher.example"] {
            assert!(is_valid_email(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(120));
        for bad in
            ["", "ada", "@example.com", "ada@", "a@b@c", "Ada@example.com", "a b@example.com", "a@b..c", "a..b@c", "<a@b>", "a@-b", &long]
        {
            assert!(!is_valid_email(bad), "{bad}");
        }
    }

    #[test]
    fn passwords_have_a_least_and_a_greatest_length() {
        assert!(check_password("12345678", 8).is_ok());
        assert!(check_password("éééééééé", 8).is_ok());
        assert!(check_password("1234567", 8).is_err_and(|e| e.is(codes::PASSWORD_INVALID)));
        assert!(check_password("", 0).is_err_and(|e| e.is(codes::PASSWORD_INVALID)));
        assert!(check_password(&"x".repeat(1025), 8).is_err_and(|e| e.is(codes::PASSWORD_TOO_LONG)));
    }

    #[test]
    fn domains_restrict_where_there_are_any() {
        assert!(is_of_domain("a@b.example", " "));
        assert!(is_of_domain("a@b.example", "c.example, @B.example"));
        assert!(!is_of_domain("a@evil-b.example", "b.example"));
        assert!(!is_of_domain("a@x.b.example", "b.example"));
    }
}
