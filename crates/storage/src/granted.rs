//! Ids that somebody was allowed to use. A function that is keyed by a channel, a team, a post or a person takes one, and
//! only the owner of the [`Database`] makes them: within the services that is `access` alone.

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

/// The server as a whole, where a granted id is asked for: its settings, everybody's sessions, the audit trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server;

/// An id for reading, or with [`Write`] for writing, what belongs to it. Costs what the id costs.
#[must_use]
pub struct Granted<K, V = Read> {
    key: K,
    verb: PhantomData<V>,
}

impl<K: Copy, V> Granted<K, V> {
    pub(crate) const fn new(key: K) -> Self {
        Self { key, verb: PhantomData }
    }

    /// The id by itself, which opens nothing.
    pub const fn key(self) -> K {
        self.key
    }

    /// Whoever may write may read.
    pub const fn to_read(self) -> Granted<K> {
        Granted::new(self.key)
    }
}

impl Granted<ChannelId, Write> {
    /// A thread of the channel, for a reply that is written to it; `None` where the post is in another channel.
    pub fn thread(self, root: &Post) -> Option<Granted<PostId, Write>> {
        (root.channel_id == self.key).then(|| Granted::new(root.id))
    }
}

impl Granted<TeamId, Write> {
    /// One of the channels that people are in by being in the team; `None` for any other.
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

/// Rows that were found by ids nobody has checked. The owner of the [`Database`] opens them, after a decision on each.
#[must_use]
pub struct Unchecked<T>(T);

impl<T> Unchecked<T> {
    pub(crate) const fn new(rows: T) -> Self {
        Self(rows)
    }
}

impl Database {
    /// The id, for the verb that the receiving function asks for.
    pub const fn grant<K: Copy, V>(&self, key: K) -> Granted<K, V> {
        Granted::new(key)
    }

    /// What is in it, for whoever decides now.
    pub fn open_unchecked<T>(&self, rows: Unchecked<T>) -> T {
        rows.0
    }
}
