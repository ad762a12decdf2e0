//! The hub's tables, all behind its one lock: people, connections, sessions, and who is in which room.

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
use crate::bus::HubMessage;
use crate::config::HubConfig;
use crate::connection::{Connection, Generation};
use crate::index::Index;
use crate::outbox::CloseReason;
use crate::presence::PresenceChange;
use crate::revocations::{Revocations, Revoked};
use crate::rooms::{RoomSlots, Rooms, UserSlot};

/// Few people have more at a time; this many need no allocation.
type Connections = SmallVec<[Arc<Connection>; 2]>;

pub(crate) struct State {
    pub(crate) now: Millis,
    pub(crate) revocations: Revocations,
    pub(crate) effects: Effects,
    pub(crate) counts: Counts,
    /// Changes places with the inbox when that is emptied, so that neither is allocated anew.
    pub(crate) spare_inbox: Vec<Input>,
    config: Arc<HubConfig>,
    users: Slab<User>,
    user_slots: HashMap<UserId, UserSlot>,
    connections: Index<ConnectionId>,
    sessions: Index<SessionId>,
    channels: Rooms<ChannelId>,
    teams: Rooms<TeamId>,
    backlog: Backlog,
    /// In the order in which they lost their sockets; those who came back meanwhile are skipped.
    detached: VecDeque<(Millis, Arc<Connection>)>,
    casualties: Vec<fanout::Casualty>,
    ageing: Ageing,
    stopped: bool,
}

/// What is told to the hub without waiting for it.
pub(crate) enum Input {
    Message(HubMessage),
    SocketGone(Arc<Connection>, Generation),
    ReaderSlow(Arc<Connection>, Generation),
    LoadAbandoned(Arc<Connection>),
}

/// What is done once the lock is let go.
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
}

/// How far the round has come in which everybody's written events are looked at.
#[derive(Default)]
struct Ageing {
    since: Option<Millis>,
    next_slot: usize,
}

struct User {
    id: UserId,
    is_guest: bool,
    /// How many of the connections have a socket.
    live: u32,
    connections: Connections,
    membership: Membership,
}

/// Where someone belongs: shared by their connections, known as long as they have any.
enum Membership {
    Loading(Box<Loads>),
    Known(Box<Seats>),
}

type Loads = SmallVec<[Load; 1]>;

/// A connection whose owner loads the memberships, and the place in the backlog where its events begin.
struct Load {
    connection: Arc<Connection>,
    start: Position,
}

#[derive(Default)]
struct Seats {
    channels: RoomSlots,
    teams: RoomSlots,
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
            config,
            users: Slab::new(),
            user_slots: HashMap::new(),
            connections: Index::by(|connection| connection.id),
            sessions: Index::by(|connection| connection.session),
            channels: Rooms::new(),
            teams: Rooms::new(),
            detached: VecDeque::new(),
            casualties: Vec::new(),
            ageing: Ageing::default(),
            stopped: false,
        }
    }

    pub(crate) fn take_in(&mut self, input: Input) {
        match input {
            Input::Message(message) => self.apply(message),
            Input::SocketGone(connection, generation) => self.socket_gone(&connection, generation),
            Input::ReaderSlow(connection, generation) => self.reader_slow(&connection, generation),
            Input::LoadAbandoned(connection) => self.abandon_load(&connection),
        }
    }

    fn apply(&mut self, message: HubMessage) {
        match &message {
            HubMessage::Deliver { frame, audience } => self.deliver(frame, audience),
            &HubMessage::JoinChannel { user, channel } => self.join_channel(user, channel),
            &HubMessage::LeaveChannel { user, channel } => self.leave_channel(user, channel),
            &HubMessage::JoinTeam { user, team } => self.join_team(user, team),
            &HubMessage::LeaveTeam { user, team } => self.leave_team(user, team),
            &HubMessage::CloseSession(session) => {
                self.revocations.record(Revoked::Session(session));
                for connection in self.sessions.all(&session) {
                    self.discard(&connection, CloseReason::SessionEnded);
                }
                return;
            }
            &HubMessage::CloseUser(user) => {
                self.revocations.record(Revoked::User(user));
                let connections = self.user(user).map(|user| user.connections.clone());
                for connection in connections.unwrap_or_default() {
                    self.discard(&connection, CloseReason::SessionEnded);
                }
                return;
            }
        }
        self.backlog.record(message);
    }

    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.user(user).is_some_and(|user| user.live > 0)
    }

    pub(crate) fn registered(&self) -> usize {
        self.connections.len()
    }

    pub(crate) fn remembered(&self) -> usize {
        self.backlog.len()
    }

    fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(*self.user_slots.get(&id)? as usize)
    }

    fn user_mut(&mut self, id: UserId) -> Option<(UserSlot, &mut User)> {
        let slot = *self.user_slots.get(&id)?;
        Some((slot, self.users.get_mut(slot as usize)?))
    }
}
