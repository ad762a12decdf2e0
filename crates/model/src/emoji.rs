//! Names of emoji: which ones every client knows, and which ones people may give to their own.

/// Longest name of a custom emoji.
pub const NAME_CHARS_MAX: usize = 64;
pub const IMAGE_BYTES_MAX: usize = 512 * 1024;
/// Names that can be asked for at once.
pub const NAMES_MAX: usize = 200;

/// The names that clients use for Unicode's emoji, sorted by byte: those of emoji-datasource and gemoji (both MIT).
static SYSTEM_NAMES: &str = include_str!("../data/emoji_names.txt");

const SKIN_TONES: [&str; 5] =
    ["_medium_light_skin_tone", "_medium_dark_skin_tone", "_light_skin_tone", "_medium_skin_tone", "_dark_skin_tone"];

/// Whether the name is one of Unicode's emoji, with a skin tone or without.
pub fn is_system(name: &str) -> bool {
    let plain = without_tones(name);
    is_listed(name) || (plain.len() < name.len() && is_listed(plain))
}

/// One tone a person: two at most.
fn without_tones(name: &str) -> &str {
    let strip = |name: &'_ str| SKIN_TONES.iter().find_map(|tone| name.strip_suffix(tone)).unwrap_or(name).len();
    let once = &name[..strip(name)];
    &once[..strip(once)]
}

fn is_listed(name: &str) -> bool {
    !name.is_empty() && names().binary_search(&name).is_ok()
}

fn names() -> &'static [&'static str] {
    static NAMES: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    NAMES.get_or_init(|| SYSTEM_NAMES.lines().collect())
}

/// Whether people may give an emoji such a name; whether it is free is another question.
pub fn is_valid_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'_'))
}

/// The names between colons in a text, each once: `:tada:` is `tada`, whether or not there is such an emoji.
pub fn named_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(':') {
        rest = after;
        if let Some((name, _)) = after.split_once(':')
            && is_valid_name(name)
        {
            if !found.contains(&name) {
                found.push(name);
            }
            rest = after.get(name.len() + 1..).unwrap_or_default();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_colons() {
        assert_eq!(named_in("a :tada::smile: b :x y: :-1: 10:30:45 :tada:"), ["tada", "smile", "-1", "30"]);
        assert!(named_in(":::").is_empty() && named_in("").is_empty() && named_in("é:").is_empty());
    }

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(names().is_sorted());
        assert!(names().len() > 2000);
    }

    #[test]
    fn names_of_clients_are_known() {
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
    fn own_names_are_short_and_plain() {
        assert!(is_valid_name("party-parrot_2+"));
        for name in ["", "Party", "a b", "é", ":x:", &"x".repeat(65)] {
            assert!(!is_valid_name(name), "{name:?}");
        }
    }
}
