//! The hub: who is connected here, and what each of them is to be sent.

use std::fmt;
use std::sync::Arc;

use guildhall_model::Clock;
use guildhall_model::id::{ChannelId, ConnectionId, SessionId, TeamId, UserId};
use parking_lot::{Mutex, MutexGuard};

use crate::bus::HubMessage;
use crate::config::HubConfig;
use crate::connection::{Connection, Generation};
use crate::frame::Frame;
use crate::outbox::{ConnectionHandle, Outbox};
use crate::presence::{PresenceQueue, PresenceSink};
use crate::revocations::Checkpoint;
use crate::state::{Input, State};

/// Cheap to clone; all clones are the same hub.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

struct Shared {
    config: Arc<HubConfig>,
    clock: Arc<dyn Clock>,
    sink: Arc<dyn PresenceSink>,
    presence: PresenceQueue,
    inbox: Mutex<Vec<Input>>,
    state: Mutex<State>,
}

/// Somebody whose session has been looked up and who now wants to hear what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectRequest {
    pub user: UserId,
    pub session: SessionId,
    /// A guest hears of nobody whom they share no channel with.
    pub is_guest: bool,
    /// Taken before the session was looked up: had it ended since, it would not be let in.
    pub checkpoint: Checkpoint,
    /// The connection to go on with, and the number of the first event that the client lacks.
    pub resume: Option<(ConnectionId, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error("the session may have ended meanwhile; authenticate again")]
    SessionEnded,
    #[error("the server is stopping")]
    ShuttingDown,
}

/// A connection, new or resumed.
#[derive(Debug)]
pub struct Connected {
    pub outbox: Outbox,
    pub handle: ConnectionHandle,
    /// Present where nobody has loaded this person's memberships yet. Until that is done, the hello can be sent, and
    /// everything behind it is held back in order.
    pub load: Option<MembershipLoad>,
    pub resumed: bool,
}

/// Where a person belongs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Memberships {
    pub channels: Vec<ChannelId>,
    pub teams: Vec<TeamId>,
}

/// The duty to load a person's memberships: read them after this was handed out. Dropped without having been
/// activated, it closes the connection, whose client then starts anew.
#[must_use = "the connection receives nothing before its memberships are activated"]
pub struct MembershipLoad {
    hub: Hub,
    connection: Arc<Connection>,
    activated: bool,
}

/// Counts for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubStats {
    pub online_users: usize,
    /// Connections with a socket.
    pub live_connections: usize,
    /// Connections whose client may still come back.
    pub detached_connections: usize,
    /// Messages remembered for memberships that are being loaded.
    pub remembered_messages: usize,
    /// Events put into queues since the start.
    pub deliveries: u64,
}

impl Hub {
    pub fn new(config: HubConfig, clock: Arc<dyn Clock>, presence: Arc<dyn PresenceSink>) -> Self {
        let config = Arc::new(config);
        let state = Mutex::new(State::new(Arc::clone(&config)));
        Self {
            shared: Arc::new(Shared { config, clock, sink: presence, presence: PresenceQueue::default(), inbox: Mutex::default(), state }),
        }
    }

    /// To be taken before a session is looked up, and handed over with the `ConnectRequest`.
    pub fn checkpoint(&self) -> Checkpoint {
        self.with(|state| state.revocations.checkpoint())
    }

    /// Connects a client: to what it left, with nothing missing and nothing twice, or else anew, under a new id and
    /// with the event that `hello` makes of it as number 0.
    pub fn connect(&self, request: &ConnectRequest, hello: impl FnOnce(ConnectionId) -> Frame) -> Result<Connected, ConnectError> {
        let &ConnectRequest { user, session, is_guest, checkpoint, resume } = request;
        let admit = |state: &State| match () {
            () if state.is_stopped() => Err(ConnectError::ShuttingDown),
            () if state.revocations.may_have_ended(checkpoint, user, session) => Err(ConnectError::SessionEnded),
            () => Ok(()),
        };
        if let Some((id, next_seq)) = resume {
            let resumed = self.with(|state| admit(state).map(|()| state.resume(user, session, id, next_seq)))?;
            if let Some((connection, generation)) = resumed {
                return Ok(self.connected(connection, generation, None, true));
            }
        }
        // From the operating system's randomness: never the same twice, on any node, and not to be guessed.
        let id = ConnectionId::from_bytes(rand::random());
        let hello = hello(id);
        let registered = self.with(|state| admit(state).map(|()| state.register(id, (user, is_guest), session, hello)))?;
        let load = registered.must_load.then(|| MembershipLoad {
            hub: self.clone(),
            connection: Arc::clone(&registered.connection),
            activated: false,
        });
        Ok(self.connected(registered.connection, 0, load, false))
    }

