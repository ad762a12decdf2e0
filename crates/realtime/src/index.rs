//! Connections by one of their ids. The key is read from the connection, so an entry is one pointer, a third of the
//! size of a map's.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;

use crate::connection::Connection;

pub(crate) struct ConnectionIndex<K> {
    entries: HashTable<Arc<Connection>>,
    hasher: RandomState,
    key: fn(&Connection) -> K,
}

impl<K: Hash + Eq> ConnectionIndex<K> {
    pub(crate) fn keyed_by(key: fn(&Connection) -> K) -> Self {
        Self { entries: HashTable::new(), hasher: RandomState::new(), key }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// One of the connections with this key.
    pub(crate) fn get(&self, key: &K) -> Option<&Arc<Connection>> {
        self.entries.find(self.hasher.hash_one(key), |connection| (self.key)(connection) == *key)
    }

    pub(crate) fn insert(&mut self, connection: Arc<Connection>) {
        let hash_of = |connection: &Arc<Connection>| self.hasher.hash_one((self.key)(connection));
        self.entries.insert_unique(hash_of(&connection), connection, hash_of);
    }

    /// Returns whether the connection was in the index.
    pub(crate) fn remove(&mut self, connection: &Arc<Connection>) -> bool {
        let hash = self.hasher.hash_one((self.key)(connection));
        match self.entries.find_entry(hash, |entry| Arc::ptr_eq(entry, connection)) {
            Ok(entry) => {
                entry.remove();
                true
            }
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::{ConnectionId, SessionId, UserId};

    use super::*;
    use crate::frame::Frame;

    #[test]
    fn connections_with_the_same_key_are_removed_one_by_one() {
        let connection = |n: u8, session: u8| {
            let (id, user) = (ConnectionId::from_bytes([n; 16]), UserId::from_bytes([0; 16]));
            Arc::new(Connection::new(id, user, SessionId::from_bytes([session; 16]), Frame::new("", "")))
        };
        let connections: Vec<_> = (0..200).map(|n| connection(n, n % 3)).collect();
        let mut by_id = ConnectionIndex::keyed_by(|connection| connection.id);
        let mut by_session = ConnectionIndex::keyed_by(|connection| connection.session);
        for connection in &connections {
            by_id.insert(Arc::clone(connection));
            by_session.insert(Arc::clone(connection));
        }
        for (n, connection) in connections.iter().enumerate() {
            assert!(Arc::ptr_eq(by_id.get(&connection.id).unwrap(), connection));
            assert_eq!(by_session.len(), 200 - n);
            assert_eq!(by_session.get(&connection.session).unwrap().session, connection.session);
            assert!(by_session.remove(connection));
            assert!(!by_session.remove(connection));
            assert!(by_id.remove(connection));
            assert!(by_id.get(&connection.id).is_none());
        }
        assert_eq!(by_id.len() + by_session.len(), 0);
    }
}
