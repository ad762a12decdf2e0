//! The hub's tables, all behind its one lock: users, connections, sessions, and the members of each room.

mod connections;
mod fanout;
mod memberships;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, ConnectionId, SessionId, TeamId, UserId};
use slab::Slab;
use smallvec::SmallVec;

use crate::backlog::{Backlog, Position};
use crate::config::HubConfig;
use crate::connection::{Connection, Generation};
use crate::hub::AUDIENCE_BOUNDS;
use crate::index::ConnectionIndex;
use crate::message::HubMessage;
use crate::outbound::CloseReason;
use crate::presence::PresenceChange;
use crate::revocations::{Revocation, Revocations};
use crate::rooms::{RoomSlots, Rooms, UserSlot};

/// Few users have more at a time; this many need no allocation.
type Connections = SmallVec<[Arc<Connection>; 2]>;

pub(crate) struct State {
    pub(crate) now: Millis,
    pub(crate) revocations: Revocations,
    pub(crate) effects: Effects,
    pub(crate) counts: Counts,
    /// Swapped with the inbox when that is applied, so that neither is reallocated.
    pub(crate) spare_inbox: Vec<Input>,
    config: Arc<HubConfig>,
    users: Slab<User>,
    user_slots: HashMap<UserId, UserSlot>,
    connections: ConnectionIndex<ConnectionId>,
    sessions: ConnectionIndex<SessionId>,
    channels: Rooms<ChannelId>,
    teams: Rooms<TeamId>,
    backlog: Backlog,
    loads_begun: LoadNumber,
    /// In the order in which they lost their sockets; those resumed meanwhile are skipped.
    detached: VecDeque<(Millis, Arc<Connection>)>,
    overflows: Vec<Overflow>,
    retention_sweep: RetentionSweep,
    stopped: bool,
}

/// An entry of the inbox: queued without waiting, applied by the thread that holds the state.
pub(crate) enum Input {
    Message(HubMessage),
    SocketClosed(Arc<Connection>, Generation),
    SlowReader(Arc<Connection>, Generation),
    LoadAbandoned(Arc<Connection>, LoadNumber),
}

/// Run after the lock is released.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) wakers: Vec<Waker>,
    pub(crate) presence: Vec<PresenceChange>,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) live: usize,
    pub(crate) online: usize,
    pub(crate) delivered: u64,
    /// Events that were dispatched.
    pub(crate) events: u64,
    /// How many events had so many deliveries: by `AUDIENCE_BOUNDS`, and the rest.
    pub(crate) audiences: [u64; AUDIENCE_BOUNDS.len() + 1],
    pub(crate) resumed: u64,
    pub(crate) not_resumed: u64,
    pub(crate) slow_readers: u64,
    pub(crate) full_buffers: u64,
}

impl Counts {
    pub(crate) fn count_event(&mut self, deliveries: u64) {
        self.events += 1;
        self.audiences[AUDIENCE_BOUNDS.partition_point(|bound| *bound < deliveries)] += 1;
    }
}

/// A connection whose limits an event exceeded; handled after the event was delivered to all others.
enum Overflow {
    SlowReader(Arc<Connection>),
    ResumeBufferFull(Arc<Connection>),
}

/// Progress of the sweep over all users that drops old written events.
#[derive(Default)]
struct RetentionSweep {
    since: Option<Millis>,
    next_slot: usize,
}

struct User {
    id: UserId,
    is_guest: bool,
    /// Number of connections with a socket.
    live: u32,
    connections: Connections,
    memberships: MembershipState,
}

/// A user's memberships: shared by the user's connections, kept until the last of them is discarded.
enum MembershipState {
    Loading(Box<PendingLoads>),
    Loaded(Box<JoinedRooms>),
}

type PendingLoads = SmallVec<[PendingLoad; 1]>;

/// Distinguishes the loads of one connection: a list that was read for an earlier one misses the changes in between.
pub(crate) type LoadNumber = u64;

