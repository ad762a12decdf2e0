//! The one oracle of all faults: what writers, readers and those who change memberships did and saw, in the order in which
//! they did and saw it, and the check of that record.

mod check;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

pub use check::{Verdict, check};

/// A reader, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReaderId(pub usize);

/// A channel of the round, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChannelIndex(pub usize);

/// A WebSocket of a reader; each new one has a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub usize);

/// An index in the record: what has a larger one happened later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub usize);

/// A message as a reader gets it. Its text is unique, as each writer numbers its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPost {
    pub id: Arc<str>,
    pub message: Arc<str>,
}

#[derive(Debug, Clone)]
pub enum Record {
    /// The first request of this message is about to be sent.
    Sent { channel: ChannelIndex, message: Arc<str> },
    /// A response with status 2xx, which names the post.
    Acknowledged { post: SeenPost },
    /// The upload of a file was acknowledged.
    Uploaded { file: Arc<str> },
    /// The file was requested after a fault: whether its content is what was uploaded.
    Downloaded { file: Arc<str>, is_intact: bool },
    /// The removal of a member is about to be requested.
    Removing { reader: ReaderId, channel: ChannelIndex },
    /// It was acknowledged.
    Removed { reader: ReaderId, channel: ChannelIndex },
    /// The addition of a member is about to be requested.
    Adding { reader: ReaderId, channel: ChannelIndex },
    /// It was acknowledged.
    Added { reader: ReaderId, channel: ChannelIndex },
    /// The clock went back: what is sent later has earlier times, and is another sequence.
    ClockWentBack,
    /// A WebSocket received `hello`.
    Connected { reader: ReaderId, connection: ConnectionId },
    /// It received a message.
    Received { reader: ReaderId, connection: ConnectionId, channel: ChannelIndex, post: SeenPost },
    /// A response to a request for the newest messages, oldest first.
    Page { reader: ReaderId, channel: ChannelIndex, requested: Position, posts: Vec<SeenPost> },
    /// The same for all messages of the channel.
    Whole { reader: ReaderId, channel: ChannelIndex, requested: Position, posts: Vec<SeenPost> },
}

/// The record of one round.
pub struct Ledger {
    records: Mutex<Vec<Record>>,
    acknowledged: watch::Sender<usize>,
    length: watch::Sender<usize>,
}

impl Ledger {
    pub fn new() -> Self {
        Self { records: Mutex::default(), acknowledged: watch::Sender::new(0), length: watch::Sender::new(0) }
    }

    pub fn write(&self, record: Record) {
        let is_acknowledgement = matches!(record, Record::Acknowledged { .. });
        let mut records = self.records.lock();
        records.push(record);
        self.length.send_replace(records.len());
        if is_acknowledgement {
            self.acknowledged.send_modify(|count| *count += 1);
        }
    }

    /// Where the next record will be.
    pub fn position(&self) -> Position {
        Position(self.records.lock().len())
    }

    /// How many messages are acknowledged.
    pub fn acknowledged(&self) -> watch::Receiver<usize> {
        self.acknowledged.subscribe()
    }

    /// How many records there are.
    pub fn length(&self) -> watch::Receiver<usize> {
        self.length.subscribe()
    }

    /// Whether there is such a record since this position.
    pub fn has_since(&self, start: Position, is_wanted: impl FnMut(&Record) -> bool) -> bool {
        self.records.lock()[start.0..].iter().any(is_wanted)
    }

    /// How many messages were first sent since then, and acknowledged.
    pub fn sent_and_acknowledged_since(&self, begin: Position) -> usize {
        let records = self.records.lock();
        let mut sent = HashSet::new();
        for record in &records[begin.0..] {
            if let Record::Sent { message, .. } = record {
                sent.insert(Arc::clone(message));
            }
        }
        records[begin.0..].iter().filter(|record| matches!(record, Record::Acknowledged { post } if sent.remove(&post.message))).count()
    }

    pub fn check(&self) -> Verdict {
        check(&self.records.lock())
    }

    /// The names of the acknowledged files.
    pub fn files(&self) -> Vec<Arc<str>> {
        let records = self.records.lock();
        let file = |record: &Record| match record {
            Record::Uploaded { file } => Some(Arc::clone(file)),
            _ => None,
        };
        records.iter().filter_map(file).collect()
    }
}
