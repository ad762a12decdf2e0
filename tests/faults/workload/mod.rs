//! The load under which faults happen: several people who write to several private channels, several who read them by
//! WebSocket and REST, and an administrator who removes and adds members meanwhile; all of it goes into the ledger.

mod follow;
mod memberships;
mod poll;
mod round;
mod stage;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::ledger::{ChannelIndex, Ledger, SeenPost};
use crate::support::{CallError, Client};

pub use round::{Pace, Round};
pub use stage::Stage;

/// A person with an open session.
#[derive(Clone)]
pub struct Person {
    pub id: Arc<str>,
    pub token: Arc<str>,
    pub client: Client,
}

/// What all tasks of a round share.
pub struct Shared {
    pub ledger: Ledger,
    /// The ids of the channels.
    pub channels: Vec<Arc<str>>,
    /// Begins every message of the round.
    pub name: String,
    /// False while the server is known to be down: nobody calls it then.
    pub up: watch::Receiver<bool>,
    /// True at the end of the load: writers finish what they have begun.
    pub stop: watch::Receiver<bool>,
    /// Attempts that failed, by the status of the response; 0 is none.
    pub failures: Mutex<BTreeMap<u16, usize>>,
    pub failed: watch::Sender<usize>,
    /// How often a writer posts; without, as soon as the last message is acknowledged.
    pub pace: Option<Duration>,
    /// From the first request of each message to its acknowledgement.
    pub latencies: Mutex<Vec<Duration>>,
}

impl Shared {
    pub async fn wait_until_up(&self) {
        // The sender lives as long as the stage; without it, the test has failed already.
        let _ = self.up.clone().wait_for(|up| *up).await;
    }

    pub fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Counts a failed attempt. What a fault may answer is 503 and 507; other errors fail the test.
    pub fn count_failure(&self, error: &CallError, what: &str) {
        let status = match error {
            CallError::Rejected(507, _) => 507,
            CallError::Rejected(status, text) => panic!("{what}: {status} {text}"),
            CallError::Unavailable(text) if text.starts_with('{') => 503,
            CallError::Unavailable(_) => 0,
        };
        *self.failures.lock().entry(status).or_default() += 1;
        self.failed.send_modify(|count| *count += 1);
    }

    /// Waits for this many further acknowledged messages, or the end of the load.
    pub async fn progress(&self, messages: usize) {
        let mut acknowledged = self.ledger.acknowledged();
        let goal = *acknowledged.borrow() + messages;
        let mut stop = self.stop.clone();
        tokio::select! {
            _ = acknowledged.wait_for(|count| *count >= goal) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    fn channel(&self, id: &str) -> Option<ChannelIndex> {
        self.channels.iter().position(|channel| **channel == *id).map(ChannelIndex)
    }
}

/// The person's message in this post; `None` for those of the system.
pub fn seen(post: &serde_json::Value) -> Option<SeenPost> {
    let text = |name: &str| post[name].as_str().unwrap_or_default();
    text("type").is_empty().then(|| SeenPost { id: text("id").into(), message: text("message").into() })
}
