//! Ids that a permission check has granted. A function that is keyed by a channel, a team, a post or a person takes one,
//! and only the owner of the [`Database`] creates them: in the services only `access`.

use std::fmt;
use std::marker::PhantomData;

use guildhall_model::channel::{Channel, OFF_TOPIC, TOWN_SQUARE};
use guildhall_model::id::{ChannelId, PostId, TeamId};
use guildhall_model::post::Post;

use crate::{Database, Value};

/// The verb of a grant that does not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {}

/// The verb of a grant that also writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {}

/// The key of what belongs to the server as a whole: its settings, the sessions of all people, the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server;

/// An id for reading, or with [`Write`] for writing, what belongs to it. It has the size of the id.
#[must_use]
pub struct Granted<K, V = Read> {
    key: K,
    verb: PhantomData<V>,
}

impl<K: Copy, V> Granted<K, V> {
    pub(crate) const fn new(key: K) -> Self {
        Self { key, verb: PhantomData }
    }

    /// The plain id, which grants nothing.
    pub const fn key(self) -> K {
        self.key
    }

    /// Permission to write includes reading.
    pub const fn to_read(self) -> Granted<K> {
        Granted::new(self.key)
    }
}

impl Granted<ChannelId, Write> {
    /// A thread of the channel, for writing a reply; `None` where the post is in another channel.
    pub fn thread(self, root: &Post) -> Option<Granted<PostId, Write>> {
        (root.channel_id == self.key).then(|| Granted::new(root.id))
    }
}

impl Granted<TeamId, Write> {
    /// A channel that all members of the team are in; `None` for any other.
    pub fn default_channel(self, channel: &Channel) -> Option<Granted<ChannelId, Write>> {
        let is_default = [TOWN_SQUARE, OFF_TOPIC].contains(&channel.name.as_str());
        (channel.team_id == Some(self.key) && is_default).then(|| Granted::new(channel.id))
    }
}

impl<K: Copy, V> Clone for Granted<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Copy, V> Copy for Granted<K, V> {}

impl<K: PartialEq, V> PartialEq for Granted<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<K: Eq, V> Eq for Granted<K, V> {}

impl<K: fmt::Debug, V> fmt::Debug for Granted<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}

impl<K: Into<Value>, V> From<Granted<K, V>> for Value {
    fn from(granted: Granted<K, V>) -> Self {
        granted.key.into()
    }
}

impl<K: Copy + Into<Value>, V> From<&Granted<K, V>> for Value {
    fn from(granted: &Granted<K, V>) -> Self {
        granted.key.into()
    }
}

/// Rows that were found by ids without a permission check. The owner of the [`Database`] opens them and checks each.
#[must_use]
pub struct Unchecked<T>(T);

impl<T> Unchecked<T> {
    pub(crate) const fn new(rows: T) -> Self {
        Self(rows)
    }
}

impl Database {
    /// Grants the id, for the verb that the receiving function requires.
    pub const fn grant<K: Copy, V>(&self, key: K) -> Granted<K, V> {
        Granted::new(key)
    }

    /// The rows, for the permission check that follows.
    pub fn open_unchecked<T>(&self, rows: Unchecked<T>) -> T {
        rows.0
    }
}
