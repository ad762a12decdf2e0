//! Who an event is for.

use std::sync::Arc;

use guildhall_model::id::{ChannelId, ConnectionId, TeamId, UserId};

/// A set of people, shared and cheap to clone; small ones cost no hashing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct UserSet(Option<Arc<[UserId]>>);

impl UserSet {
    pub const EMPTY: Self = Self(None);
    const SCANNED_LEN: usize = 8;

    pub fn contains(&self, user: UserId) -> bool {
        let users = self.as_slice();
        if users.len() <= Self::SCANNED_LEN { users.contains(&user) } else { users.binary_search(&user).is_ok() }
    }

    /// The people in the set, each once, in order of their ids.
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

/// The circle that an audience is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    Users(UserSet),
    Channel(ChannelId),
    Team(TeamId),
    Connection(ConnectionId),
}

/// Who an event is for: a scope, less those omitted, and of these only the ones named, if any are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    pub scope: Scope,
    pub omit_users: UserSet,
    pub omit_connection: Option<ConnectionId>,
    pub only_users: Option<UserSet>,
    /// Guests are meant only where they are in one of these channels.
    pub guests_in: Option<Arc<[ChannelId]>>,
}

impl Audience {
    pub const fn of(scope: Scope) -> Self {
        Self { scope, omit_users: UserSet::EMPTY, omit_connection: None, only_users: None, guests_in: None }
    }
    pub const fn everyone() -> Self {
        Self::of(Scope::Everyone)
    }
    pub fn user(user: UserId) -> Self {
        Self::of(Scope::Users(user.into()))
    }
    pub fn users(users: impl IntoIterator<Item = UserId>) -> Self {
        Self::of(Scope::Users(users.into_iter().collect()))
    }
    pub const fn channel(channel: ChannelId) -> Self {
        Self::of(Scope::Channel(channel))
    }
    pub const fn team(team: TeamId) -> Self {
        Self::of(Scope::Team(team))
    }
    pub const fn connection(connection: ConnectionId) -> Self {
        Self::of(Scope::Connection(connection))
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

    pub fn guests_in(self, channels: Arc<[ChannelId]>) -> Self {
        Self { guests_in: Some(channels), ..self }
    }

    /// Whether someone of the scope is not excepted.
    pub(crate) fn admits_user(&self, user: UserId) -> bool {
        !self.omit_users.contains(user) && self.only_users.as_ref().is_none_or(|only| only.contains(user))
    }

    /// Whether one of an admitted user's connections is meant.
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
    fn a_set_holds_each_once_whatever_its_size() {
        for size in [0, 1, 5, 8, 9, 200] {
            let set: UserSet = (0..size).chain(0..size).rev().map(user).collect();
            assert_eq!(set.len(), usize::from(size));
            assert_eq!(set.is_empty(), size == 0);
            assert!((0..size).all(|n| set.contains(user(n))));
            assert!(!set.contains(user(size)));
        }
    }

    #[test]
    fn exceptions_and_restrictions_combine() {
        let audience = Audience::everyone().omit_user(user(1)).only_users([user(1), user(2)]);
        assert!(!audience.admits_user(user(1)));
        assert!(audience.admits_user(user(2)));
        assert!(!audience.admits_user(user(3)));
        assert!(!Audience::everyone().only_users([]).admits_user(user(1)));
    }

    #[test]
    fn one_connection_can_be_meant_or_left_out() {
        let (a, b) = (ConnectionId::from_bytes([1; 16]), ConnectionId::from_bytes([2; 16]));
        assert!(Audience::connection(a).admits_connection(a));
        assert!(!Audience::connection(a).admits_connection(b));
        assert!(!Audience::everyone().omit_connection(a).admits_connection(a));
        assert!(Audience::everyone().omit_connection(a).admits_connection(b));
    }
}
