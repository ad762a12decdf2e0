//! A simple model of the hub's guarantees, compared with the hub at every step.

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_model::id::ConnectionId;
use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, MembershipLoad, Memberships, Scope};

use super::steps::{AudienceSpec, CHANNELS, CLIENTS, Message, ScopeSpec, Step, USERS, WINDOW_MS};
use crate::fixture::*;

/// An entry of the published history.
enum HistoryEntry {
    /// An event: its room, if any, and its recipients by the memberships at that time.
    Event {
        name: String,
        room: Option<u8>,
        /// Those channels of `guests_in` that the guest was a member of.
        guests_in: Option<BTreeSet<u8>>,
        recipients: BTreeSet<usize>,
    },
    MembershipChange {
        user: u8,
        room: u8,
    },
}

struct ModelConnection {
    id: ConnectionId,
    user: u8,
    session: u8,
    socket: Option<Client>,
    load: Option<MembershipLoad>,
    read_memberships: Option<BTreeSet<u8>>,
    /// Position in the history where its events begin; `None` once the memberships are loaded.
    pending_since: Option<usize>,
    is_registered: bool,
    detached_at: Option<i64>,
    expected: Vec<String>,
    received: Vec<String>,
    /// Number of events confirmed by a resume.
    confirmed: usize,
    expected_close: Option<CloseReason>,
}

pub struct Model {
    fixture: Fixture,
    /// Whether the hub must accept every possible resume, because no limit can be exceeded.
    strict: bool,
    now: i64,
    memberships: [BTreeSet<u8>; USERS as usize],
    /// Whether the user's memberships are loaded.
    loaded: [bool; USERS as usize],
    history: Vec<HistoryEntry>,
    connections: Vec<ModelConnection>,
    clients: [Option<usize>; CLIENTS],
}

fn user_of(client: usize) -> u8 {
    client as u8 % USERS
}
/// Some clients share a session.
fn session_of(client: usize) -> u8 {
    user_of(client) + USERS * ((client as u8 / USERS) % 2)
}

impl Model {
    pub fn new(config: HubConfig, strict: bool) -> Self {
        let memberships = [BTreeSet::from([0, 3]), BTreeSet::from([0, 1]), BTreeSet::new()];
        let fixture = Fixture::with(HubConfig { resume_window_ms: WINDOW_MS, ..config }, Arc::new(()));
        Self { fixture, strict, now: 0, memberships, loaded: [false; 3], history: vec![], connections: vec![], clients: [None; CLIENTS] }
    }

    fn connection(&mut self, client: usize) -> Option<&mut ModelConnection> {
        self.clients[client].map(|connection| &mut self.connections[connection])
    }

    pub fn run(&mut self, step: Step) {
        match step {
            Step::Publish(messages) => self.publish(messages),
            Step::Connect(client) => self.connect(client),
            Step::Resume(client) => self.resume(client),
            Step::ReadMemberships(client) => {
                let list = self.memberships[user_of(client) as usize].clone();
                if let Some(connection) = self.connection(client) {
                    connection.read_memberships = Some(list);
                }
            }
            Step::Activate(client) => self.activate(client),
            Step::Abandon(client) => self.abandon(client),
            Step::Read(client) => self.read(client),
            Step::Reply(client) => {
                if let Some(socket) = self.connection(client).and_then(|connection| connection.socket.as_ref()) {
                    socket.handle.reply("x");
                }
            }
            Step::BreakSocket(client, lost) => self.break_socket(client, lost),
            Step::AdvanceClock(ms) => {
                self.fixture.clock.advance_ms(ms);
                self.now += ms;
                for index in 0..self.connections.len() {
                    if self.connections[index].detached_at.is_some_and(|at| at + WINDOW_MS <= self.now) {
                        self.discard(index, CloseReason::Expired);
                    }
                }
                self.fixture.hub.sweep();
            }
            Step::CloseSession(session) => {
                self.fixture.hub.apply(vec![HubMessage::CloseSession(crate::fixture::session(session))]);
                self.discard_where(CloseReason::SessionEnded, |connection| connection.session == session);
            }
            Step::CloseUser(user) => {
                self.fixture.hub.apply(vec![HubMessage::CloseUser(crate::fixture::user(user))]);
                self.discard_where(CloseReason::SessionEnded, |connection| connection.user == user);
            }
        }
    }

