//! Emoji names: the system emoji that every client has, and which names custom emoji may have.

/// Maximum length of a custom emoji's name.
pub const NAME_CHARS_MAX: usize = 64;
pub const IMAGE_BYTES_MAX: usize = 512 * 1024;
/// Maximum number of names in one request.
pub const NAMES_MAX: usize = 200;

/// The names that clients use for Unicode's emoji, sorted by byte: those of emoji-datasource and gemoji (both MIT).
static SYSTEM_NAMES: &str = include_str!("../data/emoji_names.txt");

const SKIN_TONES: [&str; 5] =
    ["_medium_light_skin_tone", "_medium_dark_skin_tone", "_light_skin_tone", "_medium_skin_tone", "_dark_skin_tone"];

/// Whether the name is one of a Unicode emoji, with or without skin tones.
pub fn is_system(name: &str) -> bool {
    let base_name = strip_skin_tones(name);
    is_listed(name) || (base_name.len() < name.len() && is_listed(base_name))
}

/// Removes up to two skin tones: an emoji of two people has one for each.
fn strip_skin_tones(name: &str) -> &str {
    let strip = |name: &'_ str| SKIN_TONES.iter().find_map(|tone| name.strip_suffix(tone)).unwrap_or(name).len();
    let once = &name[..strip(name)];
    &once[..strip(once)]
}

fn is_listed(name: &str) -> bool {
    !name.is_empty() && system_names().binary_search(&name).is_ok()
}

fn system_names() -> &'static [&'static str] {
    static NAMES: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    NAMES.get_or_init(|| SYSTEM_NAMES.lines().collect())
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
    fn system_names_are_sorted_for_binary_search() {
        assert!(system_names().is_sorted());
        assert!(system_names().len() > 2000);
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
