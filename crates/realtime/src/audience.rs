//! The recipients of an event.

use std::sync::Arc;

use guildhall_model::id::{ChannelId, ConnectionId, TeamId, UserId};

/// A set of users, shared and cheap to clone; small sets are scanned, large ones searched.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct UserSet(Option<Arc<[UserId]>>);

impl UserSet {
    pub const EMPTY: Self = Self(None);
    const LINEAR_SCAN_MAX_LEN: usize = 8;

    pub fn contains(&self, user: UserId) -> bool {
        let users = self.as_slice();
        if users.len() <= Self::LINEAR_SCAN_MAX_LEN { users.contains(&user) } else { users.binary_search(&user).is_ok() }
    }

    /// The users of the set, each once, in order of their ids.
    pub fn as_slice(&self) -> &[UserId] {
        self.0.as_deref().unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl FromIterator<UserId> for UserSet {
    fn from_iter<T: IntoIterator<Item = UserId>>(users: T) -> Self {
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        users.dedup();
        Self((!users.is_empty()).then(|| users.into()))
    }
}

impl From<UserId> for UserSet {
    fn from(user: UserId) -> Self {
        Self(Some(Arc::new([user])))
    }
}

/// The users and connections that an audience is selected from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    Users(UserSet),
    Channel(ChannelId),
    Team(TeamId),
    Connection(ConnectionId),
}

/// Which guests among the recipients receive an event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum GuestFilter {
    #[default]
    All,
    /// Those who are members of one of these channels.
    In(Arc<[ChannelId]>),
    /// Those who are members of none of these channels; nobody else receives the event.
    OnlyOutside(Arc<[ChannelId]>),
}

impl GuestFilter {
    pub(crate) fn channels(&self) -> &[ChannelId] {
        match self {
            Self::All => &[],
            Self::In(channels) | Self::OnlyOutside(channels) => channels,
        }
    }

    /// `is_member` tells whether the user is in one of the channels; evaluated only for guests.
    pub(crate) fn admits(&self, is_guest: bool, is_member: impl FnOnce() -> bool) -> bool {
        match self {
            Self::All => true,
            Self::In(_) => !is_guest || is_member(),
            Self::OnlyOutside(_) => is_guest && !is_member(),
        }
    }
}

/// The recipients of an event: the scope without the omitted users and connection, restricted to `only_users` if
/// that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    pub scope: Scope,
    pub omit_users: UserSet,
    pub omit_connection: Option<ConnectionId>,
    pub only_users: Option<UserSet>,
    pub guests: GuestFilter,
}

impl Audience {
    pub const fn with_scope(scope: Scope) -> Self {
        Self { scope, omit_users: UserSet::EMPTY, omit_connection: None, only_users: None, guests: GuestFilter::All }
    }
    pub const fn everyone() -> Self {
        Self::with_scope(Scope::Everyone)
    }
    pub fn user(user: UserId) -> Self {
        Self::with_scope(Scope::Users(user.into()))
    }
    pub fn users(users: impl IntoIterator<Item = UserId>) -> Self {
        Self::with_scope(Scope::Users(users.into_iter().collect()))
    }
    pub const fn channel(channel: ChannelId) -> Self {
        Self::with_scope(Scope::Channel(channel))
    }
    pub const fn team(team: TeamId) -> Self {
        Self::with_scope(Scope::Team(team))
    }
    pub const fn connection(connection: ConnectionId) -> Self {
        Self::with_scope(Scope::Connection(connection))
    }

    pub fn omit_user(self, user: UserId) -> Self {
        Self { omit_users: user.into(), ..self }
    }
    pub fn omit_users(self, users: impl IntoIterator<Item = UserId>) -> Self {
        Self { omit_users: users.into_iter().collect(), ..self }
    }
    pub fn omit_connection(self, connection: ConnectionId) -> Self {
        Self { omit_connection: Some(connection), ..self }
    }
    pub fn only_users(self, users: impl IntoIterator<Item = UserId>) -> Self {
        Self { only_users: Some(users.into_iter().collect()), ..self }
    }

    /// Guests are recipients only if they are members of one of these channels.
    pub fn guests_in(self, channels: Arc<[ChannelId]>) -> Self {
        Self { guests: GuestFilter::In(channels), ..self }
    }

    /// Only guests are recipients, if they are members of none of these channels: for the variant of an event without what
    /// they must not learn.
    pub fn only_guests_outside(self, channels: Arc<[ChannelId]>) -> Self {
        Self { guests: GuestFilter::OnlyOutside(channels), ..self }
    }

    /// Whether the restrictions admit a user of the scope.
    pub(crate) fn admits_user(&self, user: UserId) -> bool {
        !self.omit_users.contains(user) && self.only_users.as_ref().is_none_or(|only| only.contains(user))
    }

    /// Whether the event is for this connection of an admitted user.
    pub(crate) fn admits_connection(&self, connection: ConnectionId) -> bool {
        match self.scope {
            Scope::Connection(only) if only != connection => false,
            _ => self.omit_connection != Some(connection),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    #[test]
    fn a_set_of_any_size_contains_each_user_once() {
        for size in [0, 1, 5, 8, 9, 200] {
            let set: UserSet = (0..size).chain(0..size).rev().map(user).collect();
            assert_eq!(set.len(), usize::from(size));
            assert_eq!(set.is_empty(), size == 0);
            assert!((0..size).all(|n| set.contains(user(n))));
            assert!(!set.contains(user(size)));
        }
    }

    #[test]
    fn omitted_users_and_restrictions_combine() {
        let audience = Audience::everyone().omit_user(user(1)).only_users([user(1), user(2)]);
        assert!(!audience.admits_user(user(1)));
        assert!(audience.admits_user(user(2)));
        assert!(!audience.admits_user(user(3)));
        assert!(!Audience::everyone().only_users([]).admits_user(user(1)));
    }

    #[test]
    fn a_connection_can_be_the_only_recipient_or_omitted() {
        let (a, b) = (ConnectionId::from_bytes([1; 16]), ConnectionId::from_bytes([2; 16]));
        assert!(Audience::connection(a).admits_connection(a));
        assert!(!Audience::connection(a).admits_connection(b));
        assert!(!Audience::everyone().omit_connection(a).admits_connection(a));
        assert!(Audience::everyone().omit_connection(a).admits_connection(b));
    }
}
