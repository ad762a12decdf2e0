//! A simple model of the hub: repeats its transitions, one by one, and collects what each connection must receive.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::message::{CHANNELS, Message, Target};
use crate::trace::Transition;
use crate::world::{Shared, World};

pub struct Model<'a> {
    shared: &'a Shared,
    world: &'a World,
    by_id: HashMap<String, usize>,
    /// How many messages were applied.
    position: usize,
    just_applied: Option<Message>,
    users: BTreeMap<u8, User>,
    expected: Vec<Vec<Option<i64>>>,
    registered: BTreeSet<usize>,
    detached: BTreeSet<usize>,
}

/// A user with connections.
struct User {
    memberships: Memberships,
}

enum Memberships {
    /// The connections that wait, and the position from which each gets events.
    Loading(Vec<(usize, usize)>),
    Loaded(BTreeSet<u8>),
}

impl<'a> Model<'a> {
    pub fn new(shared: &'a Shared, world: &'a World) -> Self {
        let by_id = shared.numbers.iter().map(|(id, number)| (id.to_string(), *number)).collect();
        let expected = vec![Vec::new(); shared.connections.len()];
        let (users, registered, detached) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Self { shared, world, by_id, position: 0, just_applied: None, users, expected, registered, detached }
    }

    pub fn apply(&mut self, transition: &Transition) {
        if !matches!(transition, Transition::Discarded { .. }) {
            self.check_closed();
        }
        match transition {
            Transition::Message => self.apply_message(),
            Transition::Registered(id) => self.register(self.by_id[id]),
            Transition::Resumed(id) => {
                let connection = self.by_id[id];
                assert!(self.registered.contains(&connection), "connection {connection} is resumed after it was discarded");
                self.detached.remove(&connection);
            }
            Transition::Detached(id) => {
                self.detached.insert(self.by_id[id]);
            }
            Transition::Discarded { connection, reason } => self.discard(self.by_id[connection], reason),
            Transition::Loaded(number) => self.load(*number),
            Transition::Forgotten(id) => self.forget(id),
        }
    }

    pub fn finish(&mut self) {
        self.check_closed();
        assert_eq!(self.position, self.shared.messages.len(), "messages were applied");
        // A commit whose answer was lost changes the database and publishes nothing.
        if self.shared.figures.unknown_commits == 0 {
            for (user, state) in &self.users {
                if let Memberships::Loaded(channels) = &state.memberships {
                    assert_eq!(*channels, self.world.memberships(*user), "the memberships of user {user} at the end, and in the database");
                }
            }
        }
    }

    pub fn into_expected(self) -> Vec<Vec<Option<i64>>> {
        self.expected
    }

    fn register(&mut self, connection: usize) {
        let record = &self.shared.connections[connection];
        let (earliest, latest) = record.registered_between;
        assert!(
            (earliest..=latest).contains(&self.position),
            "connection {connection} was registered at another moment than it was opened"
        );
        self.registered.insert(connection);
        self.expected[connection].push(None);
        let user = self.users.entry(record.user).or_insert_with(|| User { memberships: Memberships::Loading(Vec::new()) });
        let must_load = matches!(user.memberships, Memberships::Loading(_));
        assert_eq!(record.had_to_load, must_load, "connection {connection} has to load memberships");
        if let Memberships::Loading(waiting) = &mut user.memberships {
            waiting.push((connection, self.position));
        }
    }

    fn apply_message(&mut self) {
        let message = self.shared.messages[self.position];
        self.position += 1;
        self.just_applied = Some(message);
        match message {
            Message::Deliver { number, target, .. } => {
                let connections: Vec<usize> = self.registered.iter().copied().collect();
                for connection in connections {
                    let user = self.shared.connections[connection].user;
                    let Memberships::Loaded(channels) = &self.users[&user].memberships else { continue };
                    if is_for(target, user, channels) {
                        self.expected[connection].push(Some(number));
                    }
                }
            }
            Message::Join { user, channel } => self.change(user, |channels| channels.insert(channel)),
            Message::Leave { user, channel } => self.change(user, |channels| channels.remove(&channel)),
            Message::CloseSession(_) | Message::CloseUser(_) => {}
        }
    }

    fn change(&mut self, user: u8, change: impl FnOnce(&mut BTreeSet<u8>) -> bool) {
        if let Some(User { memberships: Memberships::Loaded(channels) }) = self.users.get_mut(&user) {
            change(channels);
        }
    }

