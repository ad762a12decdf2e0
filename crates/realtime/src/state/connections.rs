//! The life cycle of a connection: registered, detached from its socket, resumed, expired or discarded.

use std::sync::Arc;

use guildhall_model::id::{ConnectionId, SessionId, UserId};

use super::{Connections, LoadNumber, MembershipState, PendingLoad, State, User};
use crate::connection::{Connection, Generation};
use crate::frame::Frame;
use crate::hub::ConnectionState;
use crate::outbound::CloseReason;
use crate::presence::PresenceChange;

/// A new connection; with `load`, the caller has to load the user's memberships.
pub(crate) struct Registration {
    pub(crate) connection: Arc<Connection>,
    pub(crate) load: Option<LoadNumber>,
}

impl State {
    pub(crate) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(crate) fn register(
        &mut self,
        id: ConnectionId,
        (user, is_guest): (UserId, bool),
        session: SessionId,
        hello: Frame,
    ) -> Registration {
        let connection = Arc::new(Connection::new(id, user, session, hello));
        let slot = match self.user_slots.get(&user) {
            Some(&slot) => slot,
            None => {
                let slot = self.users.insert(User {
                    id: user,
                    is_guest,
                    live: 0,
                    connections: Connections::new(),
                    memberships: MembershipState::Loading(Box::default()),
                }) as u32;
                self.user_slots.insert(user, slot);
                slot
            }
        };
        let mut load = None;
        if let Some(user) = self.users.get_mut(slot as usize) {
            user.is_guest = is_guest;
            user.connections.push(Arc::clone(&connection));
            if let MembershipState::Loading(loads) = &mut user.memberships {
                self.loads_begun += 1;
                load = Some(self.loads_begun);
                let start = self.backlog.begin_load();
                loads.push(PendingLoad { connection: Arc::clone(&connection), number: self.loads_begun, start });
            }
        }
        self.connections.insert(Arc::clone(&connection));
        self.sessions.insert(Arc::clone(&connection));
        tracing::trace!(connection = %id, "registered");
        self.record_socket_opened(user);
        Registration { connection, load }
    }

    /// Attaches a new socket to the connection. A request of another user or session has no effect and gets the same
    /// result as one for an unknown id.
    pub(crate) fn resume(
        &mut self,
        user: UserId,
        session: SessionId,
        id: ConnectionId,
        next_seq: i64,
    ) -> Option<(Arc<Connection>, Generation)> {
        let connection = Arc::clone(self.connections.get(&id)?);
        if connection.user != user || connection.session != session {
            return None;
        }
        let is_loaded = self.user(user).is_some_and(|user| matches!(user.memberships, MembershipState::Loaded(_)));
        let Some(resumed) = is_loaded.then(|| connection.resume(next_seq)).flatten() else {
            // Its client gets a new connection and will not request this one again.
            self.discard(&connection, CloseReason::Replaced);
            return None;
        };
        tracing::trace!(connection = %id, "resumed");
        self.effects.wakers.extend(resumed.waker);
        if !resumed.was_live {
            self.record_socket_opened(user);
        }
        Some((connection, resumed.generation))
    }

    pub(crate) fn handle_socket_closed(&mut self, connection: &Arc<Connection>, generation: Generation) {
        if connection.retire_generation(generation) {
            self.detach(connection);
        }
    }

    pub(crate) fn handle_slow_reader(&mut self, connection: &Arc<Connection>, generation: Generation) {
        if connection.is_current(generation) {
            self.detach(connection);
        }
    }

    /// Detaches the socket and keeps the connection for the resume window.
    pub(super) fn detach(&mut self, connection: &Arc<Connection>) {
        let Some(user) = self.user(connection.user) else { return };
        let is_resumable = matches!(user.memberships, MembershipState::Loaded(_)) && self.config.resume_window_ms > 0;
        if !is_resumable {
            return self.discard(connection, CloseReason::SlowReader);
        }
        tracing::trace!(connection = %connection.id, "detached");
        let detached = connection.detach(self.now, &self.config);
        self.effects.wakers.extend(detached.waker);
        if detached.was_live {
            self.detached.push_back((self.now, Arc::clone(connection)));
            self.record_socket_closed(connection.user);
            self.limit_detached(connection.user);
        }
    }

    fn limit_detached(&mut self, user: UserId) {
        let Some(user) = self.user(user) else { return };
        if user.connections.len() - user.live as usize <= self.config.detached_per_user_cap {
            return;
        }
        let oldest = user
            .connections
            .iter()
            .filter_map(|connection| Some((connection.detached_since()?, connection)))
            .min_by_key(|&(since, _)| since)
            .map(|(_, connection)| Arc::clone(connection));
        if let Some(oldest) = oldest {
            self.discard(&oldest, CloseReason::Expired);
        }
    }

