//! Passwords as they are hashed: the OpaqueString profile of RFC 8265, so that a password is the same from every keyboard.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::rules::PASSWORD_BYTES_MAX;

/// Longer ones are not normalised. Normalisation makes a text shorter, but not by more than this factor.
pub const INPUT_BYTES_MAX: usize = 4 * PASSWORD_BYTES_MAX;

/// The password to hash: composed (NFC), with U+0020 for every other space. `None` where it has a control character or is
/// far too long.
///
/// Upper and lower case, and full and half width, stay different, as the profile demands. Code points that Unicode has not
/// assigned are accepted: the profile forbids them, but then a password would depend on the version of the tables.
pub fn normalize_password(password: &str) -> Option<Cow<'_, str>> {
    if password.is_ascii() {
        return (!password.bytes().any(|byte| byte.is_ascii_control())).then_some(Cow::Borrowed(password));
    }
    if password.len() > INPUT_BYTES_MAX || password.chars().any(char::is_control) {
        return None;
    }
    if is_nfc(password) && !password.chars().any(is_other_space) {
        return Some(Cow::Borrowed(password));
    }
    Some(password.chars().map(|c| if is_other_space(c) { ' ' } else { c }).nfc().collect())
}

/// The general category Zs, except U+0020.
const fn is_other_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalize(password: &str) -> Option<String> {
        normalize_password(password).map(Cow::into_owned)
    }

    #[test]
    fn the_examples_of_rfc_8265_are_accepted() {
        for same in ["correct horse battery staple", "Correct Horse Battery Staple", "πßå", "Jack of ♦s", "", " "] {
            assert_eq!(normalize(same).as_deref(), Some(same));
        }
        assert_eq!(normalize("foo\u{1680}bar").as_deref(), Some("foo bar"));
        assert_eq!(normalize("my cat is a \u{9}by"), None);
    }

    #[test]
    fn composed_and_decomposed_characters_are_the_same() {
        let composed = "é Å 가 ế";
        let decomposed: String = composed.nfd().collect();
        assert_ne!(decomposed, composed);
        assert_eq!(normalize(&decomposed).as_deref(), Some(composed));
        // Spaces are mapped before the composition.
        assert_eq!(normalize("e\u{301}\u{a0}\u{3000}x").as_deref(), Some("é  x"));
        // Compatibility forms stay different.
        assert_eq!(normalize("ﬁ Ａ ²").as_deref(), Some("ﬁ Ａ ²"));
    }

    #[test]
    fn control_characters_and_endless_passwords_are_rejected() {
        for bad in ["a\0b", "a\nb", "é\u{85}", "\u{7f}", &"é".repeat(INPUT_BYTES_MAX)] {
            assert_eq!(normalize(bad), None);
        }
        assert!(normalize(&"e\u{301}".repeat(512)).is_some_and(|password| password.len() == PASSWORD_BYTES_MAX));
    }
}