    /// Applies messages in their order. They have their effect when this returns or, where another thread is at work
    /// in the hub, as soon as that one comes to them.
    pub fn apply(&self, messages: Vec<HubMessage>) {
        self.shared.inbox.lock().extend(messages.into_iter().map(Input::Message));
        self.work_off();
    }

    /// Lets go of what is kept for clients that will not need it. To be called about once a second.
    pub fn sweep(&self) {
        self.with(State::age);
    }

    /// Closes everything and lets nobody in any more.
    pub fn shutdown(&self) {
        self.with(State::shutdown);
    }

    pub fn is_online(&self, user: UserId) -> bool {
        self.with(|state| state.is_online(user))
    }

    /// Those of `users` who are online, in the order given.
    pub fn online_among(&self, users: &[UserId]) -> Vec<UserId> {
        self.with(|state| users.iter().copied().filter(|&user| state.is_online(user)).collect())
    }

    /// People with a socket.
    pub fn online_count(&self) -> usize {
        self.stats().online_users
    }

    /// Connections with a socket.
    pub fn connection_count(&self) -> usize {
        self.stats().live_connections
    }

    pub fn stats(&self) -> HubStats {
        self.with(|state| HubStats {
            online_users: state.counts.online,
            live_connections: state.counts.live,
            detached_connections: state.registered() - state.counts.live,
            remembered_messages: state.remembered(),
            deliveries: state.counts.delivered,
        })
    }

    pub(crate) fn config(&self) -> &HubConfig {
        &self.shared.config
    }

    pub(crate) fn socket_gone(&self, connection: Arc<Connection>, generation: Generation) {
        self.input(Input::SocketGone(connection, generation));
    }

    pub(crate) fn reader_slow(&self, connection: Arc<Connection>, generation: Generation) {
        self.input(Input::ReaderSlow(connection, generation));
    }

    fn connected(&self, connection: Arc<Connection>, generation: Generation, load: Option<MembershipLoad>, resumed: bool) -> Connected {
        Connected {
            outbox: Outbox::new(self.clone(), Arc::clone(&connection), generation),
            handle: ConnectionHandle::new(self.clone(), connection, generation),
            load,
            resumed,
        }
    }

    fn input(&self, input: Input) {
        self.shared.inbox.lock().push(input);
        self.work_off();
    }

    /// Empties the inbox, unless somebody else is at work in the hub: they look into it once more before they go.
    fn work_off(&self) {
        while !self.shared.inbox.lock().is_empty() {
            let Some(mut state) = self.shared.state.try_lock() else { return };
            self.absorb(&mut state);
            self.leave(state);
        }
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.shared.state.lock();
        self.absorb(&mut state);
        let result = act(&mut state);
        self.leave(state);
        self.work_off();
        result
    }

    fn absorb(&self, state: &mut State) {
        state.now = self.shared.clock.now();
        state.expire();
        let mut inputs = std::mem::take(&mut state.spare_inbox);
        std::mem::swap(&mut *self.shared.inbox.lock(), &mut inputs);
        for input in inputs.drain(..) {
            state.take_in(input);
        }
        state.spare_inbox = inputs;
    }

    /// Lets the lock go and then does what must not be done under it.
    fn leave(&self, mut state: MutexGuard<'_, State>) {
        // As many will probably be woken the next time.
        let room = Vec::with_capacity(state.effects.wakers.len());
        let wakers = std::mem::replace(&mut state.effects.wakers, room);
        if !state.effects.presence.is_empty() {
            self.shared.presence.push(&mut state.effects.presence);
        }
        drop(state);
        for waker in wakers {
            waker.wake();
        }
        self.shared.presence.tell(&*self.shared.sink);
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

impl MembershipLoad {
    /// Hands over what was loaded. Changes published meanwhile are kept, whatever the list says of them.
    pub fn activate(mut self, memberships: Memberships) {
        self.activated = true;
        self.hub.with(|state| state.finish_load(&self.connection, memberships));
    }
}

impl Drop for MembershipLoad {
    fn drop(&mut self) {
        if !self.activated {
            self.hub.input(Input::LoadAbandoned(Arc::clone(&self.connection)));
        }
    }
}

impl fmt::Debug for MembershipLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MembershipLoad").field(&self.connection.id).finish()
    }
}