    /// Removes a connection and closes its socket, if there is one, with the reason.
    pub(super) fn discard(&mut self, connection: &Arc<Connection>, reason: CloseReason) {
        if !self.connections.remove(connection) {
            return;
        }
        tracing::trace!(connection = %connection.id, reason = ?reason, "discarded");
        let closed = connection.close(reason);
        self.effects.wakers.extend(closed.waker);
        if closed.was_live {
            self.record_socket_closed(connection.user);
        }
        self.sessions.remove(connection);
        let Some(&slot) = self.user_slots.get(&connection.user) else { return };
        let Some(user) = self.users.get_mut(slot as usize) else { return };
        user.connections.retain(|sibling| sibling.id != connection.id);
        if let MembershipState::Loading(loads) = &mut user.memberships
            && let Some(index) = loads.iter().position(|load| load.connection.id == connection.id)
        {
            self.backlog.end_load(loads.swap_remove(index).start);
        }
        if user.connections.is_empty() {
            let user = self.users.remove(slot as usize);
            self.user_slots.remove(&user.id);
            if let MembershipState::Loaded(joined) = user.memberships {
                joined.channels.into_iter().for_each(|channel| self.channels.remove_member(channel, slot));
                joined.teams.into_iter().for_each(|team| self.teams.remove_member(team, slot));
            }
        }
    }

    /// Discards the connections whose resume window has passed.
    pub(crate) fn expire(&mut self) {
        while let Some((since, _)) = self.detached.front() {
            if since.plus_ms(self.config.resume_window_ms) > self.now {
                return;
            }
            let Some((since, connection)) = self.detached.pop_front() else { return };
            if connection.detached_since() == Some(since) {
                self.discard(&connection, CloseReason::Expired);
            }
        }
    }

    /// Drops old written events of as many users as are due for every user to be visited once per retention period: a
    /// few at each call, so that no call takes long.
    pub(crate) fn expire_written_events(&mut self) {
        let retention_ms = self.config.written_retention_ms.max(1);
        let slots = self.users.capacity() as i64;
        let since = self.retention_sweep.since.unwrap_or(self.now).min(self.now);
        let elapsed_ms = (self.now.0 - since.0).min(retention_ms);
        let due_slots = slots * elapsed_ms / retention_ms;
        self.retention_sweep.since = Some(match slots {
            // Time too short for another slot is carried over.
            1.. if elapsed_ms < retention_ms => since.plus_ms(due_slots * retention_ms / slots),
            _ => self.now,
        });
        for _ in 0..due_slots {
            let slot = self.retention_sweep.next_slot;
            self.retention_sweep.next_slot = if slot + 1 < self.users.capacity() { slot + 1 } else { 0 };
            for connection in self.users.get(slot).into_iter().flat_map(|user| &user.connections) {
                connection.expire_written();
            }
        }
    }

    pub(crate) fn connections(&self) -> Vec<ConnectionState> {
        let of_user = |(_, user): (usize, &User)| {
            let (id, is_guest, memberships_digest) = (user.id, user.is_guest, user.memberships_digest());
            let state =
                |connection: &Arc<Connection>| ConnectionState { session: connection.session, user: id, is_guest, memberships_digest };
            user.connections.iter().map(state).collect::<Vec<_>>()
        };
        self.users.iter().flat_map(of_user).collect()
    }

    pub(crate) fn shutdown(&mut self) {
        self.stopped = true;
        self.discard_all(CloseReason::Shutdown);
    }

    pub(super) fn discard_all(&mut self, reason: CloseReason) {
        let connections = self.users.iter().flat_map(|(_, user)| &user.connections);
        for connection in connections.cloned().collect::<Vec<_>>() {
            self.discard(&connection, reason);
        }
        self.detached.clear();
    }

    fn record_socket_opened(&mut self, id: UserId) {
        self.counts.live += 1;
        if let Some((_, user)) = self.user_mut(id) {
            user.live += 1;
            if user.live == 1 {
                self.counts.online += 1;
                self.effects.presence.push(PresenceChange::Online(id));
            }
        }
    }

    fn record_socket_closed(&mut self, id: UserId) {
        self.counts.live -= 1;
        if let Some((_, user)) = self.user_mut(id) {
            user.live -= 1;
            if user.live == 0 {
                self.counts.online -= 1;
                self.effects.presence.push(PresenceChange::Offline(id));
            }
        }
    }
}