/// A connection that waits for its `MembershipLoad`, and the position in the backlog where its events begin.
struct PendingLoad {
    connection: Arc<Connection>,
    number: LoadNumber,
    start: Position,
}

#[derive(Default)]
struct JoinedRooms {
    channels: RoomSlots,
    teams: RoomSlots,
    /// The sum of the digests of both.
    digest: i64,
}

impl User {
    fn memberships_digest(&self) -> Option<i64> {
        match &self.memberships {
            MembershipState::Loaded(joined) => Some(joined.digest),
            MembershipState::Loading(_) => None,
        }
    }
}

impl State {
    pub(crate) fn new(config: Arc<HubConfig>) -> Self {
        Self {
            now: Millis::ZERO,
            revocations: Revocations::default(),
            effects: Effects::default(),
            counts: Counts::default(),
            spare_inbox: Vec::new(),
            backlog: Backlog::new(config.load_backlog_messages),
            loads_begun: 0,
            config,
            users: Slab::new(),
            user_slots: HashMap::new(),
            connections: ConnectionIndex::keyed_by(|connection| connection.id),
            sessions: ConnectionIndex::keyed_by(|connection| connection.session),
            channels: Rooms::new(),
            teams: Rooms::new(),
            detached: VecDeque::new(),
            overflows: Vec::new(),
            retention_sweep: RetentionSweep::default(),
            stopped: false,
        }
    }

    pub(crate) fn apply_input(&mut self, input: Input) {
        match input {
            Input::Message(message) => self.apply_message(message),
            Input::SocketClosed(connection, generation) => self.handle_socket_closed(&connection, generation),
            Input::SlowReader(connection, generation) => self.handle_slow_reader(&connection, generation),
            Input::LoadAbandoned(connection, number) => self.abandon_load(&connection, number),
        }
    }

    fn apply_message(&mut self, message: HubMessage) {
        tracing::trace!("message");
        match &message {
            HubMessage::Deliver { frame, audience } => self.deliver(frame, audience),
            &HubMessage::JoinChannel { user, channel } => self.join_channel(user, channel),
            &HubMessage::LeaveChannel { user, channel } => self.leave_channel(user, channel),
            &HubMessage::JoinTeam { user, team } => self.join_team(user, team),
            &HubMessage::LeaveTeam { user, team } => self.leave_team(user, team),
            &HubMessage::CloseSession(session) => {
                self.revocations.record(Revocation::Session(session));
                for connection in self.connections_of(session) {
                    self.discard(&connection, CloseReason::SessionEnded);
                }
                return;
            }
            &HubMessage::CloseUser(user) => {
                self.revocations.record(Revocation::User(user));
                let connections = self.user(user).map(|user| user.connections.clone());
                for connection in connections.unwrap_or_default() {
                    self.discard(&connection, CloseReason::SessionEnded);
                }
                return;
            }
            HubMessage::CloseAll => return self.discard_all(CloseReason::EventsLost),
        }
        self.backlog.record(message);
    }

    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.user(user).is_some_and(|user| user.live > 0)
    }

    pub(crate) fn connection_count(&self) -> usize {
        self.connections.len()
    }

    pub(crate) fn backlog_len(&self) -> usize {
        self.backlog.len()
    }

    /// In the order in which they were opened.
    fn connections_of(&self, session: SessionId) -> Vec<Arc<Connection>> {
        let user = self.sessions.get(&session).and_then(|connection| self.user(connection.user));
        let connections = user.into_iter().flat_map(|user| &user.connections);
        connections.filter(|connection| connection.session == session).cloned().collect()
    }

    fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(*self.user_slots.get(&id)? as usize)
    }

    fn user_mut(&mut self, id: UserId) -> Option<(UserSlot, &mut User)> {
        let slot = *self.user_slots.get(&id)?;
        Some((slot, self.users.get_mut(slot as usize)?))
    }
}