    fn publish(&mut self, messages: Vec<Message>) {
        let mut published = Vec::new();
        for message in messages {
            match message {
                Message::Deliver(spec) => {
                    let name = format!("event {}", self.history.len());
                    published.push(deliver(&name, self.audience(&spec)));
                    self.record_event(name, &spec);
                }
                // Like the services, publishes only effective changes.
                Message::Join(user, room) => {
                    if self.memberships[user as usize].insert(room) {
                        published.push(change(user, room, true));
                        self.history.push(HistoryEntry::MembershipChange { user, room });
                    }
                }
                Message::Leave(user, room) => {
                    if self.memberships[user as usize].remove(&room) {
                        published.push(change(user, room, false));
                        self.history.push(HistoryEntry::MembershipChange { user, room });
                    }
                }
            }
        }
        self.fixture.hub.apply(published);
    }

    fn id_of(&self, client: usize) -> ConnectionId {
        self.clients[client].map_or(ConnectionId::from_bytes([0; 16]), |connection| self.connections[connection].id)
    }

    fn audience(&self, spec: &AudienceSpec) -> Audience {
        let users = |set: &BTreeSet<u8>| set.iter().copied().map(user).collect::<Vec<_>>();
        let scope = match &spec.scope {
            ScopeSpec::Everyone => Scope::Everyone,
            ScopeSpec::Users(set) => Scope::Users(users(set).into_iter().collect()),
            &ScopeSpec::Room(room) if room < CHANNELS => Scope::Channel(channel(room)),
            &ScopeSpec::Room(room) => Scope::Team(team(room)),
            &ScopeSpec::Client(client) => Scope::Connection(self.id_of(client)),
        };
        let mut audience = Audience::with_scope(scope).omit_users(users(&spec.omit));
        if let Some(client) = spec.omit_client {
            audience = audience.omit_connection(self.id_of(client));
        }
        if let Some(channels) = &spec.guests_in {
            audience = audience.guests_in(channels.iter().copied().map(channel).collect());
        }
        match &spec.only {
            Some(only) => audience.only_users(users(only)),
            None => audience,
        }
    }

    fn record_event(&mut self, name: String, spec: &AudienceSpec) {
        let (memberships, clients) = (&self.memberships, &self.clients);
        let is_for = |index: usize, connection: &ModelConnection| {
            let in_scope = match &spec.scope {
                ScopeSpec::Everyone => true,
                ScopeSpec::Users(users) => users.contains(&connection.user),
                ScopeSpec::Room(room) => memberships[connection.user as usize].contains(room),
                ScopeSpec::Client(client) => clients[*client] == Some(index),
            };
            let omitted = spec.omit.contains(&connection.user) || spec.omit_client.is_some_and(|client| clients[client] == Some(index));
            let hidden = connection.user == GUEST
                && spec.guests_in.as_ref().is_some_and(|channels| channels.is_disjoint(&memberships[connection.user as usize]));
            in_scope && !omitted && !hidden && spec.only.as_ref().is_none_or(|only| only.contains(&connection.user))
        };
        let mut recipients = BTreeSet::new();
        for (index, connection) in self.connections.iter_mut().enumerate().filter(|(_, connection)| connection.is_registered) {
            if is_for(index, connection) {
                recipients.insert(index);
                if connection.pending_since.is_none() {
                    connection.expected.push(name.clone());
                }
            }
        }
        let room = match spec.scope {
            ScopeSpec::Room(room) => Some(room),
            _ => None,
        };
        let guests_in = spec.guests_in.as_ref().map(|channels| channels & &self.memberships[GUEST as usize]);
        self.history.push(HistoryEntry::Event { name, room, guests_in, recipients });
    }

    fn connect(&mut self, client: usize) {
        let resumed = self.connect_or_resume(client, None);
        assert!(!resumed);
    }

