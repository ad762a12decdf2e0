//! One round of load in channels of its own: started before a fault, and verified after it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::memberships::{self, Members};
use super::stage::{MOVERS, Stage};
use super::{Failures, Person, Shared, follow, poll, write};
use crate::ledger::{ChannelIndex, Ledger, Position, ReaderId, Record, Verdict};
use crate::support::TEST_TIMEOUT;

/// Reached only when a test fails: faults take longer than single requests.
const PROGRESS_TIMEOUT: Duration = TEST_TIMEOUT.saturating_mul(3);

/// How often each writer posts.
#[derive(Debug, Clone, Copy)]
pub struct Pace(pub Duration);

pub struct Round {
    shared: Arc<Shared>,
    administrator: Person,
    readers: Vec<Person>,
    stop: watch::Sender<bool>,
    writers: JoinSet<()>,
    pollers: JoinSet<()>,
    followers: JoinSet<()>,
    memberships: Option<JoinHandle<Members>>,
    members: Members,
}

impl Round {
    /// Creates the channels, and starts everybody.
    pub async fn start(stage: &mut Stage) -> Self {
        Self::start_with(stage, None).await
    }

    /// The same with a bounded load.
    pub async fn paced(stage: &mut Stage, Pace(pace): Pace) -> Self {
        Self::start_with(stage, Some(pace)).await
    }

