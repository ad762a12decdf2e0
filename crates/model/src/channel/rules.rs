//! Validation of channels, their names, their members' settings and sidebar categories. Pure functions.

use sha2::{Digest, Sha256};

use super::{CategoryKind, Channel, SidebarCategory};
use crate::codes::channels as codes;
use crate::id::{CategoryId, TeamId, UserId};
use crate::user::Props;
use crate::{Error, Result};

pub const NAME_CHARS_MAX: usize = 64;
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
pub const HEADER_CHARS_MAX: usize = 1024;
pub const PURPOSE_CHARS_MAX: usize = 250;
/// Members of a group message, its creator included.
pub const GROUP_USERS_MIN: usize = 3;
pub const GROUP_USERS_MAX: usize = 8;

impl Channel {
    /// Validates a public or private channel.
    pub fn check(&self) -> Result<()> {
        self.check_texts()?;
        let display_name_chars = self.display_name.chars().count();
        if self.display_name.trim().is_empty() || display_name_chars > DISPLAY_NAME_CHARS_MAX {
            return Err(codes::DISPLAY_NAME_INVALID.with("max", DISPLAY_NAME_CHARS_MAX));
        }
        if !is_valid_name(&self.name) {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        if is_direct_name(&self.name) { Err(codes::NAME_LIKE_DIRECT.into()) } else { Ok(()) }
    }

    /// Validates the fields that can be changed in direct and group channels too: header and purpose.
    pub fn check_texts(&self) -> Result<()> {
        let is_too_long = |text: &str, max: usize| text.chars().count() > max;
        if is_too_long(&self.header, HEADER_CHARS_MAX) {
            return Err(codes::HEADER_TOO_LONG.with("max", HEADER_CHARS_MAX));
        }
        if is_too_long(&self.purpose, PURPOSE_CHARS_MAX) {
            return Err(codes::PURPOSE_TOO_LONG.with("max", PURPOSE_CHARS_MAX));
        }
        Ok(())
    }
}

/// One to 64 of `a-z0-9-_`, with a letter or digit first.
pub fn is_valid_name(name: &str) -> bool {
    let is_allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
    let is_alphanumeric = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bytes = name.as_bytes();
    (1..=NAME_CHARS_MAX).contains(&bytes.len()) && bytes.iter().all(|c| is_allowed(*c)) && bytes.first().is_some_and(is_alphanumeric)
}

fn is_direct_name(name: &str) -> bool {
    name.split_once("__").is_some_and(|(one, other)| crate::id::decode(one).is_some() && crate::id::decode(other).is_some())
}

/// The name of the direct channel of two users; the order of the arguments does not matter.
pub fn direct_name(one: UserId, other: UserId) -> String {
    let mut names = [one.to_string(), other.to_string()];
    names.sort_unstable();
    names.join("__")
}

/// The display name of a group channel: its members' usernames, sorted.
pub fn group_display_name<'a>(usernames: impl IntoIterator<Item = &'a str>) -> String {
    let mut usernames: Vec<&str> = usernames.into_iter().collect();
    usernames.sort_unstable();
    usernames.join(", ")
}