    fn resume(&mut self, client: usize) {
        let Some(index) = self.clients[client] else { return };
        let connection = &mut self.connections[index];
        let next_seq = match &connection.socket {
            Some(socket) => socket.next_seq,
            None => connection.received.len() as i64 + 1,
        };
        if next_seq == 0 {
            return;
        }
        let is_possible = connection.is_registered && self.loaded[connection.user as usize];
        let mut old = connection.socket.take();
        let (id, was_registered) = (connection.id, connection.is_registered);
        let resumed = self.connect_or_resume(client, Some((id, next_seq)));
        if self.strict {
            assert_eq!(resumed, is_possible);
        }
        assert!(!resumed || is_possible);
        if let Some(old) = &mut old
            && was_registered
        {
            let end = old.read();
            assert!(end == Err(CloseReason::Replaced) || !self.strict, "{end:?}");
            assert!(end.is_err());
        }
        if was_registered && !resumed {
            self.discard(index, CloseReason::Replaced);
        }
    }

    /// Returns whether the connection was resumed.
    fn connect_or_resume(&mut self, client: usize, resume: Option<(ConnectionId, i64)>) -> bool {
        let (owner, session) = (user_of(client), session_of(client));
        let (socket, load) = self.fixture.connect_without_load(owner, session, resume);
        if socket.resumed {
            let (id, next_seq) = resume.unwrap();
            let connection = self.connection(client).unwrap();
            assert_eq!(socket.handle.id(), id);
            connection.received.truncate(next_seq as usize - 1);
            connection.confirmed = connection.received.len();
            connection.detached_at = None;
            connection.socket = Some(socket);
            return true;
        }
        if load.is_some() && self.loaded[owner as usize] {
            // With tight limits, the hub may have discarded the user's connections.
            assert!(!self.strict);
            self.discard_where(CloseReason::Expired, |connection| connection.user == owner);
        }
        // A connection that cannot be resumed is discarded first, so the new one may have to load.
        let replaced = self.clients[client].filter(|_| resume.is_some());
        let has_others = self
            .connections
            .iter()
            .enumerate()
            .any(|(n, connection)| Some(n) != replaced && connection.is_registered && connection.user == owner);
        if !has_others {
            self.loaded[owner as usize] = false;
        }
        assert_eq!(load.is_some(), !self.loaded[owner as usize]);
        self.connections.push(ModelConnection {
            id: socket.handle.id(),
            user: owner,
            session,
            socket: Some(socket),
            pending_since: load.is_some().then_some(self.history.len()),
            load,
            read_memberships: None,
            is_registered: true,
            detached_at: None,
            expected: Vec::new(),
            received: Vec::new(),
            confirmed: 0,
            expected_close: None,
        });
        // The client's former connection is kept for the resume window.
        if let Some(former) = self.clients[client].replace(self.connections.len() - 1) {
            self.connections[former].load = None;
            self.lose_socket(former);
        }
        false
    }

    fn activate(&mut self, client: usize) {
        let memberships = self.memberships[user_of(client) as usize].clone();
        let Some(connection) = self.connection(client) else { return };
        let Some(load) = connection.load.take() else { return };
        let list = connection.read_memberships.take().unwrap_or(memberships);
        let (owner, is_registered) = (connection.user, connection.is_registered);
        let (channels, teams): (Vec<u8>, Vec<u8>) = list.iter().partition(|&&room| room < CHANNELS);
        load.activate(Memberships { channels: channels.into_iter().map(channel).collect(), teams: teams.into_iter().map(team).collect() });
        if !is_registered || self.loaded[owner as usize] {
            return;
        }
        self.loaded[owner as usize] = true;
        let waiting =
            |connection: &ModelConnection| connection.pending_since.filter(|_| connection.user == owner && connection.is_registered);
        let first_pending = self.connections.iter().filter_map(waiting).min().unwrap();
        for (index, connection) in self.connections.iter_mut().enumerate() {
            let Some(since) = waiting(connection) else { continue };
            connection.pending_since = None;
            for at in since..self.history.len() {
                let HistoryEntry::Event { name, room, guests_in, recipients } = &self.history[at] else { continue };
                // For a room that is not in the list, only a change shows that the user was a member.
                let was_changed = |room: u8| {
                    self.history[first_pending..at].iter().any(|entry| match entry {
                        HistoryEntry::MembershipChange { user, room: changed_room } => *user == owner && *changed_room == room,
                        HistoryEntry::Event { .. } => false,
                    })
                };
                let was_member = |room: u8| list.contains(&room) || was_changed(room);
                let is_visible = owner != GUEST || guests_in.as_ref().is_none_or(|channels| channels.iter().copied().any(was_member));
                if recipients.contains(&index) && is_visible && room.is_none_or(was_member) {
                    connection.expected.push(name.clone());
                }
            }
        }
    }

