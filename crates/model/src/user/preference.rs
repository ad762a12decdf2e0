//! Validation of preferences.

use super::Preference;
use crate::Result;
use crate::codes::users as codes;

pub const CATEGORY_CHARS_MAX: usize = 32;
pub const NAME_CHARS_MAX: usize = 64;
pub const VALUE_CHARS_MAX: usize = 20_000;

const THEME: &str = "theme";

impl Preference {
    pub fn check(&self) -> Result<()> {
        if self.category.is_empty() || self.category.chars().count() > CATEGORY_CHARS_MAX {
            return Err(codes::PREFERENCE_CATEGORY.into());
        }
        if self.name.chars().count() > NAME_CHARS_MAX {
            return Err(codes::PREFERENCE_NAME.into());
        }
        // The TEXT column of MariaDB holds 65,535 bytes: less than four bytes per character.
        if self.value.chars().count() > VALUE_CHARS_MAX || self.value.len() > 3 * VALUE_CHARS_MAX {
            return Err(codes::PREFERENCE_VALUE.into());
        }
        let is_object = || self.value.trim_start().starts_with('{') && self.value.trim_end().ends_with('}');
        if self.category == THEME && !is_object() { Err(codes::PREFERENCE_THEME.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    fn preference(category: &str, name: &str, value: &str) -> Preference {
        Preference { user_id: UserId::from_bytes([1; 16]), category: category.into(), name: name.into(), value: value.into() }
    }

    #[test]
    fn preferences_are_bounded() {
        assert!(preference("display_settings", "use_military_time", "true").check().is_ok());
        assert!(preference("theme", "", "{\"type\":\"Onyx\"}").check().is_ok());
        let long = "x".repeat(20_001);
        let bad = [
            (preference("", "n", "v"), codes::PREFERENCE_CATEGORY),
            (preference(&"c".repeat(33), "n", "v"), codes::PREFERENCE_CATEGORY),
            (preference("c", &"n".repeat(65), "v"), codes::PREFERENCE_NAME),
            (preference("c", "n", &long), codes::PREFERENCE_VALUE),
            (preference("theme", "", "blue"), codes::PREFERENCE_THEME),
        ];
        for (preference, code) in bad {
            assert!(preference.check().is_err_and(|error| error.is(code)), "{}", code.id);
        }
    }
}
