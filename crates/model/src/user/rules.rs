//! Validation of usernames, email addresses and profiles, and the defaults of new accounts.

use super::{Preference, Props, User};
use crate::codes::users as codes;
use crate::id::UserId;
use crate::{Error, Result};

pub const USERNAME_CHARS_MAX: usize = 64;
pub const EMAIL_CHARS_MAX: usize = 128;
pub const NAME_CHARS_MAX: usize = 64;
pub const POSITION_CHARS_MAX: usize = 128;
pub const LOCALE_CHARS_MAX: usize = 5;
pub const ROLES_CHARS_MAX: usize = 256;
/// Total length of the names and values of one set of properties.
pub const PROPS_BYTES_MAX: usize = 8_000;
/// Bounds the time of hashing, which grows with the length.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// Names that mentions and the server use.
const RESERVED: [&str; 6] = ["all", "channel", "here", "matterbot", "system", "me"];

pub fn is_valid_username(name: &str) -> bool {
    let is_allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_');
    (1..=USERNAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(is_allowed) && !RESERVED.contains(&name)
}

/// Accepts plain addresses only, without comments, quotes or a display name.
pub fn is_valid_email(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else { return false };
    let is_local_char = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;@\\,\"".contains(c);
    let is_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    email.chars().count() <= EMAIL_CHARS_MAX
        && !email.chars().any(char::is_uppercase)
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(is_local_char))
        && domain.split('.').all(is_label)
}

/// The form in which usernames and email addresses are stored and compared.
pub fn normalize_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The lower-case domains of a list (`example.com, @example.org`) separated by commas or white space.
pub fn parse_domains(list: &str) -> Vec<String> {
    let names = list.split(|c: char| c == ',' || c.is_whitespace()).map(|name| name.trim_start_matches('@').to_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

/// Whether an email address is in one of the `allowed` domains; an empty list allows any.
pub fn is_in_domains(email: &str, allowed: &str) -> bool {
    let allowed = parse_domains(allowed);
    let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    allowed.is_empty() || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain))
}

impl User {
    /// Validates the fields of an account that users can set.
    pub fn check(&self) -> Result<()> {
        let is_too_long = |text: &str, max_chars: usize| text.chars().count() > max_chars;
        let is_locale_char = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
        let has_too_long_props = [&self.notify_props, &self.props, &self.timezone].iter().any(|props| size_bytes(props) > PROPS_BYTES_MAX);
        let checks = [
            (!is_valid_username(&self.username), codes::INVALID_USERNAME),
            (!is_valid_email(&self.email), codes::INVALID_EMAIL),
            (is_too_long(&self.nickname, NAME_CHARS_MAX), codes::INVALID_NICKNAME),
            (is_too_long(&self.first_name, NAME_CHARS_MAX), codes::INVALID_FIRST_NAME),
            (is_too_long(&self.last_name, NAME_CHARS_MAX), codes::INVALID_LAST_NAME),
            (is_too_long(&self.position, POSITION_CHARS_MAX), codes::INVALID_POSITION),
            (is_too_long(&self.locale, LOCALE_CHARS_MAX) || !self.locale.bytes().all(is_locale_char), codes::INVALID_LOCALE),
            (is_too_long(&self.roles, ROLES_CHARS_MAX), codes::INVALID_ROLES),
            (has_too_long_props, codes::INVALID_PROPS),
        ];
        match checks.into_iter().find(|(is_invalid, _)| *is_invalid) {
            Some((_, code)) => Err(Error::from(code)),
            None => Ok(()),
        }
    }
}

fn size_bytes(props: &Props) -> usize {
    props.iter().map(|(name, value)| name.len() + value.len()).sum()
}

fn props(pairs: &[(&str, &str)]) -> Props {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The notification settings of a new account.
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

/// The preferences that clients expect a new user to have.
pub fn default_preferences(user_id: UserId) -> Vec<Preference> {
    let preference =
        |category: &str, name: String, value: &str| Preference { user_id, category: category.to_owned(), name, value: value.to_owned() };
    vec![preference("tutorial_step", user_id.to_string(), "0"), preference("recommended_next_steps", "hide".to_owned(), "false")]
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
    fn email_addresses_have_the_plain_form() {
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
    fn an_empty_list_of_domains_allows_any_address() {
        assert!(is_in_domains("a@b.example", " "));
        assert!(is_in_domains("a@b.example", "c.example, @B.example"));
        assert!(is_in_domains("a@B.example", "c.example\n\tb.example"));
        assert!(!is_in_domains("a@evil-b.example", "b.example"));
        assert!(!is_in_domains("a@x.b.example", "b.example"));
    }
}