/// The notification settings of a new member.
pub fn default_notify_props() -> Props {
    let all = [
        ("desktop", "default"),
        ("email", "default"),
        ("ignore_channel_mentions", "default"),
        ("mark_unread", MARK_UNREAD_ALL),
        ("push", "default"),
        ("channel_auto_follow_threads", "off"),
    ];
    all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub const MARK_UNREAD: &str = "mark_unread";
pub const MARK_UNREAD_ALL: &str = "all";
pub const MARK_UNREAD_MENTION: &str = "mention";

/// A muted channel shows mentions only.
pub fn is_muted(props: &Props) -> bool {
    props.get(MARK_UNREAD).is_some_and(|value| value == MARK_UNREAD_MENTION)
}

/// `props` with `changes` applied. Unknown names are ignored, as clients expect; an invalid value is
/// `NOTIFY_PROPS_INVALID`.
pub fn apply_notify_props(mut props: Props, changes: &Props) -> Result<Props> {
    const LEVELS: &[&str] = &["default", "all", "mention", "none"];
    const ON_OFF: &[&str] = &["default", "on", "off"];
    for (name, value) in changes {
        let allowed: &[&str] = match name.as_str() {
            "desktop" | "email" | "push" | "desktop_threads" | "push_threads" => LEVELS,
            MARK_UNREAD => &[MARK_UNREAD_ALL, MARK_UNREAD_MENTION],
            "ignore_channel_mentions" | "desktop_sound" => ON_OFF,
            "channel_auto_follow_threads" => &["on", "off"],
            "desktop_notification_sound" => &["default", "Bing", "Crackle", "Down", "Hello", "Ripple", "Upstairs", ""],
            _ => continue,
        };
        // Older clients send true and false for email.
        let is_legacy_email = name == "email" && matches!(value.as_str(), "true" | "false");
        if !allowed.contains(&value.as_str()) && !is_legacy_email {
            return Err(codes::NOTIFY_PROPS_INVALID.with("name", name));
        }
        props.insert(name.clone(), value.clone());
    }
    Ok(props)
}

pub const CATEGORY_NAME_CHARS_MAX: usize = 64;
pub const CATEGORY_SORTINGS: &[&str] = &["", "manual", "recent", "alpha"];

impl CategoryKind {
    pub const BUILT_IN: [Self; 3] = [Self::Favorites, Self::Channels, Self::DirectMessages];
}

impl SidebarCategory {
    /// The id that clients use: the stored id, or `<kind>_<user>_<team>` for a built-in category.
    pub fn public_id(&self) -> String {
        match self.kind {
            CategoryKind::Custom => self.id.to_string(),
            kind => format!("{}_{}_{}", kind.name(), self.user_id, self.team_id),
        }
    }

    pub fn check(&self) -> Result<(), Error> {
        if self.display_name.trim().is_empty() || self.display_name.chars().count() > CATEGORY_NAME_CHARS_MAX {
            return Err(codes::CATEGORY_INVALID.with("name", "display_name"));
        }
        if CATEGORY_SORTINGS.contains(&self.sorting.as_str()) { Ok(()) } else { Err(codes::CATEGORY_INVALID.with("name", "sorting")) }
    }
}

/// Derives a built-in category's id from its kind, user and team, so that concurrent requests create one row.
pub fn built_in_category_id(kind: CategoryKind, user: UserId, team: TeamId) -> CategoryId {
    let mut hash = Sha256::new();
    hash.update(kind.name());
    hash.update(user.bytes());
    hash.update(team.bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    CategoryId::from_bytes(bytes)
}

/// The stored id for a client's category id: the id itself, or `<kind>_<user>_<team>` for a built-in category.
pub fn category_id_from_public_id(public_id: &str) -> Option<CategoryId> {
    if let Ok(id) = public_id.parse() {
        return Some(id);
    }
    CategoryKind::BUILT_IN.into_iter().find_map(|kind| {
        let rest = public_id.strip_prefix(kind.name())?.strip_prefix('_')?;
        let (user, team) = rest.split_once('_')?;
        Some(built_in_category_id(kind, user.parse().ok()?, team.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_letters_digits_and_separators() {
        for good in ["ab", "a1", "dev", "town-square", "a_b", "a--b", "0-9", &"x".repeat(64), "a", "7", "a-", "ab_", "a__b"] {
            assert!(is_valid_name(good), "{good}");
        }
        for bad in ["", "-", "-a", "_ab", "BAD", "a b", "é1", "a.b", &"x".repeat(65)] {
            assert!(!is_valid_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_direct_channel_name_does_not_depend_on_the_order_of_users() {
        let one: UserId = "cwthgt1mntfemeumraxdpwzdne".parse().unwrap();
        let other: UserId = "ugk7gsnx47rqfmtmw6rdzagpmy".parse().unwrap();
        let name = "cwthgt1mntfemeumraxdpwzdne__ugk7gsnx47rqfmtmw6rdzagpmy";
        assert_eq!(direct_name(one, other), name);
        assert_eq!(direct_name(other, one), name);
        assert!(is_direct_name(name));
        assert!(!is_direct_name("team__talk"));
    }

    #[test]
    fn notify_props_reject_unknown_values_and_ignore_unknown_names() {
        let change =
            |name: &str, value: &str| apply_notify_props(default_notify_props(), &Props::from([(name.to_owned(), value.to_owned())]));
        assert!(is_muted(&change("mark_unread", "mention").unwrap()));
        assert!(!is_muted(&default_notify_props()));
        assert!(change("mark_unread", "sometimes").unwrap_err().is(codes::NOTIFY_PROPS_INVALID));
        assert!(!change("user_id", "x").unwrap().contains_key("user_id"));
    }

    #[test]
    fn public_ids_of_built_in_categories_resolve_to_their_stored_ids() {
        let user: UserId = "cwthgt1mntfemeumraxdpwzdne".parse().unwrap();
        let team: TeamId = "4e1i4acrgfb5jmrw9ohxratz3w".parse().unwrap();
        let id = built_in_category_id(CategoryKind::DirectMessages, user, team);
        let public_id = "direct_messages_cwthgt1mntfemeumraxdpwzdne_4e1i4acrgfb5jmrw9ohxratz3w";
        assert_eq!(category_id_from_public_id(public_id), Some(id));
        assert_eq!(category_id_from_public_id(&id.to_string()), Some(id));
        assert_eq!(category_id_from_public_id("channels_x_y"), None);
        assert_eq!(category_id_from_public_id("custom_cwthgt1mntfemeumraxdpwzdne_4e1i4acrgfb5jmrw9ohxratz3w"), None);
    }
}
