//! What the hub has to do, said plainly and slowly, and checked against it at every step.

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_model::id::ConnectionId;
use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, MembershipLoad, Memberships, Scope};

use super::steps::{CHANNELS, CLIENTS, Meant, MeantScope, Message, Step, USERS, WINDOW_MS};
use crate::world::*;

/// What was published so far.
enum Past {
    /// Room that it was said in, if any, and the connections that it was for by what was true then.
    Said {
        name: String,
        room: Option<u8>,
        /// Of the channels where guests are meant, those that the guest was in.
        guests_in: Option<BTreeSet<u8>>,
        to: BTreeSet<usize>,
    },
    Changed {
        user: u8,
        room: u8,
    },
}

struct Peer {
    id: ConnectionId,
    user: u8,
    session: u8,
    socket: Option<Client>,
    load: Option<MembershipLoad>,
    list: Option<BTreeSet<u8>>,
    /// Where in the past its events begin; `None` once they are handed out as they come.
    waits_since: Option<usize>,
    known_to_hub: bool,
    detached_at: Option<i64>,
    expected: Vec<String>,
    received: Vec<String>,
    /// Events that it has told the hub it has.
    confirmed: usize,
    must_end: Option<CloseReason>,
}

pub struct Model {
    world: World,
    /// Without tight limits, the hub has no excuse for refusing a resume.
    strict: bool,
    now: i64,
    truth: [BTreeSet<u8>; USERS as usize],
    /// Whether someone's memberships have been handed over.
    loaded: [bool; USERS as usize],
    past: Vec<Past>,
    peers: Vec<Peer>,
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
        let truth = [BTreeSet::from([0, 3]), BTreeSet::from([0, 1]), BTreeSet::new()];
        let world = World::with(HubConfig { resume_window_ms: WINDOW_MS, ..config }, Arc::new(()));
        Self { world, strict, now: 0, truth, loaded: [false; 3], past: vec![], peers: vec![], clients: [None; CLIENTS] }
    }

    fn peer(&mut self, client: usize) -> Option<&mut Peer> {
        self.clients[client].map(|peer| &mut self.peers[peer])
    }

    pub fn run(&mut self, step: Step) {
        match step {
            Step::Publish(messages) => self.publish(messages),
            Step::Connect(client) => self.connect(client),
            Step::Resume(client) => self.resume(client),
            Step::Look(client) => {
                let list = self.truth[user_of(client) as usize].clone();
                if let Some(peer) = self.peer(client) {
                    peer.list = Some(list);
                }
            }
            Step::Activate(client) => self.activate(client),
            Step::Abandon(client) => self.abandon(client),
            Step::Read(client) => self.read(client),
            Step::Answer(client) => {
                if let Some(socket) = self.peer(client).and_then(|peer| peer.socket.as_ref()) {
                    socket.handle.reply("x");
                }
            }
            Step::Break(client, lost) => self.break_socket(client, lost),
            Step::Wait(ms) => {
                self.world.clock.advance_ms(ms);
                self.now += ms;
                for index in 0..self.peers.len() {
                    if self.peers[index].detached_at.is_some_and(|at| at + WINDOW_MS <= self.now) {
                        self.forget(index, CloseReason::Expired);
                    }
                }
                self.world.hub.sweep();
            }
            Step::CloseSession(session) => {
                self.world.hub.apply(vec![HubMessage::CloseSession(crate::world::session(session))]);
                self.forget_where(CloseReason::SessionEnded, |peer| peer.session == session);
            }
            Step::CloseUser(user) => {
                self.world.hub.apply(vec![HubMessage::CloseUser(crate::world::user(user))]);
                self.forget_where(CloseReason::SessionEnded, |peer| peer.user == user);
            }
        }
    }

    fn publish(&mut self, messages: Vec<Message>) {
        let mut list = Vec::new();
        for message in messages {
            match message {
                Message::Say(meant) => {
                    let name = format!("event {}", self.past.len());
                    list.push(deliver(&name, self.audience(&meant)));
                    self.say(name, &meant);
                }
                // The services publish changes, and what changes nothing is none.
                Message::Join(user, room) => {
                    if self.truth[user as usize].insert(room) {
                        list.push(change(user, room, true));
                        self.past.push(Past::Changed { user, room });
                    }
                }
                Message::Leave(user, room) => {
                    if self.truth[user as usize].remove(&room) {
                        list.push(change(user, room, false));
                        self.past.push(Past::Changed { user, room });
                    }
                }
            }
        }
        self.world.hub.apply(list);
    }

    fn id_of(&self, client: usize) -> ConnectionId {
        self.clients[client].map_or(ConnectionId::from_bytes([0; 16]), |peer| self.peers[peer].id)
    }

    fn audience(&self, meant: &Meant) -> Audience {
        let users = |set: &BTreeSet<u8>| set.iter().copied().map(user).collect::<Vec<_>>();
        let scope = match &meant.scope {
            MeantScope::Everyone => Scope::Everyone,
            MeantScope::Users(set) => Scope::Users(users(set).into_iter().collect()),
            &MeantScope::Room(room) if room < CHANNELS => Scope::Channel(channel(room)),
            &MeantScope::Room(room) => Scope::Team(team(room)),
            &MeantScope::Client(client) => Scope::Connection(self.id_of(client)),
        };
        let mut audience = Audience::of(scope).omit_users(users(&meant.omit));
        if let Some(client) = meant.omit_client {
            audience = audience.omit_connection(self.id_of(client));
        }
        if let Some(channels) = &meant.guests_in {
            audience = audience.guests_in(channels.iter().copied().map(channel).collect());
        }
        match &meant.only {
            Some(only) => audience.only_users(users(only)),
            None => audience,
        }
    }

    fn say(&mut self, name: String, meant: &Meant) {
        let (truth, clients) = (&self.truth, &self.clients);
        let is_for = |index: usize, peer: &Peer| {
            let in_scope = match &meant.scope {
                MeantScope::Everyone => true,
                MeantScope::Users(users) => users.contains(&peer.user),
                MeantScope::Room(room) => truth[peer.user as usize].contains(room),
                MeantScope::Client(client) => clients[*client] == Some(index),
            };
            let omitted = meant.omit.contains(&peer.user) || meant.omit_client.is_some_and(|client| clients[client] == Some(index));
            let hidden =
                peer.user == GUEST && meant.guests_in.as_ref().is_some_and(|channels| channels.is_disjoint(&truth[peer.user as usize]));
            in_scope && !omitted && !hidden && meant.only.as_ref().is_none_or(|only| only.contains(&peer.user))
        };
        let mut to = BTreeSet::new();
        for (index, peer) in self.peers.iter_mut().enumerate().filter(|(_, peer)| peer.known_to_hub) {
            if is_for(index, peer) {
                to.insert(index);
                if peer.waits_since.is_none() {
                    peer.expected.push(name.clone());
                }
            }
        }
        let room = match meant.scope {
            MeantScope::Room(room) => Some(room),
            _ => None,
        };
        let guests_in = meant.guests_in.as_ref().map(|channels| channels & &self.truth[GUEST as usize]);
        self.past.push(Past::Said { name, room, guests_in, to });
    }

    fn connect(&mut self, client: usize) {
        let resumed = self.arrive(client, None);
        assert!(!resumed);
    }

    fn resume(&mut self, client: usize) {
        let Some(index) = self.clients[client] else { return };
        let peer = &mut self.peers[index];
        let next_seq = match &peer.socket {
            Some(socket) => socket.next_seq,
            None => peer.received.len() as i64 + 1,
        };
        if next_seq == 0 {
            return;
        }
        let possible = peer.known_to_hub && self.loaded[peer.user as usize];
        let mut old = peer.socket.take();
        let (id, was_known) = (peer.id, peer.known_to_hub);
        let resumed = self.arrive(client, Some((id, next_seq)));
        if self.strict {
            assert_eq!(resumed, possible);
        }
        assert!(!resumed || possible);
        if let Some(old) = &mut old
            && was_known
        {
            let end = old.read();
            assert!(end == Err(CloseReason::Replaced) || !self.strict, "{end:?}");
            assert!(end.is_err());
        }
        if was_known && !resumed {
            self.forget(index, CloseReason::Replaced);
        }
    }

    /// Returns whether the client was given back what it asked for.
    fn arrive(&mut self, client: usize, resume: Option<(ConnectionId, i64)>) -> bool {
        let (of, session) = (user_of(client), session_of(client));
        let (socket, load) = self.world.begin(of, session, resume);
        if socket.resumed {
            let (id, next_seq) = resume.unwrap();
            let peer = self.peer(client).unwrap();
            assert_eq!(socket.handle.id(), id);
            peer.received.truncate(next_seq as usize - 1);
            peer.confirmed = peer.received.len();
            peer.detached_at = None;
            peer.socket = Some(socket);
            return true;
        }
        if load.is_some() && self.loaded[of as usize] {
            // With tight limits, the hub may have forgotten somebody that it could not serve.
            assert!(!self.strict);
            self.forget_where(CloseReason::Expired, |peer| peer.user == of);
        }
        // One that cannot be resumed goes before the new one comes, which then has to load.
        let replaced = self.clients[client].filter(|_| resume.is_some());
        let others = self.peers.iter().enumerate().any(|(n, peer)| Some(n) != replaced && peer.known_to_hub && peer.user == of);
        if !others {
            self.loaded[of as usize] = false;
        }
        assert_eq!(load.is_some(), !self.loaded[of as usize]);
        self.peers.push(Peer {
            id: socket.handle.id(),
            user: of,
            session,
            socket: Some(socket),
            waits_since: load.is_some().then_some(self.past.len()),
            load,
            list: None,
            known_to_hub: true,
            detached_at: None,
            expected: Vec::new(),
            received: Vec::new(),
            confirmed: 0,
            must_end: None,
        });
        // The client's former connection lives on for a while without it.
        if let Some(former) = self.clients[client].replace(self.peers.len() - 1) {
            self.peers[former].load = None;
            self.lose_socket(former);
        }
        false
    }

    fn activate(&mut self, client: usize) {
        let truth = self.truth[user_of(client) as usize].clone();
        let Some(peer) = self.peer(client) else { return };
        let Some(load) = peer.load.take() else { return };
        let list = peer.list.take().unwrap_or(truth);
        let (of, known_to_hub) = (peer.user, peer.known_to_hub);
        let (channels, teams): (Vec<u8>, Vec<u8>) = list.iter().partition(|&&room| room < CHANNELS);
        load.activate(Memberships { channels: channels.into_iter().map(channel).collect(), teams: teams.into_iter().map(team).collect() });
        if !known_to_hub || self.loaded[of as usize] {
            return;
        }
        self.loaded[of as usize] = true;
        let waiting = |peer: &Peer| peer.waits_since.filter(|_| peer.user == of && peer.known_to_hub);
        let first = self.peers.iter().filter_map(waiting).min().unwrap();
        for (index, peer) in self.peers.iter_mut().enumerate() {
            let Some(since) = waiting(peer) else { continue };
            peer.waits_since = None;
            for at in since..self.past.len() {
                let Past::Said { name, room, guests_in, to } = &self.past[at] else { continue };
                // Without a list that shows a room, only changes can tell that somebody was in it.
                let changed = |room: u8| {
                    self.past[first..at]
                        .iter()
                        .any(|past| matches!(past, Past::Changed { user, room: of_room } if *user == of && *of_room == room))
                };
                let seen_in = |room: u8| list.contains(&room) || changed(room);
                let is_open = of != GUEST || guests_in.as_ref().is_none_or(|channels| channels.iter().copied().any(seen_in));
                if to.contains(&index) && is_open && room.is_none_or(seen_in) {
                    peer.expected.push(name.clone());
                }
            }
        }
    }

    fn abandon(&mut self, client: usize) {
        let Some(index) = self.clients[client] else { return };
        if self.peers[index].load.take().is_some() && !self.loaded[user_of(client) as usize] {
            self.forget(index, CloseReason::MembershipsUnavailable);
        }
    }

    fn read(&mut self, client: usize) {
        let (strict, loaded) = (self.strict, self.loaded[user_of(client) as usize]);
        let Some(index) = self.clients[client] else { return };
        let peer = &mut self.peers[index];
        let Some(socket) = &mut peer.socket else { return };
        match socket.read() {
            Ok(events) => {
                assert_eq!(peer.must_end, None);
                let events = events.into_iter().filter(|event| !event.starts_with("hello") && !event.starts_with('('));
                peer.received.extend(events);
                assert_eq!(peer.received, peer.expected);
            }
            Err(CloseReason::SlowReader) if !strict && peer.must_end.is_none() => {
                assert!(loaded);
                self.lose_socket(index);
            }
            Err(reason) => {
                assert!(peer.must_end == Some(reason) || !strict, "{reason:?} instead of {:?}", peer.must_end);
                peer.socket = None;
            }
        }
    }

    fn break_socket(&mut self, client: usize, lost: usize) {
        let Some(index) = self.clients[client] else { return };
        let peer = &mut self.peers[index];
        if peer.socket.is_none() {
            return;
        }
        let kept = peer.received.len().saturating_sub(lost).max(peer.confirmed);
        peer.received.truncate(kept);
        let never_read = peer.socket.as_ref().is_some_and(|socket| socket.next_seq == 0);
        self.lose_socket(index);
        if never_read {
            self.clients[client] = None;
        }
    }

    fn lose_socket(&mut self, index: usize) {
        let peer = &mut self.peers[index];
        if peer.socket.take().is_none() || !peer.known_to_hub {
            return;
        }
        if self.loaded[peer.user as usize] {
            peer.detached_at = Some(self.now);
        } else {
            self.forget(index, CloseReason::Expired);
        }
    }

    fn forget_where(&mut self, reason: CloseReason, which: impl Fn(&Peer) -> bool) {
        for index in 0..self.peers.len() {
            if self.peers[index].known_to_hub && which(&self.peers[index]) {
                self.forget(index, reason);
            }
        }
    }

    fn forget(&mut self, index: usize, reason: CloseReason) {
        let peer = &mut self.peers[index];
        peer.known_to_hub = false;
        peer.detached_at = None;
        peer.must_end.get_or_insert(reason);
        let of = peer.user;
        if !self.peers.iter().any(|peer| peer.known_to_hub && peer.user == of) {
            self.loaded[of as usize] = false;
        }
    }

    /// Everybody who can comes back and reads to the end.
    pub fn finish(&mut self) {
        for client in 0..CLIENTS {
            self.activate(client);
            if self.peer(client).is_some_and(|peer| peer.socket.is_none()) {
                self.resume(client);
                self.activate(client);
            }
            self.read(client);
        }
        if self.strict {
            let live = self.peers.iter().filter(|peer| peer.known_to_hub && peer.socket.is_some()).count();
            assert_eq!(self.world.hub.connection_count(), live);
            let known = self.peers.iter().filter(|peer| peer.known_to_hub).count();
            assert_eq!(self.world.hub.stats().detached_connections, known - live);
        }
    }
}

fn change(of: u8, room: u8, joined: bool) -> HubMessage {
    match (room < CHANNELS, joined) {
        (true, true) => join(of, room),
        (true, false) => leave(of, room),
        (false, true) => HubMessage::JoinTeam { user: user(of), team: team(room) },
        (false, false) => HubMessage::LeaveTeam { user: user(of), team: team(room) },
    }
}
