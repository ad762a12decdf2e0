//! The hub: the connections of this process, and the entry points to its state.

use std::fmt;
use std::sync::Arc;

use guildhall_model::Clock;
use guildhall_model::id::{ConnectionId, SessionId, UserId};

use crate::config::HubConfig;
use crate::connection::{Connection, Generation};
use crate::frame::Frame;
use crate::memberships::Memberships;
use crate::message::HubMessage;
use crate::outbox::{ConnectionHandle, Outbox};
use crate::presence::{PresenceQueue, PresenceSink};
use crate::revocations::Checkpoint;
use crate::state::{Input, LoadNumber, State};
use crate::sync::{Mutex, MutexGuard};

/// Cheap to clone; all clones share one hub.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

struct Shared {
    config: Arc<HubConfig>,
    clock: Arc<dyn Clock>,
    presence_sink: Arc<dyn PresenceSink>,
    presence_queue: PresenceQueue,
    inbox: Mutex<Vec<Input>>,
    state: Mutex<State>,
}

/// A request for a connection, made after its session was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectRequest {
    pub user: UserId,
    pub session: SessionId,
    /// Guests receive restricted events only in their channels (`Audience::guests_in`).
    pub is_guest: bool,
    /// Taken before the session was looked up; the request is rejected if the session was revoked since.
    pub checkpoint: Checkpoint,
    /// The connection to resume, and the number of the first event that the client has not received.
    pub resume: Option<(ConnectionId, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("the session may have been revoked meanwhile; authenticate again")]
    SessionEnded,
    #[error("the server is stopping")]
    ShuttingDown,
}

/// A connection, new or resumed.
#[derive(Debug)]
pub struct ConnectResponse {
    pub outbox: Outbox,
    pub handle: ConnectionHandle,
    /// Set while the user's memberships are not loaded. Until a load is activated, the hello can be sent and all later
    /// events are held back in order.
    pub load: Option<MembershipLoad>,
    pub resumed: bool,
}

/// A pending load of a user's memberships: read them from the database after this was returned. Dropped without being
/// activated, it closes the connection; the client then has to connect again.
#[must_use = "the connection receives nothing before its memberships are activated"]
pub struct MembershipLoad {
    hub: Hub,
    connection: Arc<Connection>,
    number: LoadNumber,
    activated: bool,
}

/// What a connection was opened with and subscribes to, to be compared with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionState {
    pub session: SessionId,
    pub user: UserId,
    pub is_guest: bool,
    /// The sum of [`guildhall_model::id::membership_digest`] over the user's channels and teams; `None` while they are loaded.
    pub memberships_digest: Option<i64>,
}

/// Upper bounds of the connections that one event is queued for.
pub const AUDIENCE_BOUNDS: [u64; 12] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000];

/// Counters for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubStats {
    pub online_users: usize,
    /// Connections with a socket.
    pub live_connections: usize,
    /// Connections without a socket that can be resumed.
    pub detached_connections: usize,
    /// Messages kept for pending membership loads.
    pub backlog_messages: usize,
    /// Messages that are not applied yet.
    pub inbox_messages: usize,
    /// Since the start: events that were dispatched.
    pub events: u64,
    /// Since the start: events queued for connections.
    pub deliveries: u64,
    /// How many events were queued for so many connections, by [`AUDIENCE_BOUNDS`]; the last is the rest.
    pub audiences: [u64; AUDIENCE_BOUNDS.len() + 1],
    /// Since the start: clients that reconnected and missed nothing, and those that could not.
    pub resumed: u64,
    pub not_resumed: u64,
    /// Since the start: sockets that were closed because their client was behind.
    pub slow_readers: u64,
    /// Since the start: connections that were discarded because too much waited for their client.
    pub full_buffers: u64,
}

impl Hub {
    pub fn new(config: HubConfig, clock: Arc<dyn Clock>, presence_sink: Arc<dyn PresenceSink>) -> Self {
        let config = Arc::new(config);
        let state = Mutex::new(State::new(Arc::clone(&config)));
        Self {
            shared: Arc::new(Shared {
                config,
                clock,
                presence_sink,
                presence_queue: PresenceQueue::default(),
                inbox: Mutex::default(),
                state,
            }),
        }
    }

