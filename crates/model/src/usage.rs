//! How much is stored, and how much may be: by a person, in a channel, in a team, on the server.

use crate::id::{ChannelId, TeamId, UserId};

/// Whose storage is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    User(UserId),
    Channel(ChannelId),
    /// `None` for the direct and group channels together.
    Team(Option<TeamId>),
    Server,
}

/// The holders of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    User,
    Channel,
    Team,
    Server,
}

impl Holder {
    pub const fn scope(self) -> Scope {
        match self {
            Self::User(_) => Scope::User,
            Self::Channel(_) => Scope::Channel,
            Self::Team(_) => Scope::Team,
            Self::Server => Scope::Server,
        }
    }
}

/// Files that are not deleted, and unfinished uploads with their declared size. The smaller images that the server makes of
/// pictures are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub bytes: i64,
    pub files: i64,
}

impl Usage {
    /// Of one file or upload.
    pub const fn of_file(size_bytes: i64) -> Self {
        Self { bytes: size_bytes, files: 1 }
    }
}

/// The most that a holder may store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub bytes: i64,
    pub files: i64,
}

impl Quota {
    pub const NONE: Self = Self { bytes: i64::MAX, files: i64::MAX };

    /// From settings, in which 0 is no limit.
    pub const fn from_settings(bytes: i64, files: i64) -> Self {
        const fn limit(value: i64) -> i64 {
            if value <= 0 { i64::MAX } else { value }
        }
        Self { bytes: limit(bytes), files: limit(files) }
    }

    /// The most that may be stored already for so much more to fit.
    pub const fn minus(self, more: Usage) -> Self {
        Self { bytes: self.bytes.saturating_sub(more.bytes), files: self.files.saturating_sub(more.files) }
    }

    pub const fn has_room(self, used: Usage, more: Usage) -> bool {
        let room = self.minus(more);
        used.bytes <= room.bytes && used.files <= room.files
    }
}

/// A holder in a list, with its name: a username, the names of a channel or a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedUsage {
    pub id: String,
    pub name: String,
    pub display_name: String,
    /// The roles of an account; empty for others.
    pub roles: String,
    pub usage: Usage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_reached_exactly_and_zero_is_none() {
        let used = Usage { bytes: 60, files: 2 };
        let more = Usage::of_file;
        assert!(Quota::from_settings(100, 3).has_room(used, more(40)));
        assert!(!Quota::from_settings(100, 3).has_room(used, more(41)));
        assert!(!Quota::from_settings(100, 2).has_room(used, more(0)));
        assert!(Quota::from_settings(0, 0).has_room(Usage { bytes: i64::MAX / 2, files: 9 }, more(i64::MAX / 2)));
    }
}
