//! Which limits hold: those of the settings, or a person's, role's, channel's or team's own.

use guildhall_model::Actor;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::limits::{NamedLimits, OwnLimits, Target, or_unlimited};
use guildhall_model::role::SYSTEM_USER;
use guildhall_model::usage::{NamedUsage, Quota, Scope};
use guildhall_model::user::{AuthMethod, User};

use crate::limits::Limits;

/// Whose limits are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    id: UserId,
    /// Names of system roles, separated by spaces.
    roles: &'a str,
    is_guest: bool,
    is_program: bool,
}

impl<'a> From<&'a Actor> for Person<'a> {
    fn from(actor: &'a Actor) -> Self {
        let is_program = actor.is_bot || matches!(actor.auth_method, AuthMethod::AccessToken | AuthMethod::OAuth | AuthMethod::Integration);
        Self { id: actor.user_id, roles: &actor.roles, is_guest: actor.is_guest, is_program }
    }
}

impl<'a> From<&'a User> for Person<'a> {
    fn from(user: &'a User) -> Self {
        Self { id: user.id, roles: &user.roles, is_guest: user.is_guest(), is_program: user.is_bot }
    }
}

impl Person<'_> {
    pub(crate) const fn id(&self) -> UserId {
        self.id
    }

    pub(super) const fn is_program(&self) -> bool {
        self.is_program
    }
}

/// The limits that hold for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InEffect {
    /// `i64::MAX` is no limit.
    pub file_bytes: i64,
    pub storage: Quota,
    /// 0 is no limit.
    pub posts_per_minute: i64,
}

/// What a target has of its own, and what holds for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetLimits {
    pub own: NamedLimits,
    pub in_effect: InEffect,
}

/// `setting` where there is no own limit.
fn quota(own: OwnLimits, bytes: i64, files: i64) -> Quota {
    Quota::from_settings(own.storage_bytes.unwrap_or(bytes), own.storage_files.unwrap_or(files))
}

