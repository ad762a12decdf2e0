//! Emoji names: the system emoji that every client has, which of their names mean the same one, and which names custom emoji
//! may have.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Maximum length of a custom emoji's name.
pub const NAME_CHARS_MAX: usize = 64;
pub const IMAGE_BYTES_MAX: usize = 512 * 1024;
/// Maximum number of names in one request.
pub const NAMES_MAX: usize = 200;

/// Unicode's emoji, one per line: its characters, then the names that clients use for it, those of emoji-datasource and gemoji
/// (both MIT); the name that stands for it first.
static SYSTEM_EMOJI: &str = include_str!("../data/emoji.txt");

const SKIN_TONES: [&str; 5] =
    ["_medium_light_skin_tone", "_medium_dark_skin_tone", "_light_skin_tone", "_medium_skin_tone", "_dark_skin_tone"];

/// Whether the name is one of a Unicode emoji, with or without skin tones.
pub fn is_system(name: &str) -> bool {
    canonical_system_name(name).is_some()
}

/// The one name of an emoji that has several (`+1` for `thumbsup`), with the same skin tones: reactions under any of them are
/// the same. Other names stand for themselves.
pub fn canonical_name(name: &str) -> Cow<'_, str> {
    canonical_system_name(name).unwrap_or(Cow::Borrowed(name))
}

/// The characters of a Unicode emoji by any of its names, without the skin tones that the name may have.
pub fn characters(name: &str) -> Option<&'static str> {
    system_emoji().get(name).or_else(|| system_emoji().get(without_skin_tones(name))).map(|emoji| emoji.characters)
}

/// The name without the skin tones that it may end with.
pub fn without_skin_tones(name: &str) -> &str {
    split_skin_tones(name).map_or(name, |(base, _)| base)
}

struct SystemEmoji {
    characters: &'static str,
    canonical_name: &'static str,
}

fn canonical_system_name(name: &str) -> Option<Cow<'_, str>> {
    if let Some(emoji) = system_emoji().get(name) {
        return Some(Cow::Borrowed(emoji.canonical_name));
    }
    let (base, tones) = split_skin_tones(name)?;
    let canonical = system_emoji().get(base)?.canonical_name;
    Some(Cow::Owned(format!("{canonical}{tones}")))
}

/// An emoji of two people has a skin tone for each; twice the same one is the same as once.
fn split_skin_tones(name: &str) -> Option<(&str, &str)> {
    let last_tone = |name: &str| SKIN_TONES.iter().copied().find(|tone| name.ends_with(tone));
    let second = last_tone(name)?;
    let without_second = name.strip_suffix(second)?;
    Some(match last_tone(without_second) {
        Some(first) => {
            let base = without_second.strip_suffix(first)?;
            (base, if first == second { second } else { name.get(base.len()..)? })
        }
        None => (without_second, second),
    })
}

fn system_emoji() -> &'static HashMap<&'static str, SystemEmoji> {
    static EMOJI: OnceLock<HashMap<&'static str, SystemEmoji>> = OnceLock::new();
    EMOJI.get_or_init(|| {
        let lines = SYSTEM_EMOJI.lines().filter_map(|line| {
            let (characters, names) = line.split_once(' ')?;
            Some((characters, names, names.split(' ').next()?))
        });
        let named = lines.flat_map(|(characters, names, canonical_name)| {
            names.split(' ').map(move |name| (name, SystemEmoji { characters, canonical_name }))
        });
        named.collect()
    })
}

/// Whether a custom emoji may have this name. Does not check whether the name is taken.
pub fn is_valid_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two_emoji() {
        assert_eq!(system_emoji().len() + SYSTEM_EMOJI.lines().count(), SYSTEM_EMOJI.split_whitespace().count());
        assert!(system_emoji().len() > 2000);
    }

    #[test]
    fn every_name_of_an_emoji_has_one_canonical_name() {
        for (name, canonical) in [
            ("+1", "+1"),
            ("thumbsup", "+1"),
            ("flag-us", "us"),
            ("thumbsup_dark_skin_tone", "+1_dark_skin_tone"),
            ("thumbsup_dark_skin_tone_light_skin_tone", "+1_dark_skin_tone_light_skin_tone"),
            ("handshake_light_skin_tone_light_skin_tone", "handshake_light_skin_tone"),
            ("-1", "-1"),
            ("party-parrot", "party-parrot"),
            ("party-parrot_dark_skin_tone", "party-parrot_dark_skin_tone"),
            ("_dark_skin_tone", "_dark_skin_tone"),
        ] {
            assert_eq!(canonical_name(name), canonical, "{name}");
        }
        for name in system_emoji().keys() {
            let canonical = canonical_name(name);
            assert_eq!(canonical_name(&canonical), canonical);
        }
    }

    #[test]
    fn every_name_has_characters() {
        for (name, expected) in [
            ("tada", Some("🎉")),
            ("flag-us", Some("🇺🇸")),
            ("wave_dark_skin_tone", Some("👋")),
            ("handshake_light_skin_tone_dark_skin_tone", Some("🤝")),
            ("skin-tone-3", Some("🏼")),
            ("_dark_skin_tone", None),
            ("nothing", None),
        ] {
            assert_eq!(characters(name).map(|found| found.trim_end_matches('\u{fe0f}')), expected, "{name}");
        }
        assert_eq!(without_skin_tones("handshake_light_skin_tone_dark_skin_tone"), "handshake");
        assert_eq!(without_skin_tones("tada"), "tada");
        assert!(system_emoji().values().all(|emoji| !emoji.characters.is_ascii()));
    }

    #[test]
    fn names_that_clients_use_are_system_names() {
        for name in ["+1", "thumbsup", "smile", "slightly_smiling_face", "man-shrugging", "flag-us", "us", "calendar", "tada"] {
            assert!(is_system(name), "{name}");
        }
        for name in ["+1_medium_skin_tone", "wave_dark_skin_tone", "wave_medium_light_skin_tone"] {
            assert!(is_system(name), "{name}");
        }
        for name in ["", "parrot-party", "_dark_skin_tone", "SMILE", "smile "] {
            assert!(!is_system(name), "{name:?}");
        }
    }

    #[test]
    fn custom_names_are_short_lower_case_ascii() {
        assert!(is_valid_name("party-parrot_2+"));
        for name in ["", "Party", "a b", "é", ":x:", &"x".repeat(65)] {
            assert!(!is_valid_name(name), "{name:?}");
        }
    }
}
