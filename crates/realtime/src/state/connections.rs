//! Connections come, lose their sockets, return or expire.

use std::sync::Arc;

use guildhall_model::id::{ConnectionId, SessionId, UserId};

use super::{Connections, Load, Membership, State, User};
use crate::connection::{Connection, Generation};
use crate::frame::Frame;
use crate::outbox::CloseReason;
use crate::presence::PresenceChange;

/// A connection that was just registered; `must_load` says that its owner has to hand the memberships over.
pub(crate) struct Registered {
    pub(crate) connection: Arc<Connection>,
    pub(crate) must_load: bool,
}

impl State {
    pub(crate) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(crate) fn register(&mut self, id: ConnectionId, (user, is_guest): (UserId, bool), session: SessionId, hello: Frame) -> Registered {
        let connection = Arc::new(Connection::new(id, user, session, hello));
        let slot = match self.user_slots.get(&user) {
            Some(&slot) => slot,
            None => {
                let slot = self.users.insert(User {
                    id: user,
                    is_guest,
                    live: 0,
                    connections: Connections::new(),
                    membership: Membership::Loading(Box::default()),
                }) as u32;
                self.user_slots.insert(user, slot);
                slot
            }
        };
        let mut must_load = false;
        if let Some(user) = self.users.get_mut(slot as usize) {
            user.is_guest = is_guest;
            user.connections.push(Arc::clone(&connection));
            if let Membership::Loading(loads) = &mut user.membership {
                must_load = true;
                loads.push(Load { connection: Arc::clone(&connection), start: self.backlog.begin_load() });
            }
        }
        self.connections.insert(Arc::clone(&connection));
        self.sessions.insert(Arc::clone(&connection));
        self.went_live(user);
        Registered { connection, must_load }
    }

    /// Finds the connection that a client returns to and gives it to the new socket. Who comes with another session
    /// learns nothing and changes nothing.
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
        let known = self.user(user).is_some_and(|user| matches!(user.membership, Membership::Known(_)));
        let Some(resumed) = known.then(|| connection.resume(next_seq)).flatten() else {
            // Its client is about to get another one and will not ask for it again.
            self.discard(&connection, CloseReason::Replaced);
            return None;
        };
        self.effects.wakers.extend(resumed.waker);
        if !resumed.was_live {
            self.went_live(user);
        }
        Some((connection, resumed.generation))
    }

    pub(crate) fn socket_gone(&mut self, connection: &Arc<Connection>, generation: Generation) {
        if connection.retire(generation) {
            self.detach(connection);
        }
    }

    pub(crate) fn reader_slow(&mut self, connection: &Arc<Connection>, generation: Generation) {
        if connection.is_current(generation) {
            self.detach(connection);
        }
    }

    /// Takes the socket away and keeps the connection for the resume window.
    pub(super) fn detach(&mut self, connection: &Arc<Connection>) {
        let Some(user) = self.user(connection.user) else { return };
        let resumable = matches!(user.membership, Membership::Known(_)) && self.config.resume_window_ms > 0;
        if !resumable {
            return self.discard(connection, CloseReason::SlowReader);
        }
        let unlinked = connection.detach(self.now, &self.config);
        self.effects.wakers.extend(unlinked.waker);
        if unlinked.was_live {
            self.detached.push_back((self.now, Arc::clone(connection)));
            self.went_away(connection.user);
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

    /// Forgets a connection; its socket, if there is one, is told why.
    pub(super) fn discard(&mut self, connection: &Arc<Connection>, reason: CloseReason) {
        if !self.connections.remove(connection) {
            return;
        }
        let closed = connection.close(reason);
        self.effects.wakers.extend(closed.waker);
        if closed.was_live {
            self.went_away(connection.user);
        }
        self.sessions.remove(connection);
        let Some(&slot) = self.user_slots.get(&connection.user) else { return };
        let Some(user) = self.users.get_mut(slot as usize) else { return };
        user.connections.retain(|sibling| sibling.id != connection.id);
        if let Membership::Loading(loads) = &mut user.membership
            && let Some(place) = loads.iter().position(|load| load.connection.id == connection.id)
        {
            self.backlog.end_load(loads.swap_remove(place).start);
        }
        if user.connections.is_empty() {
            let user = self.users.remove(slot as usize);
            self.user_slots.remove(&user.id);
            if let Membership::Known(seats) = user.membership {
                seats.channels.into_iter().for_each(|channel| self.channels.vacate(channel, slot));
                seats.teams.into_iter().for_each(|team| self.teams.vacate(team, slot));
            }
        }
    }

    /// Forgets those whom nobody came back to.
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

    /// Looks at as many people's written events as it takes for everyone to have their turn once in the retention time:
    /// a few at each call, so that none takes long.
    pub(crate) fn age(&mut self) {
        let retention_ms = self.config.written_retention_ms.max(1);
        let slots = self.users.capacity() as i64;
        let since = self.ageing.since.unwrap_or(self.now).min(self.now);
        let elapsed_ms = (self.now.0 - since.0).min(retention_ms);
        let turns = slots * elapsed_ms / retention_ms;
        self.ageing.since = Some(match slots {
            // Time that was too short for one more turn counts on.
            1.. if elapsed_ms < retention_ms => since.plus_ms(turns * retention_ms / slots),
            _ => self.now,
        });
        for _ in 0..turns {
            let slot = self.ageing.next_slot;
            self.ageing.next_slot = if slot + 1 < self.users.capacity() { slot + 1 } else { 0 };
            for connection in self.users.get(slot).into_iter().flat_map(|user| &user.connections) {
                connection.age();
            }
        }
    }

    pub(crate) fn shutdown(&mut self) {
        self.stopped = true;
        for connection in self.connections.iter().cloned().collect::<Vec<_>>() {
            self.discard(&connection, CloseReason::Shutdown);
        }
        self.detached.clear();
    }

    fn went_live(&mut self, id: UserId) {
        self.counts.live += 1;
        if let Some((_, user)) = self.user_mut(id) {
            user.live += 1;
            if user.live == 1 {
                self.counts.online += 1;
                self.effects.presence.push(PresenceChange::Online(id));
            }
        }
    }

    fn went_away(&mut self, id: UserId) {
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
