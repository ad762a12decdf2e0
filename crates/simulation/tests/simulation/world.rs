//! What all tasks of a run share: the operations, what was published, and what each connection has received.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use guildhall_model::id::ConnectionId;
use guildhall_realtime::CloseReason;
use guildhall_storage::simulation::SimulatedServer;
use parking_lot::Mutex;

use crate::log::Log;
use crate::message::{CHANNELS, END, Message};
use crate::run::Figures;
use crate::scenario::Scenario;
use crate::trace::Trace;

pub struct World {
    pub scenario: Scenario,
    pub server: SharedServer,
    pub log: Arc<Log>,
    pub trace: Trace,
    pub state: Mutex<Shared>,
}

pub type SharedServer = Arc<SimulatedServer>;

#[derive(Default)]
pub struct Shared {
    /// The messages of each operation, by its number.
    pub operations: BTreeMap<i64, Operation>,
    /// The operations that the sink has received, in this order.
    pub published: Vec<i64>,
    /// How many of them it has published.
    pub published_done: usize,
    /// The messages that were passed to the bus, in this order.
    pub messages: Vec<Message>,
    /// Of these, how many the bus has returned from.
    pub messages_done: usize,
    pub connections: Vec<ConnectionRecord>,
    pub numbers: HashMap<ConnectionId, usize>,
    pub loads: BTreeMap<u64, Load>,
    pub sessions: Vec<u8>,
    /// The hub begins to shut down.
    pub is_shut_down: bool,
    /// It has.
    pub has_shut_down: bool,
    pub figures: Figures,
}

#[derive(Debug, Clone)]
pub struct Operation {
    pub messages: Vec<Message>,
    pub is_stored: bool,
    /// The caller waited for it, and was told that it succeeded.
    pub is_confirmed: bool,
}

/// A load of a user's memberships, for one connection.
#[derive(Debug)]
pub struct Load {
    pub user: u8,
    /// The id of the connection.
    pub connection: String,
    pub is_failing: bool,
    /// What was loaded.
    pub channels: BTreeSet<u8>,
}

/// One connection over all of its sockets.
#[derive(Debug)]
pub struct ConnectionRecord {
    pub id: ConnectionId,
    pub user: u8,
    pub session: u32,
    pub had_to_load: bool,
    /// How many messages had been published for sure, and at most, when it was registered.
    pub registered_between: (usize, usize),
    /// The operations of its events, by sequence number; the hello is `None`.
    pub received: Vec<Option<i64>>,
    pub closed: Vec<CloseReason>,
}

/// The row of a membership.
pub fn membership_row(user: u8, channel: u8) -> i64 {
    1_000 + i64::from(user) * 100 + i64::from(channel)
}
pub fn channel_row(channel: u8) -> i64 {
    2_000 + i64::from(channel)
}
/// One while the session is valid.
pub fn session_row(session: u32) -> i64 {
    10_000 + i64::from(session)
}

impl World {
    /// The channels of a user in the database.
    pub fn memberships(&self, user: u8) -> BTreeSet<u8> {
        (0..CHANNELS).filter(|channel| self.server.value(membership_row(user, *channel)) == 1).collect()
    }

    pub fn log_in(&self, user: u8) -> u32 {
        let mut state = self.state.lock();
        state.sessions.push(user);
        let session = state.sessions.len() as u32;
        self.server.set_value(session_row(session), 1);
        session
    }

    pub fn is_valid(&self, session: u32) -> bool {
        self.server.value(session_row(session)) == 1
    }

    pub fn add_operation(&self, is_stored: bool, messages: impl FnOnce(i64) -> Vec<Message>) -> i64 {
        let mut state = self.state.lock();
        let number = state.operations.len() as i64 + 1;
        state.operations.insert(number, Operation { messages: messages(number), is_stored, is_confirmed: false });
        number
    }

    /// The caller got its answer: it comes after the publishing.
    pub fn confirm(&self, number: i64) {
        let mut state = self.state.lock();
        assert!(state.published[..state.published_done].contains(&number), "the operation {number} was answered before it was published");
        state.operations.get_mut(&number).unwrap().is_confirmed = true;
    }

    /// For the bounds between which a connection is registered: how many messages were published for sure.
    pub fn messages_done(&self) -> usize {
        self.state.lock().messages_done
    }

    /// How many were published at most.
    pub fn messages_begun(&self) -> usize {
        self.state.lock().messages.len()
    }

    /// The position of the last event, once it is being published.
    pub fn end(&self) -> Option<usize> {
        let is_end = |message: &Message| matches!(message, Message::Deliver { number: END, .. });
        self.state.lock().messages.iter().position(is_end)
    }

    pub fn figures(&self, count: impl FnOnce(&mut Figures)) {
        count(&mut self.state.lock().figures);
    }

    /// An event arrived; one that arrives again has the same number as before.
    pub fn receive(&self, connection: usize, seq: i64, operation: Option<i64>) {
        self.log.line(format_args!("connection {connection} receives {seq}: {operation:?}"));
        let mut state = self.state.lock();
        let received = &mut state.connections[connection].received;
        let seq = usize::try_from(seq).unwrap();
        assert!(seq <= received.len(), "connection {connection} misses the events from {} to {seq}", received.len());
        match received.get(seq) {
            Some(before) => assert_eq!(*before, operation, "connection {connection} gets another event {seq} than before"),
            None => received.push(operation),
        }
        state.figures.deliveries += 1;
    }
}
