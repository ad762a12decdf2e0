//! Limits that a single person, role, channel or team has of its own, in place of those of the settings, and which of them
//! hold. The rules are those of `docs/decisions/0029-limits.md`.

use std::collections::HashMap;

use crate::id::{ChannelId, RoleId, TeamId, UserId};
use crate::usage::Usage;

mod describe;
mod rate;

pub use describe::describe_bytes;
pub use rate::{Rate, TooEarly, is_worked_off};

/// The largest value of a limit in bytes or files: numbers in clients are exact up to 2^53.
pub const VALUE_MAX: i64 = 1 << 53;
/// The most posts per minute: beyond it nothing is limited.
pub const POSTS_PER_MINUTE_MAX: i64 = 1_000_000;
/// The most people, roles, channels and teams with limits of their own: each node keeps them in memory.
pub const TARGETS_MAX: i64 = 20_000;

/// What can have limits of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    User(UserId),
    Role(RoleId),
    Channel(ChannelId),
    Team(TeamId),
}

/// The targets of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    User,
    Role,
    Channel,
    Team,
}

impl Target {
    pub const fn kind(self) -> TargetKind {
        match self {
            Self::User(_) => TargetKind::User,
            Self::Role(_) => TargetKind::Role,
            Self::Channel(_) => TargetKind::Channel,
            Self::Team(_) => TargetKind::Team,
        }
    }

    /// The bytes of the id, which have the same form for all kinds.
    pub const fn id_bytes(&self) -> &[u8; 16] {
        match self {
            Self::User(id) => id.bytes(),
            Self::Role(id) => id.bytes(),
            Self::Channel(id) => id.bytes(),
            Self::Team(id) => id.bytes(),
        }
    }
}

impl TargetKind {
    pub const ALL: [Self; 4] = [Self::User, Self::Role, Self::Channel, Self::Team];

    pub const fn with_id(self, id: [u8; 16]) -> Target {
        match self {
            Self::User => Target::User(UserId::from_bytes(id)),
            Self::Role => Target::Role(RoleId::from_bytes(id)),
            Self::Channel => Target::Channel(ChannelId::from_bytes(id)),
            Self::Team => Target::Team(TeamId::from_bytes(id)),
        }
    }

    /// In messages to people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "person",
            Self::Role => "role",
            Self::Channel => "channel",
            Self::Team => "team",
        }
    }
}

/// The limits of one target: `None` leaves what holds otherwise, 0 is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnLimits {
    /// Of one file.
    pub file_bytes: Option<i64>,
    /// Of all files together.
    pub storage_bytes: Option<i64>,
    pub storage_files: Option<i64>,
    pub posts_per_minute: Option<i64>,
}

impl OwnLimits {
    pub const NONE: Self = Self { file_bytes: None, storage_bytes: None, storage_files: None, posts_per_minute: None };

    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// The name of a value that is negative or too large.
    pub fn invalid_value(&self) -> Option<&'static str> {
        let values = [
            ("file_bytes", self.file_bytes, VALUE_MAX),
            ("storage_bytes", self.storage_bytes, VALUE_MAX),
            ("storage_files", self.storage_files, VALUE_MAX),
            ("posts_per_minute", self.posts_per_minute, POSTS_PER_MINUTE_MAX),
        ];
        values.into_iter().find(|(_, value, max)| value.is_some_and(|value| value < 0 || value > *max)).map(|(name, ..)| name)
    }

    fn combine(self, other: Self, rule: impl Fn(Option<i64>, Option<i64>) -> Option<i64>) -> Self {
        Self {
            file_bytes: rule(self.file_bytes, other.file_bytes),
            storage_bytes: rule(self.storage_bytes, other.storage_bytes),
            storage_files: rule(self.storage_files, other.storage_files),
            posts_per_minute: rule(self.posts_per_minute, other.posts_per_minute),
        }
    }

    /// These, and those of the less specific target where there is none of these.
    fn or(self, less_specific: Self) -> Self {
        self.combine(less_specific, Option::or)
    }

    /// Of two roles of one person: what either allows.
    fn or_larger(self, other: Self) -> Self {
        self.combine(other, |one, other| match (one, other) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (one, other) => one.max(other),
        })
    }
}

/// The limits of a target, with the target's names and what it stores: a username, the names of a channel, a team or a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLimits {
    pub target: Target,
    pub name: String,
    pub display_name: String,
    /// Archived, or a deactivated account: the limits hold again once it is restored.
    pub is_archived: bool,
    pub limits: OwnLimits,
    /// Nothing for roles.
    pub usage: Usage,
}

/// All limits that are not settings, in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitTable {
    users: HashMap<UserId, OwnLimits>,
    /// By the name of the role, as accounts have them.
    roles: HashMap<String, OwnLimits>,
    channels: HashMap<ChannelId, OwnLimits>,
    teams: HashMap<TeamId, OwnLimits>,
}

impl LimitTable {
    /// Replaces the limits of a target; empty ones are removed.
    pub fn set(&mut self, changed: &NamedLimits) {
        fn replace<K: std::hash::Hash + Eq>(map: &mut HashMap<K, OwnLimits>, key: K, limits: OwnLimits) {
            if limits.is_empty() {
                map.remove(&key)
            } else {
                map.insert(key, limits)
            };
        }
        match changed.target {
            Target::User(id) => replace(&mut self.users, id, changed.limits),
            Target::Role(_) => replace(&mut self.roles, changed.name.clone(), changed.limits),
            Target::Channel(id) => replace(&mut self.channels, id, changed.limits),
            Target::Team(id) => replace(&mut self.teams, id, changed.limits),
        }
    }