impl Limits<'_> {
    pub(crate) fn quota_of_person(&self, person: Person<'_>) -> Quota {
        let settings = self.settings();
        let (bytes, files) = if person.is_guest {
            (settings.quotas.guest_bytes, settings.quotas.guest_files)
        } else {
            (settings.quotas.user_bytes, settings.quotas.user_files)
        };
        quota(self.own_of_person(person), bytes, files)
    }

    pub(crate) fn quota_of_channel(&self, channel: ChannelId) -> Quota {
        let settings = self.settings();
        quota(self.state().table.read().of_channel(channel), settings.quotas.channel_bytes, settings.quotas.channel_files)
    }

    /// The direct and group channels, which are in no team, have none together.
    pub(crate) fn quota_of_team(&self, team: Option<TeamId>) -> Quota {
        if team.is_none() {
            return Quota::NONE;
        }
        let settings = self.settings();
        quota(self.state().table.read().of_team(team), settings.quotas.team_bytes, settings.quotas.team_files)
    }

    pub(crate) fn quota_of_server(&self) -> Quota {
        let settings = self.settings();
        Quota::from_settings(settings.quotas.server_bytes, settings.quotas.server_files)
    }

    /// The largest file that the person may send to a channel, or to any where it is not known: both the person's limit and
    /// that of the place hold. `i64::MAX` is no limit.
    pub(crate) fn file_bytes(&self, person: Person<'_>, place: Option<(ChannelId, Option<TeamId>)>) -> i64 {
        let of_place = match place {
            Some((channel, team)) => self.file_bytes_in(channel, team),
            None => self.state().table.read().file_bytes_anywhere(self.settings().files.max_size_bytes),
        };
        of_place.min(self.file_bytes_of_person(person))
    }

    /// The largest file that the actor may send to any channel, for clients that know only one number.
    pub fn largest_file_bytes(&self, actor: &Actor) -> i64 {
        self.file_bytes(Person::from(actor), None)
    }

    fn file_bytes_in(&self, channel: ChannelId, team: Option<TeamId>) -> i64 {
        self.state().table.read().file_bytes_in(channel, team, self.settings().files.max_size_bytes)
    }

    fn file_bytes_of_person(&self, person: Person<'_>) -> i64 {
        let default = if person.is_guest { self.settings().files.guest_max_size_bytes } else { 0 };
        or_unlimited(self.own_of_person(person).file_bytes.unwrap_or(default))
    }

    /// Of a person or a program; 0 is no limit.
    pub(crate) fn posts_per_minute_of_person(&self, person: Person<'_>) -> i64 {
        let settings = self.settings();
        let default = match person {
            Person { is_guest: true, .. } => settings.limits.guest_posts_per_minute,
            Person { is_program: true, .. } => settings.limits.program_posts_per_minute,
            Person { .. } => settings.limits.user_posts_per_minute,
        };
        self.own_of_person(person).posts_per_minute.unwrap_or(default)
    }

    pub(super) fn posts_per_minute_in_channel(&self, channel: ChannelId) -> i64 {
        let own = self.state().table.read().of_channel(channel);
        own.posts_per_minute.unwrap_or(self.settings().limits.channel_posts_per_minute)
    }

    pub(super) fn posts_per_minute_in_team(&self, team: TeamId) -> i64 {
        let own = self.state().table.read().of_team(Some(team));
        own.posts_per_minute.unwrap_or(self.settings().limits.team_posts_per_minute)
    }

    /// The quota of a holder in a list.
    pub(crate) fn quota_of_holder(&self, scope: Scope, holder: &NamedUsage) -> Quota {
        match scope {
            Scope::User => holder.id.parse().map_or(Quota::NONE, |id| {
                let is_guest = holder.roles.split_ascii_whitespace().any(|role| role == guildhall_model::role::SYSTEM_GUEST);
                self.quota_of_person(Person { id, roles: &holder.roles, is_guest, is_program: false })
            }),
            Scope::Channel => holder.id.parse().map_or(Quota::NONE, |id| self.quota_of_channel(id)),
            Scope::Team if holder.name.is_empty() => Quota::NONE,
            Scope::Team => holder.id.parse().map_or(Quota::NONE, |id| self.quota_of_team(Some(id))),
            Scope::Server => self.quota_of_server(),
        }
    }

    /// What holds for a target. `account` is that of a person, `team` that of a channel. For a role: for a member of the server
    /// who has it.
    pub(super) fn in_effect(&self, named: &NamedLimits, account: Option<&User>, team: Option<TeamId>) -> InEffect {
        let of_person = |person: Person<'_>| InEffect {
            file_bytes: self.file_bytes(person, None),
            storage: self.quota_of_person(person),
            posts_per_minute: self.posts_per_minute_of_person(person),
        };
        let nobody = UserId::from_bytes([0; 16]);
        match named.target {
            Target::User(id) => {
                let person = account.map_or(Person { id, roles: SYSTEM_USER, is_guest: false, is_program: false }, Person::from);
                of_person(person)
            }
            Target::Role(_) => of_person(Person { id: nobody, roles: &named.name, is_guest: false, is_program: false }),
            Target::Channel(id) => InEffect {
                file_bytes: self.file_bytes_in(id, team),
                storage: self.quota_of_channel(id),
                posts_per_minute: self.posts_per_minute_in_channel(id),
            },
            Target::Team(id) => InEffect {
                file_bytes: or_unlimited(
                    self.state().table.read().of_team(Some(id)).file_bytes.unwrap_or(self.settings().files.max_size_bytes),
                ),
                storage: self.quota_of_team(Some(id)),
                posts_per_minute: self.posts_per_minute_in_team(id),
            },
        }
    }

    fn own_of_person(&self, person: Person<'_>) -> OwnLimits {
        self.state().table.read().of_person(person.id, person.roles)
    }
}
