//! Checks a record: what was acknowledged is there, once, in one order, and nobody read after they were removed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;
use std::sync::Arc;

use super::{ChannelIndex, ConnectionId, Position, ReaderId, Record, SeenPost};

/// Messages by their text, with a sentence each on what is wrong.
pub type Broken = BTreeMap<Arc<str>, String>;

/// What was promised and what was broken.
#[derive(Debug, Default, Clone)]
pub struct Verdict {
    /// Messages and files with an acknowledgement.
    pub acknowledged: usize,
    pub files: usize,
    /// Acknowledged and missing for a reader.
    pub lost: Broken,
    /// Stored twice, received twice, or acknowledged with two ids.
    pub doubled: Broken,
    /// Seen by a reader in another order than by the others.
    pub reordered: Broken,
    pub read_after_removal: Broken,
}

impl Verdict {
    pub fn is_kept(&self) -> bool {
        self.broken().next().is_none()
    }

    /// What was broken.
    pub fn broken(&self) -> impl Iterator<Item = &String> {
        [&self.lost, &self.doubled, &self.reordered, &self.read_after_removal].into_iter().flat_map(BTreeMap::values)
    }
}

impl AddAssign for Verdict {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.files += other.files;
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.reordered.extend(other.reordered);
        self.read_after_removal.extend(other.read_after_removal);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Membership {
    Member,
    /// A request is under way: either may be the case.
    Unknown,
    Removed(Position),
}

/// What is known about a message.
struct Message {
    channel: ChannelIndex,
    sent: Position,
    acknowledged: Option<(Position, Arc<str>)>,
    /// How often the clock had gone back when it was created; `None` where it went back meanwhile.
    sequence: Option<usize>,
}

/// A reader's WebSocket in one channel, since it connected or the reader was added, until the reader is removed.
#[derive(Default)]
struct Stream {
    since: Option<Position>,
    received: HashSet<Arc<str>>,
    last: Option<Arc<str>>,
}

pub fn check(records: &[Record]) -> Verdict {
    let mut checker = Checker { messages: messages(records), order: order(records), ..Checker::default() };
    for (index, record) in records.iter().enumerate() {
        checker.take(Position(index), record);
    }
    checker.finish()
}

/// All messages by their text.
fn messages(records: &[Record]) -> HashMap<Arc<str>, Message> {
    let mut messages: HashMap<Arc<str>, Message> = HashMap::new();
    let mut sequence = 0;
    for (index, record) in records.iter().enumerate() {
        match record {
            Record::Sent { channel, message } => {
                let sent = Message { channel: *channel, sent: Position(index), acknowledged: None, sequence: Some(sequence) };
                messages.insert(Arc::clone(message), sent);
            }
            Record::Acknowledged { post } => {
                if let Some(message) = messages.get_mut(&post.message) {
                    message.acknowledged.get_or_insert((Position(index), Arc::clone(&post.id)));
                }
            }
            Record::ClockWentBack => {
                messages.values_mut().filter(|message| message.acknowledged.is_none()).for_each(|message| message.sequence = None);
                sequence += 1;
            }
            _ => {}
        }
    }
    messages
}

/// The place of each post in its channel, by the first whole reading of it.
fn order(records: &[Record]) -> HashMap<ChannelIndex, HashMap<Arc<str>, usize>> {
    let mut order = HashMap::new();
    for record in records {
        if let Record::Whole { channel, posts, .. } = record {
            let places = || posts.iter().enumerate().map(|(place, post)| (Arc::clone(&post.id), place)).collect();
            order.entry(*channel).or_insert_with(places);
        }
    }
    order
}

/// Each message is counted once.
fn note(broken: &mut Broken, message: &Arc<str>, sentence: impl FnOnce() -> String) {
    broken.entry(Arc::clone(message)).or_insert_with(sentence);
}

#[derive(Default)]
struct Checker {
    messages: HashMap<Arc<str>, Message>,
    order: HashMap<ChannelIndex, HashMap<Arc<str>, usize>>,
    memberships: HashMap<(ReaderId, ChannelIndex), Membership>,
    connected: BTreeMap<ConnectionId, (ReaderId, Position)>,
    streams: HashMap<(ConnectionId, ChannelIndex), Stream>,
    /// The place of the post that a connection received last in a channel, in each sequence.
    last_received: HashMap<(ConnectionId, ChannelIndex, usize), usize>,
    received: HashSet<(ConnectionId, Arc<str>)>,
    files: HashMap<Arc<str>, Option<bool>>,
    verdict: Verdict,
}

impl Checker {
    fn take(&mut self, at: Position, record: &Record) {
        match record {
            Record::Sent { .. } | Record::ClockWentBack => {}
            Record::Acknowledged { post } => self.acknowledged(post),
            Record::Uploaded { file } => {
                self.files.insert(Arc::clone(file), None);
            }
            Record::Downloaded { file, is_intact } => {
                self.files.insert(Arc::clone(file), Some(*is_intact));
            }
            Record::Removing { reader, channel } => {
                self.end_streams(*reader, *channel);
                self.memberships.insert((*reader, *channel), Membership::Unknown);
            }
            Record::Adding { reader, channel } => {
                self.memberships.insert((*reader, *channel), Membership::Unknown);
            }
            Record::Removed { reader, channel } => {
                self.memberships.insert((*reader, *channel), Membership::Removed(at));
            }
            Record::Added { reader, channel } => {
                self.memberships.insert((*reader, *channel), Membership::Member);
                for (connection, (_, _)) in self.connected.iter().filter(|(_, (owner, _))| owner == reader) {
                    self.streams.insert((*connection, *channel), Stream { since: Some(at), ..Stream::default() });
                }
            }
            Record::Connected { reader, connection } => {
                self.connected.insert(*connection, (*reader, at));
            }
            Record::Received { reader, connection, channel, post } => self.received(*reader, *connection, *channel, post),
            Record::Page { reader, channel, requested, posts } => {
                self.in_order(*channel, posts, &format!("{reader:?} by REST"));
                self.not_after_removal(*reader, *channel, *requested, posts);
            }
            Record::Whole { reader, channel, requested, posts } => {
                self.in_order(*channel, posts, &format!("{reader:?} by REST"));
                self.not_after_removal(*reader, *channel, *requested, posts);
                self.complete(*reader, *channel, *requested, posts);
            }
        }
    }