    /// After the message that ends a session, no connection of that is left.
    fn check_closed(&mut self) {
        let Some(last) = self.just_applied.take() else { return };
        for connection in &self.registered {
            let record = &self.shared.connections[*connection];
            let is_ended = match last {
                Message::CloseSession(session) => record.session == session,
                Message::CloseUser(user) => record.user == user,
                _ => false,
            };
            assert!(!is_ended, "connection {connection} outlives {last:?}");
        }
    }

    fn discard(&mut self, connection: usize, reason: &str) {
        let record = &self.shared.connections[connection];
        assert!(self.registered.remove(&connection), "connection {connection} is discarded twice");
        self.detached.remove(&connection);
        let is_loading = match &mut self.users.get_mut(&record.user).unwrap().memberships {
            Memberships::Loading(waiting) => {
                waiting.retain(|(waiting, _)| *waiting != connection);
                true
            }
            Memberships::Loaded(_) => false,
        };
        self.check_reason(connection, reason, is_loading);
        if !self.registered.iter().any(|other| self.shared.connections[*other].user == record.user) {
            self.users.remove(&record.user);
        }
    }

    /// Where no limit is reached, a connection is only given up for a reason that its client can see.
    fn check_reason(&self, connection: usize, reason: &str, is_loading: bool) {
        let record = &self.shared.connections[connection];
        let last = self.position.checked_sub(1).map(|last| self.shared.messages[last]);
        let is_justified = match reason {
            "SessionEnded" => last == Some(Message::CloseSession(record.session)) || last == Some(Message::CloseUser(record.user)),
            "Shutdown" => self.shared.is_shut_down,
            "MembershipsUnavailable" => is_loading && (self.world.scenario.is_tight || self.has_failing_load(connection)),
            // It has no socket, and cannot be resumed while memberships are loaded.
            "SlowReader" => is_loading,
            "Replaced" => is_loading || self.world.scenario.is_tight,
            // The sweep after the end discards what is left.
            "Expired" => self.world.scenario.is_tight || self.position == self.shared.messages.len(),
            _ => false,
        };
        assert!(is_justified, "connection {connection} is discarded without a reason: {reason} after {last:?}");
    }

    /// Whether the last load for the connection failed.
    fn has_failing_load(&self, connection: usize) -> bool {
        let id = self.shared.connections[connection].id.to_string();
        self.shared.loads.values().rfind(|load| load.connection == id).is_some_and(|load| load.is_failing)
    }

    fn forget(&mut self, id: &str) {
        let (registered, shared, position) = (&self.registered, self.shared, self.position);
        let (user, state) = self.users.iter_mut().find(|(user, _)| crate::message::user(**user).to_string() == id).unwrap();
        let of_user = registered.iter().filter(|connection| shared.connections[**connection].user == *user);
        assert!(matches!(state.memberships, Memberships::Loaded(_)), "memberships are forgotten twice");
        state.memberships = Memberships::Loading(of_user.map(|connection| (*connection, position)).collect());
    }

    /// The connections that wait get what they missed: the memberships are those of the list, as it was when the first began to
    /// wait, with the changes since.
    fn load(&mut self, number: u64) {
        let load = &self.shared.loads[&number];
        let user = load.user;
        let waiting = match &self.users[&user].memberships {
            Memberships::Loading(waiting) => waiting.clone(),
            Memberships::Loaded(_) => panic!("load {number} of user {user} is used, although the memberships are loaded"),
        };
        let start = waiting.iter().map(|(_, position)| *position).min().unwrap();
        let mut channels = load.channels.clone();
        for channel in 0..CHANNELS {
            let first = self.shared.messages[start..self.position]
                .iter()
                .find(|message| [Message::Join { user, channel }, Message::Leave { user, channel }].contains(message));
            if first == Some(&Message::Join { user, channel }) {
                channels.remove(&channel);
            }
        }
        for position in start..self.position {
            match self.shared.messages[position] {
                Message::Join { user: other, channel } if other == user => {
                    channels.insert(channel);
                }
                Message::Leave { user: other, channel } if other == user => {
                    channels.remove(&channel);
                }
                Message::Deliver { number, target, .. } if is_for(target, user, &channels) => {
                    for (connection, _) in waiting.iter().filter(|(_, begin)| *begin <= position) {
                        self.expected[*connection].push(Some(number));
                    }
                }
                _ => {}
            }
        }
        self.users.get_mut(&user).unwrap().memberships = Memberships::Loaded(channels);
    }
}

fn is_for(target: Target, user: u8, channels: &BTreeSet<u8>) -> bool {
    match target {
        Target::Everyone => true,
        Target::User(only) => only == user,
        Target::Channel(channel) => channels.contains(&channel),
    }
}
