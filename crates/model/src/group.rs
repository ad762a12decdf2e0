//! Groups of people that have a name of their own: `@name` in a message mentions their members.

use crate::codes::groups as codes;
use crate::id::{GroupId, UserId};
use crate::user::rules;
use crate::{Millis, Result};

pub const NAME_CHARS_MAX: usize = 64;
pub const DISPLAY_NAME_CHARS_MAX: usize = 128;
pub const DESCRIPTION_CHARS_MAX: usize = 1_024;
/// Members, or names of groups, in one request.
pub const IDS_MAX: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub create_at: Millis,
    pub update_at: Millis,
    /// When it was archived; its name stays taken.
    pub delete_at: Millis,
    pub creator_id: UserId,
    /// What follows the `@`. Groups and accounts share their names.
    pub name: String,
    pub display_name: String,
    pub description: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupMember {
    pub group_id: GroupId,
    pub user_id: UserId,
    pub create_at: Millis,
}

impl Group {
    pub const fn is_archived(&self) -> bool {
        !self.delete_at.is_zero()
    }

    /// Validates the fields that people set.
    pub fn check(&self) -> Result<()> {
        check_name(&self.name)?;
        if !(1..=DISPLAY_NAME_CHARS_MAX).contains(&self.display_name.chars().count()) {
            return Err(codes::DISPLAY_NAME_INVALID.with("max", DISPLAY_NAME_CHARS_MAX));
        }
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(codes::DESCRIPTION_TOO_LONG.with("max", DESCRIPTION_CHARS_MAX));
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<()> {
    let is_allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'_');
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        return Err(codes::NAME_LENGTH.with("max", NAME_CHARS_MAX));
    }
    // A name of punctuation alone could not be mentioned.
    if !name.bytes().all(is_allowed) || !name.bytes().any(|c| c.is_ascii_alphanumeric()) {
        return Err(codes::NAME_INVALID.into());
    }
    // What is left are the names that no account may have either.
    if rules::is_valid_username(name) { Ok(()) } else { Err(codes::NAME_RESERVED.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, display_name: &str) -> Group {
        Group {
            id: GroupId::from_bytes([1; 16]),
            create_at: Millis::ZERO,
            update_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            creator_id: UserId::from_bytes([2; 16]),
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            description: String::new(),
        }
    }

    #[test]
    fn names_are_those_that_can_be_mentioned() {
        for name in ["dev", "dev.ops-2_x", "2", &"x".repeat(64)] {
            assert!(group(name, "Dev").check().is_ok(), "{name}");
        }
        for (name, code) in [
            ("", codes::NAME_LENGTH),
            ("x".repeat(65).as_str(), codes::NAME_LENGTH),
            ("Dev", codes::NAME_INVALID),
            ("d v", codes::NAME_INVALID),
            ("d\u{e9}v", codes::NAME_INVALID),
            ("...", codes::NAME_INVALID),
            ("all", codes::NAME_RESERVED),
            ("channel", codes::NAME_RESERVED),
            ("here", codes::NAME_RESERVED),
            ("system", codes::NAME_RESERVED),
        ] {
            assert!(group(name, "Dev").check().unwrap_err().is(code), "{name}");
        }
    }

    #[test]
    fn texts_are_measured_in_characters() {
        assert!(group("dev", &"\u{e9}".repeat(128)).check().is_ok());
        assert!(group("dev", &"x".repeat(129)).check().unwrap_err().is(codes::DISPLAY_NAME_INVALID));
        assert!(group("dev", "").check().unwrap_err().is(codes::DISPLAY_NAME_INVALID));
        let long = Group { description: "x".repeat(1_025), ..group("dev", "Dev") };
        assert!(long.check().unwrap_err().is(codes::DESCRIPTION_TOO_LONG));
    }
}