    fn acknowledged(&mut self, post: &SeenPost) {
        let first = self.messages.get(&post.message).and_then(|message| message.acknowledged.as_ref());
        if first.is_some_and(|(_, id)| *id != post.id) {
            note(&mut self.verdict.doubled, &post.message, || format!("{} was acknowledged with two ids", post.message));
        }
    }

    fn received(&mut self, reader: ReaderId, connection: ConnectionId, channel: ChannelIndex, post: &SeenPost) {
        if let Some(Membership::Removed(removed)) = self.memberships.get(&(reader, channel))
            && self.messages.get(&post.message).is_some_and(|message| message.sent > *removed)
        {
            note(&mut self.verdict.read_after_removal, &post.message, || format!("{reader:?} received {} by WebSocket", post.message));
        }
        if !self.received.insert((connection, Arc::clone(&post.id))) {
            note(&mut self.verdict.doubled, &post.message, || format!("{reader:?} received {} twice", post.message));
        }
        let sequence = self.messages.get(&post.message).and_then(|message| message.sequence);
        let place = self.order.get(&channel).and_then(|order| order.get(&post.id));
        if let (Some(sequence), Some(place)) = (sequence, place) {
            let last = self.last_received.insert((connection, channel, sequence), *place);
            if last.is_some_and(|last| last > *place) {
                let sentence = || format!("{reader:?} received {} by WebSocket after a newer one", post.message);
                note(&mut self.verdict.reordered, &post.message, sentence);
            }
        }
        // A stream without a start is one of a member who was never removed: it starts with the connection.
        let is_member = matches!(self.memberships.get(&(reader, channel)), None | Some(Membership::Member));
        if is_member && let Some((_, connected)) = self.connected.get(&connection) {
            let stream = self.streams.entry((connection, channel)).or_default();
            stream.since.get_or_insert(*connected);
            stream.received.insert(Arc::clone(&post.message));
            stream.last = Some(Arc::clone(&post.message));
        }
    }