    fn abandon(&mut self, client: usize) {
        let Some(index) = self.clients[client] else { return };
        if self.connections[index].load.take().is_some() && !self.loaded[user_of(client) as usize] {
            self.discard(index, CloseReason::MembershipsUnavailable);
        }
    }

    fn read(&mut self, client: usize) {
        let (strict, loaded) = (self.strict, self.loaded[user_of(client) as usize]);
        let Some(index) = self.clients[client] else { return };
        let connection = &mut self.connections[index];
        let Some(socket) = &mut connection.socket else { return };
        match socket.read() {
            Ok(events) => {
                assert_eq!(connection.expected_close, None);
                let events = events.into_iter().filter(|event| !event.starts_with("hello") && !event.starts_with('('));
                connection.received.extend(events);
                assert_eq!(connection.received, connection.expected);
            }
            Err(CloseReason::SlowReader) if !strict && connection.expected_close.is_none() => {
                assert!(loaded);
                self.lose_socket(index);
            }
            Err(reason) => {
                assert!(connection.expected_close == Some(reason) || !strict, "{reason:?} instead of {:?}", connection.expected_close);
                connection.socket = None;
            }
        }
    }

    fn break_socket(&mut self, client: usize, lost: usize) {
        let Some(index) = self.clients[client] else { return };
        let connection = &mut self.connections[index];
        if connection.socket.is_none() {
            return;
        }
        let kept = connection.received.len().saturating_sub(lost).max(connection.confirmed);
        connection.received.truncate(kept);
        let never_read = connection.socket.as_ref().is_some_and(|socket| socket.next_seq == 0);
        self.lose_socket(index);
        if never_read {
            self.clients[client] = None;
        }
    }

    fn lose_socket(&mut self, index: usize) {
        let connection = &mut self.connections[index];
        if connection.socket.take().is_none() || !connection.is_registered {
            return;
        }
        if self.loaded[connection.user as usize] {
            connection.detached_at = Some(self.now);
        } else {
            self.discard(index, CloseReason::Expired);
        }
    }

    fn discard_where(&mut self, reason: CloseReason, predicate: impl Fn(&ModelConnection) -> bool) {
        for index in 0..self.connections.len() {
            if self.connections[index].is_registered && predicate(&self.connections[index]) {
                self.discard(index, reason);
            }
        }
    }

    fn discard(&mut self, index: usize, reason: CloseReason) {
        let connection = &mut self.connections[index];
        connection.is_registered = false;
        connection.detached_at = None;
        connection.expected_close.get_or_insert(reason);
        let owner = connection.user;
        if !self.connections.iter().any(|connection| connection.is_registered && connection.user == owner) {
            self.loaded[owner as usize] = false;
        }
    }

    /// Resumes and reads all clients.
    pub fn finish(&mut self) {
        for client in 0..CLIENTS {
            self.activate(client);
            if self.connection(client).is_some_and(|connection| connection.socket.is_none()) {
                self.resume(client);
                self.activate(client);
            }
            self.read(client);
        }
        if self.strict {
            let live = self.connections.iter().filter(|connection| connection.is_registered && connection.socket.is_some()).count();
            assert_eq!(self.fixture.hub.connection_count(), live);
            let registered = self.connections.iter().filter(|connection| connection.is_registered).count();
            assert_eq!(self.fixture.hub.stats().detached_connections, registered - live);
        }
    }
}

fn change(member: u8, room: u8, joined: bool) -> HubMessage {
    match (room < CHANNELS, joined) {
        (true, true) => join(member, room),
        (true, false) => leave(member, room),
        (false, true) => HubMessage::JoinTeam { user: user(member), team: team(room) },
        (false, false) => HubMessage::LeaveTeam { user: user(member), team: team(room) },
    }
}