    /// Taken before a session is looked up, and passed in the `ConnectRequest`.
    pub fn checkpoint(&self) -> Checkpoint {
        self.with_state(|state| state.revocations.checkpoint())
    }

    /// Resumes the requested connection, without missing or repeated events, or else registers a new one, whose event
    /// number 0 is made by `hello` from the new id.
    pub fn connect(&self, request: &ConnectRequest, hello: impl FnOnce(ConnectionId) -> Frame) -> Result<ConnectResponse, ConnectError> {
        let &ConnectRequest { user, session, is_guest, checkpoint, resume } = request;
        let check_admission = |state: &State| match () {
            () if state.is_stopped() => Err(ConnectError::ShuttingDown),
            () if state.revocations.may_be_revoked(checkpoint, user, session) => Err(ConnectError::SessionEnded),
            () => Ok(()),
        };
        if let Some((id, next_seq)) = resume {
            let resumed = self.with_state(|state| {
                check_admission(state)?;
                let resumed = state.resume(user, session, id, next_seq);
                *if resumed.is_some() { &mut state.counts.resumed } else { &mut state.counts.not_resumed } += 1;
                Ok(resumed)
            })?;
            if let Some((connection, generation)) = resumed {
                return Ok(self.build_connected(connection, generation, None, true));
            }
        }
        // From a cryptographic generator: unique across nodes, and not guessable.
        #[expect(clippy::disallowed_methods, reason = "the hub has no port for randomness; no test depends on the value")]
        let id = ConnectionId::from_bytes(rand::random());
        let hello = hello(id);
        let registration =
            self.with_state(|state| check_admission(state).map(|()| state.register(id, (user, is_guest), session, hello)))?;
        let load = registration.load.map(|number| self.build_load(Arc::clone(&registration.connection), number));
        Ok(self.build_connected(registration.connection, 0, load, false))
    }

    /// Applies messages in their order: before this returns or, if another thread holds the state, on that thread soon
    /// after.
    pub fn apply(&self, messages: Vec<HubMessage>) {
        self.shared.inbox.lock().extend(messages.into_iter().map(Input::Message));
        self.drain_inbox();
    }

    /// Drops expired connections and written events that are no longer kept. To be called about once a second.
    pub fn sweep(&self) {
        self.with_state(State::expire_written_events);
    }

    /// Closes all connections and rejects new ones.
    pub fn shutdown(&self) {
        self.with_state(State::shutdown);
    }

    pub fn is_online(&self, user: UserId) -> bool {
        self.with_state(|state| state.is_online(user))
    }

    /// Those of `users` that are online, in the given order.
    pub fn online_among(&self, users: &[UserId]) -> Vec<UserId> {
        self.with_state(|state| users.iter().copied().filter(|&user| state.is_online(user)).collect())
    }

    /// Every connection, with a socket or resumable.
    pub fn connections(&self) -> Vec<ConnectionState> {
        self.with_state(|state| state.connections())
    }

    /// The digest of the user's memberships; `None` while they are loaded, and for users without a connection.
    pub fn memberships_digest(&self, user: UserId) -> Option<i64> {
        self.with_state(|state| state.memberships_digest(user))
    }

    /// Makes the connections of a user wait for their memberships, as new ones do: a load for each of them. All are to be activated
    /// with the same list: the first whose connection is still open is for all. None while they wait already.
    pub fn reload_memberships(&self, user: UserId) -> Vec<MembershipLoad> {
        let loads = self.with_state(|state| state.begin_reload(user));
        loads.into_iter().map(|(connection, number)| self.build_load(connection, number)).collect()
    }

    /// Users with a socket.
    pub fn online_count(&self) -> usize {
        self.stats().online_users
    }

    /// Connections with a socket.
    pub fn connection_count(&self) -> usize {
        self.stats().live_connections
    }

