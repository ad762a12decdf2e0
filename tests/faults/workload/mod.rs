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
use serde_json::Value;
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

/// Attempts that failed, with the last response, by its status; 0 is none.
pub type Failures = BTreeMap<u16, (usize, String)>;

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
    pub failures: Mutex<Failures>,
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

    /// Counts a failed attempt. What a fault may answer is 503 and 507 in the form of all errors; others fail the test.
    pub fn count_failure(&self, error: &CallError, what: &str) {
        let (status, text) = match error {
            CallError::Rejected(507, text) => (507, text),
            CallError::Unavailable(text) if text.starts_with('{') => (503, text),
            CallError::Unavailable(text) => (0, text),
            CallError::Rejected(status, text) => panic!("{what}: {status} {text}"),
        };
        if status > 0 {
            let body: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("{what}: {status} without JSON: {text}"));
            assert_eq!(body["status_code"], status, "{body}");
            assert!(["id", "message"].iter().all(|name| body[name].as_str().is_some_and(|text| !text.is_empty())), "{body}");
        }
        let mut failures = self.failures.lock();
        let (count, last) = failures.entry(status).or_default();
        *count += 1;
        last.clone_from(text);
        drop(failures);
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
pub fn seen(post: &Value) -> Option<SeenPost> {
    let text = |name: &str| post[name].as_str().unwrap_or_default();
    text("type").is_empty().then(|| SeenPost { id: text("id").into(), message: text("message").into() })
}
