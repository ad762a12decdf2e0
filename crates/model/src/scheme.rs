//! Schemes: roles of their own for the members of a team and of its channels, or for the members of a channel. The roles of a scheme
//! are named by its id, so that a membership names them without looking anything up.

use crate::Millis;
use crate::codes::{context, schemes as codes};
use crate::error::Result;
use crate::id::{ID_CHARS, SchemeId};
use crate::role::{CHANNEL_ADMIN, CHANNEL_GUEST, CHANNEL_USER, TEAM_ADMIN, TEAM_GUEST, TEAM_USER};

pub const NAME_CHARS_MAX: usize = 64;
pub const DISPLAY_NAME_CHARS_MAX: usize = 128;
pub const DESCRIPTION_CHARS_MAX: usize = 1_024;
/// Schemes that administrators have made.
pub const SCHEMES_MAX: i64 = 200;
/// Channels that are moderated: each has a scheme of its own.
pub const MODERATED_CHANNELS_MAX: i64 = 2_000;

pub const CHANNEL_ROLES: &[&str] = &[CHANNEL_ADMIN, CHANNEL_USER, CHANNEL_GUEST];
const TEAM_ROLES: &[&str] = &[
    TEAM_ADMIN,
    TEAM_USER,
    TEAM_GUEST,
    CHANNEL_ADMIN,
    CHANNEL_USER,
    CHANNEL_GUEST,
    "playbook_admin",
    "playbook_member",
    "run_admin",
    "run_member",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeScope {
    Team,
    Channel,
}

impl SchemeScope {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Channel => "channel",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Team, Self::Channel].into_iter().find(|scope| scope.name() == name)
    }

    /// The built-in roles in whose place those of the scheme are.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Team => TEAM_ROLES,
            Self::Channel => CHANNEL_ROLES,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    pub id: SchemeId,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub scope: SchemeScope,
    /// Made by the moderation of one channel, and gone with it.
    pub is_derived: bool,
    pub create_at: Millis,
    pub update_at: Millis,
}

impl Scheme {
    /// The names of its roles.
    pub fn role_names(&self) -> Vec<String> {
        self.scope.roles().iter().map(|role| role_name(Some(self.id), role)).collect()
    }

    /// The name of its role in the place of this built-in one; empty where its scope has none.
    pub fn role(&self, built_in: &str) -> String {
        if self.scope.roles().contains(&built_in) { role_name(Some(self.id), built_in) } else { String::new() }
    }

    pub fn check(&self) -> Result<()> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.len() < 2 || self.name.len() > NAME_CHARS_MAX || !self.name.chars().all(is_word) {
            return Err(codes::NAME_INVALID.with("max", NAME_CHARS_MAX));
        }
        let display_chars = self.display_name.chars().count();
        if display_chars == 0 || display_chars > DISPLAY_NAME_CHARS_MAX {
            return Err(codes::DISPLAY_NAME_INVALID.with("max", DISPLAY_NAME_CHARS_MAX));
        }
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(context::INVALID_PARAM.with("name", "description"));
        }
        Ok(())
    }
}

/// The name of the role that a scheme has in the place of a built-in one; without a scheme it is the built-in one.
pub fn role_name(scheme: Option<SchemeId>, built_in: &str) -> String {
    scheme.map_or_else(|| built_in.to_owned(), |scheme| format!("{scheme}_{built_in}"))
}

/// The scheme of a role, and the built-in role in whose place it is; `None` for other roles.
pub fn of_role(name: &str) -> Option<(SchemeId, &str)> {
    let (id, built_in) = name.split_at_checked(ID_CHARS)?;
    let built_in = built_in.strip_prefix('_').filter(|built_in| TEAM_ROLES.contains(built_in))?;
    Some((id.parse().ok()?, built_in))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_role_says_whose_it_is() {
        let scheme = SchemeId::from_bytes([7; 16]);
        for built_in in TEAM_ROLES {
            assert_eq!(of_role(&role_name(Some(scheme), built_in)), Some((scheme, *built_in)));
            assert_eq!((role_name(None, built_in).as_str(), of_role(built_in)), (*built_in, None));
        }
        assert_eq!(of_role(&role_name(Some(scheme), "system_admin")), None);
        assert_eq!(of_role("ü_channel_user"), None);
    }
}