    fn end_streams(&mut self, reader: ReaderId, channel: ChannelIndex) {
        let connections: Vec<_> = self.connected.iter().filter(|(_, (owner, _))| *owner == reader).map(|(id, _)| *id).collect();
        for connection in connections {
            if let Some(stream) = self.streams.remove(&(connection, channel)) {
                self.without_gaps(reader, channel, &stream);
            }
        }
    }

    /// Events come in the order of the commits: what was acknowledged before the last received message was sent came before.
    fn without_gaps(&mut self, reader: ReaderId, channel: ChannelIndex, stream: &Stream) {
        let last = stream.last.as_ref().and_then(|last| self.messages.get(last));
        let (Some(since), Some(last)) = (stream.since, last) else { return };
        for (text, message) in &self.messages {
            let is_due = message.channel == channel
                && message.sent > since
                && message.acknowledged.as_ref().is_some_and(|(acknowledged, _)| *acknowledged < last.sent);
            if is_due && !stream.received.contains(text) {
                note(&mut self.verdict.lost, text, || format!("{reader:?} did not receive {text} by WebSocket"));
            }
        }
    }

    fn in_order(&mut self, channel: ChannelIndex, posts: &[SeenPost], who: &str) {
        let Some(order) = self.order.get(&channel) else { return };
        let places: Vec<_> = posts.iter().filter_map(|post| order.get(&post.id).map(|place| (place, post))).collect();
        for pair in places.windows(2).filter(|pair| pair[0].0 > pair[1].0) {
            let (first, second) = (&pair[0].1.message, &pair[1].1.message);
            note(&mut self.verdict.reordered, first, || format!("{who}: {first} before {second}"));
        }
    }

    /// The channels are private: who was removed before the request reads nothing at all.
    fn not_after_removal(&mut self, reader: ReaderId, channel: ChannelIndex, requested: Position, posts: &[SeenPost]) {
        if let Some(Membership::Removed(removed)) = self.memberships.get(&(reader, channel))
            && requested > *removed
            && let Some(post) = posts.first()
        {
            let sentence = || format!("{reader:?} read {} and {} more by REST", post.message, posts.len() - 1);
            note(&mut self.verdict.read_after_removal, &post.message, sentence);
        }
    }

    fn complete(&mut self, reader: ReaderId, channel: ChannelIndex, requested: Position, posts: &[SeenPost]) {
        let mut times: HashMap<&Arc<str>, Vec<&Arc<str>>> = HashMap::new();
        for post in posts {
            times.entry(&post.message).or_default().push(&post.id);
        }
        for (text, ids) in times.iter().filter(|(_, ids)| ids.len() > 1) {
            note(&mut self.verdict.doubled, text, || format!("{reader:?} read {text} {} times", ids.len()));
        }
        for (text, message) in self.messages.iter().filter(|(_, message)| message.channel == channel) {
            let Some((_, id)) = message.acknowledged.as_ref().filter(|(acknowledged, _)| *acknowledged < requested) else { continue };
            match times.get(text) {
                None => note(&mut self.verdict.lost, text, || format!("{reader:?} did not find {text} by REST")),
                Some(ids) if !ids.contains(&id) => {
                    note(&mut self.verdict.doubled, text, || format!("{text} has another id than was acknowledged"));
                }
                Some(_) => {}
            }
        }
    }

    fn finish(mut self) -> Verdict {
        let streams: Vec<_> = self.streams.drain().collect();
        for ((connection, channel), stream) in streams {
            let reader = self.connected[&connection].0;
            self.without_gaps(reader, channel, &stream);
        }
        for (file, _) in self.files.iter().filter(|(_, state)| **state == Some(false)) {
            note(&mut self.verdict.lost, file, || format!("the content of file {file} is lost"));
        }
        self.verdict.files = self.files.len();
        self.verdict.acknowledged = self.messages.values().filter(|message| message.acknowledged.is_some()).count();
        self.verdict
    }
}