    async fn start_with(stage: &mut Stage, pace: Option<Duration>) -> Self {
        let (name, channels) = stage.create_channels().await;
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            ledger: Ledger::new(),
            channels,
            name,
            up: stage.is_up(),
            stop: stopped,
            failures: parking_lot::Mutex::default(),
            failed: watch::Sender::new(0),
            pace,
            latencies: parking_lot::Mutex::default(),
        });
        let (mut writers, mut pollers, mut followers) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
        for (number, reader) in stage.readers.iter().enumerate() {
            followers.spawn(follow::follow(Arc::clone(&shared), reader.clone(), ReaderId(number)));
            pollers.spawn(poll::poll(Arc::clone(&shared), reader.clone(), ReaderId(number)));
        }
        for (number, writer) in stage.writers.iter().enumerate() {
            writers.spawn(write::write(Arc::clone(&shared), writer.clone(), number));
        }
        let movers = stage.readers.iter().cloned().enumerate().take(MOVERS).map(|(number, person)| (ReaderId(number), person)).collect();
        let memberships = tokio::spawn(memberships::change(Arc::clone(&shared), stage.administrator.clone(), movers));
        Self {
            shared,
            administrator: stage.administrator.clone(),
            readers: stage.readers.clone(),
            stop,
            writers,
            pollers,
            followers,
            memberships: Some(memberships),
            members: Vec::new(),
        }
    }

    /// Waits until this many further messages are acknowledged.
    pub async fn acknowledged(&mut self, messages: usize) {
        let acknowledged = self.shared.ledger.acknowledged();
        self.wait_for(acknowledged, messages, "acknowledged messages").await;
    }

    /// Waits until this many further attempts have failed.
    pub async fn failed(&mut self, attempts: usize) {
        let failed = self.shared.failed.subscribe();
        self.wait_for(failed, attempts, "failed attempts").await;
    }

    pub fn failures(&self) -> Failures {
        self.shared.failures.lock().clone()
    }

    pub fn position(&self) -> Position {
        self.shared.ledger.position()
    }

    /// How many messages were sent since then, and acknowledged. Those that were under way may be acknowledged later.
    pub fn sent_and_acknowledged_since(&self, begin: Position) -> usize {
        self.shared.ledger.sent_and_acknowledged_since(begin)
    }

    /// How long messages took to be acknowledged, in order of length.
    pub fn latencies(&self) -> Vec<Duration> {
        let mut latencies = self.shared.latencies.lock().clone();
        latencies.sort_unstable();
        latencies
    }

    async fn wait_for(&mut self, mut count: watch::Receiver<usize>, more: usize, what: &str) {
        let goal = *count.borrow() + more;
        let waiting = async {
            tokio::select! {
                _ = count.wait_for(|count| *count >= goal) => {}
                Some(ended) = self.writers.join_next() => panic!("a writer ended: {ended:?}"),
                Some(ended) = self.pollers.join_next() => panic!("a reader ended: {ended:?}"),
                Some(ended) = self.followers.join_next() => panic!("a WebSocket ended: {ended:?}"),
            }
        };
        let in_time = tokio::time::timeout(PROGRESS_TIMEOUT, waiting).await;
        assert!(in_time.is_ok(), "no {more} further {what}: {:?}", self.failures());
    }

    /// Ends the load: everything that was begun is acknowledged, and every WebSocket has received what was sent.
    pub async fn settle(&mut self) {
        self.stop.send_replace(true);
        let Some(memberships) = self.memberships.take() else { return };
        let settling = async {
            self.members = memberships.await.unwrap();
            while let Some(ended) = self.writers.join_next().await {
                ended.unwrap();
            }
            while let Some(ended) = self.pollers.join_next().await {
                ended.unwrap();
            }
            let start = self.shared.ledger.position();
            for channel in self.channels() {
                write::post(&self.shared, &self.administrator, channel, &self.last_message(channel), None, 1).await;
            }
            self.received_last(start).await;
        };
        assert!(tokio::time::timeout(PROGRESS_TIMEOUT, settling).await.is_ok(), "the load did not end: {:?}", self.failures());
        self.followers.shutdown().await;
    }

    /// The administrator posts this in the first channel until it is acknowledged.
    pub async fn post(&self, message: &str) {
        write::post(&self.shared, &self.administrator, ChannelIndex(0), message, None, 1).await;
    }

    /// To be called when the clock was set back under load.
    pub fn clock_went_back(&self) {
        self.shared.ledger.write(Record::ClockWentBack);
    }

    /// The id of the first channel.
    pub fn channel_id(&self) -> &str {
        &self.shared.channels[0]
    }

    /// Ends the load at once, whatever is under way.
    pub async fn abandon(&mut self) {
        self.stop.send_replace(true);
        if let Some(memberships) = self.memberships.take() {
            memberships.abort();
        }
        for tasks in [&mut self.writers, &mut self.pollers, &mut self.followers] {
            tasks.shutdown().await;
        }
    }

    /// Everybody reads everything; the files are downloaded. Can be repeated after further faults.
    pub async fn verify(&self) -> Verdict {
        for channel in self.channels() {
            for (number, person) in self.readers.iter().enumerate() {
                let reader = ReaderId(number);
                poll::read_whole(&self.shared, person, reader, channel, self.is_member(reader, channel)).await;
            }
        }
        poll::download_all(&self.shared, &self.readers[MOVERS]).await;
        self.shared.ledger.check()
    }

    /// Waits until the last message of each channel has arrived at every member.
    async fn received_last(&self, start: Position) {
        let mut missing: Vec<_> =
            self.channels().flat_map(|channel| (0..self.readers.len()).map(move |reader| (ReaderId(reader), channel))).collect();
        missing.retain(|(reader, channel)| self.is_member(*reader, *channel));
        let mut length = self.shared.ledger.length();
        while !missing.is_empty() {
            missing.retain(|(reader, channel)| {
                let last = self.last_message(*channel);
                let is_last =
                    |record: &Record| matches!(record, Record::Received { reader: by, post, .. } if by == reader && *post.message == last);
                !self.shared.ledger.has_since(start, is_last)
            });
            if !missing.is_empty() {
                let _ = length.changed().await;
            }
        }
    }

    fn last_message(&self, channel: ChannelIndex) -> String {
        format!("{} last message of channel {}", self.shared.name, channel.0)
    }

    fn channels(&self) -> impl Iterator<Item = ChannelIndex> + use<> {
        (0..self.shared.channels.len()).map(ChannelIndex)
    }

    fn is_member(&self, reader: ReaderId, channel: ChannelIndex) -> bool {
        !self.members.contains(&(reader, channel, false))
    }
}