    pub fn stats(&self) -> HubStats {
        let inbox_messages = self.shared.inbox.lock().len();
        self.with_state(|state| HubStats {
            online_users: state.counts.online,
            live_connections: state.counts.live,
            detached_connections: state.connection_count() - state.counts.live,
            backlog_messages: state.backlog_len(),
            inbox_messages,
            events: state.counts.events,
            deliveries: state.counts.delivered,
            audiences: state.counts.audiences,
            resumed: state.counts.resumed,
            not_resumed: state.counts.not_resumed,
            slow_readers: state.counts.slow_readers,
            full_buffers: state.counts.full_buffers,
        })
    }

    pub(crate) fn config(&self) -> &HubConfig {
        &self.shared.config
    }

    pub(crate) fn report_socket_closed(&self, connection: Arc<Connection>, generation: Generation) {
        self.enqueue(Input::SocketClosed(connection, generation));
    }

    pub(crate) fn report_slow_reader(&self, connection: Arc<Connection>, generation: Generation) {
        self.enqueue(Input::SlowReader(connection, generation));
    }

    fn build_connected(
        &self,
        connection: Arc<Connection>,
        generation: Generation,
        load: Option<MembershipLoad>,
        resumed: bool,
    ) -> ConnectResponse {
        ConnectResponse {
            outbox: Outbox::new(self.clone(), Arc::clone(&connection), generation),
            handle: ConnectionHandle::new(self.clone(), connection, generation),
            load,
            resumed,
        }
    }

    fn build_load(&self, connection: Arc<Connection>, number: LoadNumber) -> MembershipLoad {
        MembershipLoad { hub: self.clone(), connection, number, activated: false }
    }

    fn enqueue(&self, input: Input) {
        self.shared.inbox.lock().push(input);
        self.drain_inbox();
    }

    /// Applies the inbox, unless another thread holds the state: that one checks the inbox again after it releases it.
    fn drain_inbox(&self) {
        while !self.shared.inbox.lock().is_empty() {
            let Some(mut state) = self.shared.state.try_lock() else { return };
            self.apply_inbox(&mut state);
            self.release(state);
        }
    }

    fn with_state<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.shared.state.lock();
        self.apply_inbox(&mut state);
        let result = act(&mut state);
        self.release(state);
        self.drain_inbox();
        result
    }

    fn apply_inbox(&self, state: &mut State) {
        state.now = self.shared.clock.now();
        state.expire();
        let mut inputs = std::mem::take(&mut state.spare_inbox);
        std::mem::swap(&mut *self.shared.inbox.lock(), &mut inputs);
        for input in inputs.drain(..) {
            state.apply_input(input);
        }
        state.spare_inbox = inputs;
    }

    /// Releases the lock, then runs the effects, which must not run under it.
    fn release(&self, mut state: MutexGuard<'_, State>) {
        // The next call probably wakes about as many.
        let next_wakers = Vec::with_capacity(state.effects.wakers.len());
        let wakers = std::mem::replace(&mut state.effects.wakers, next_wakers);
        if !state.effects.presence.is_empty() {
            self.shared.presence_queue.push(&mut state.effects.presence);
        }
        drop(state);
        for waker in wakers {
            waker.wake();
        }
        self.shared.presence_queue.drain_to(&*self.shared.presence_sink);
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

impl MembershipLoad {
    /// Sets the loaded memberships. Changes published during the load take precedence over them.
    pub fn activate(mut self, memberships: Memberships) {
        self.activated = true;
        self.hub.with_state(|state| state.finish_load(&self.connection, self.number, memberships));
    }
}

impl Drop for MembershipLoad {
    fn drop(&mut self) {
        if !self.activated {
            self.hub.enqueue(Input::LoadAbandoned(Arc::clone(&self.connection), self.number));
        }
    }
}

impl fmt::Debug for MembershipLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MembershipLoad").field("connection", &self.connection.id).field("number", &self.number).finish_non_exhaustive()
    }
}