    /// A person's own limits, else those of their roles (names, separated by spaces): of several roles the largest.
    pub fn of_person(&self, user: UserId, roles: &str) -> OwnLimits {
        let of_roles = roles.split_ascii_whitespace().filter_map(|name| self.roles.get(name).copied());
        let of_roles = of_roles.reduce(OwnLimits::or_larger).unwrap_or_default();
        self.users.get(&user).copied().unwrap_or_default().or(of_roles)
    }

    pub fn of_channel(&self, channel: ChannelId) -> OwnLimits {
        self.channels.get(&channel).copied().unwrap_or_default()
    }

    pub fn of_team(&self, team: Option<TeamId>) -> OwnLimits {
        team.and_then(|team| self.teams.get(&team)).copied().unwrap_or_default()
    }

    /// The largest file in a channel: its own limit, else its team's, else the setting. `i64::MAX` is no limit.
    pub fn file_bytes_in(&self, channel: ChannelId, team: Option<TeamId>, setting: i64) -> i64 {
        or_unlimited(self.of_channel(channel).file_bytes.or(self.of_team(team).file_bytes).unwrap_or(setting))
    }

    /// The largest file that any channel takes.
    pub fn file_bytes_anywhere(&self, setting: i64) -> i64 {
        let places = self.channels.values().chain(self.teams.values());
        places.filter_map(|limits| limits.file_bytes).map(or_unlimited).fold(or_unlimited(setting), i64::max)
    }
}

/// A limit of which 0 is none.
pub const fn or_unlimited(limit: i64) -> i64 {
    if limit <= 0 { i64::MAX } else { limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::from_bytes([1; 16]);
    const DEV: ChannelId = ChannelId::from_bytes([2; 16]);
    const CREW: TeamId = TeamId::from_bytes([3; 16]);

    fn table(rows: &[(Target, &str, OwnLimits)]) -> LimitTable {
        let mut table = LimitTable::default();
        for (target, name, limits) in rows {
            let (name, display_name) = ((*name).to_owned(), String::new());
            table.set(&NamedLimits { target: *target, name, display_name, is_archived: false, limits: *limits, usage: Usage::default() });
        }
        table
    }

    fn files(bytes: i64) -> OwnLimits {
        OwnLimits { file_bytes: Some(bytes), ..OwnLimits::NONE }
    }

    fn role(number: u8) -> Target {
        Target::Role(RoleId::from_bytes([number; 16]))
    }

    #[test]
    fn a_persons_own_limit_comes_before_those_of_roles_and_of_these_the_largest_holds() {
        let roles = [(role(1), "artist", files(10)), (role(2), "lead", files(20))];
        let of = |table: &LimitTable, roles: &str| table.of_person(ANN, roles).file_bytes;
        let table_of_roles = table(&roles);
        assert_eq!(of(&table_of_roles, "system_user"), None);
        assert_eq!(of(&table_of_roles, "system_user artist"), Some(10));
        assert_eq!(of(&table_of_roles, "artist system_user lead"), Some(20));
        let with_own = table(&[roles[0], roles[1], (Target::User(ANN), "ann", files(5))]);
        assert_eq!(of(&with_own, "artist lead"), Some(5));
        // No limit is the largest.
        let unlimited = table(&[roles[0], (role(2), "lead", files(0))]);
        assert_eq!(of(&unlimited, "artist lead"), Some(0));
    }

    #[test]
    fn each_limit_is_looked_up_by_itself() {
        let own = OwnLimits { posts_per_minute: Some(7), ..OwnLimits::NONE };
        let table = table(&[(role(1), "artist", files(10)), (Target::User(ANN), "ann", own)]);
        assert_eq!(table.of_person(ANN, "artist"), OwnLimits { file_bytes: Some(10), ..own });
    }

    #[test]
    fn the_largest_file_is_the_channels_else_the_teams_else_the_settings() {
        let team = (Target::Team(CREW), "crew", files(50));
        for (rows, of_channel, anywhere) in [
            (vec![], 100, 100),
            (vec![team], 50, 100),
            (vec![team, (Target::Channel(DEV), "dev", files(70))], 70, 100),
            (vec![team, (Target::Channel(DEV), "dev", files(700))], 700, 700),
            (vec![team, (Target::Channel(DEV), "dev", files(0))], i64::MAX, i64::MAX),
        ] {
            let table = table(&rows);
            assert_eq!(table.file_bytes_in(DEV, Some(CREW), 100), of_channel);
            assert_eq!(table.file_bytes_anywhere(100), anywhere);
            assert_eq!(table.file_bytes_in(ChannelId::from_bytes([9; 16]), None, 100), 100);
        }
    }

    #[test]
    fn empty_limits_are_removed() {
        let mut limits = table(&[(Target::Team(CREW), "crew", files(50)), (role(1), "artist", files(1))]);
        for (target, name) in [(Target::Team(CREW), "crew"), (role(1), "artist")] {
            let none = NamedLimits {
                target,
                name: name.to_owned(),
                display_name: String::new(),
                is_archived: false,
                limits: OwnLimits::NONE,
                usage: Usage::default(),
            };
            limits.set(&none);
        }
        assert_eq!(limits, LimitTable::default());
    }

    #[test]
    fn values_have_bounds() {
        assert_eq!(files(VALUE_MAX).invalid_value(), None);
        assert_eq!(files(VALUE_MAX + 1).invalid_value(), Some("file_bytes"));
        assert_eq!(OwnLimits { storage_files: Some(-1), ..OwnLimits::NONE }.invalid_value(), Some("storage_files"));
        let posts = |number| OwnLimits { posts_per_minute: Some(number), ..OwnLimits::NONE }.invalid_value();
        assert_eq!((posts(0), posts(POSTS_PER_MINUTE_MAX + 1)), (None, Some("posts_per_minute")));
    }
}
