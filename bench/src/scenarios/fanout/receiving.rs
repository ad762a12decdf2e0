//! The members' connections: each counts what it receives, once and of its own channel only.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Group;
use super::posting::{Marker, Posted};
use crate::api::User;
use crate::http::Address;
use crate::load::{Latencies, Window, prepare};
use crate::socket::Socket;

const CONNECTING_AT_ONCE: usize = 64;
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Connections that are open, each with the index of its group.
pub(super) struct Receivers {
    sockets: Vec<(usize, Socket)>,
    groups: usize,
}

/// Connections that are being read.
pub(super) struct Receiving {
    running: JoinSet<Result<Seen>>,
    stop: watch::Sender<bool>,
    received: Arc<AtomicU64>,
    groups: u64,
}

/// The numbers of the posts that one connection received.
struct Seen {
    group: u64,
    groups: u64,
    /// A bit for each post of the group, in their order.
    posts: Vec<u64>,
}

impl Seen {
    fn insert(&mut self, number: u64) -> Result<()> {
        ensure!(number % self.groups == self.group, "a member of channel {} received the post {number} of another", self.group);
        let (word, bit) = position(number / self.groups);
        if self.posts.len() <= word {
            self.posts.resize(word + 1, 0);
        }
        ensure!(self.posts[word] & bit == 0, "the post {number} was delivered twice");
        self.posts[word] |= bit;
        Ok(())
    }

    fn contains(&self, number: u64) -> bool {
        let (word, bit) = position(number / self.groups);
        self.posts.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

fn position(index: u64) -> (usize, u64) {
    ((index / 64) as usize, 1 << (index % 64))
}

impl Receivers {
    pub async fn connect(address: &Address, groups: &[Group]) -> Result<Self> {
        let members: Vec<(usize, &User)> =
            groups.iter().enumerate().flat_map(|(index, group)| group.members.iter().map(move |user| (index, user))).collect();
        let sockets = prepare(members.len(), CONNECTING_AT_ONCE, async |n| {
            let (group, user) = members[n];
            Ok((group, Socket::connect(address, user).await?))
        });
        Ok(Self { sockets: sockets.await?, groups: groups.len() })
    }

    pub fn count(&self) -> usize {
        self.sockets.len()
    }

    /// Latencies are those of posts that were due within the window.
    pub fn receive(self, epoch: Instant, window: Window, latencies: &[Arc<Mutex<Latencies>>]) -> Receiving {
        let (stop, stopped) = watch::channel(false);
        let received = Arc::new(AtomicU64::new(0));
        let groups = self.groups as u64;
        let mut running = JoinSet::new();
        for (n, (group, socket)) in self.sockets.into_iter().enumerate() {
            let (received, stopped) = (Arc::clone(&received), stopped.clone());
            let latencies = Arc::clone(&latencies[n % latencies.len()]);
            running.spawn(async move {
                let mut seen = Seen { group: group as u64, groups, posts: Vec::new() };
                let on_event = |event: &str| {
                    let Some(marker) = Marker::find(event) else { return Ok(()) };
                    let due = epoch + marker.due;
                    if window.contains(due) {
                        latencies.lock().unwrap_or_else(PoisonError::into_inner).record(due.elapsed());
                    }
                    received.fetch_add(1, Ordering::Relaxed);
                    seen.insert(marker.number)
                };
                socket.read_until(stopped, on_event).await?;
                Ok(seen)
            });
        }
        Receiving { running, stop, received, groups }
    }
}

impl Receiving {
    /// How many deliveries arrive within the window.
    pub fn count_within(&self, window: Window) -> impl Future<Output = u64> + Send + use<> {
        let received = Arc::clone(&self.received);
        async move {
            tokio::time::sleep_until(window.begin.into()).await;
            let before = received.load(Ordering::Relaxed);
            tokio::time::sleep_until(window.end.into()).await;
            received.load(Ordering::Relaxed) - before
        }
    }

    /// Returns when so many have arrived in all, or the time is over.
    pub async fn wait_for(&self, expected: u64, time: Duration) {
        let deadline = Instant::now() + time;
        while self.received.load(Ordering::Relaxed) < expected && Instant::now() < deadline {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Closes all connections. Fails unless each has received exactly the acknowledged posts of its group.
    pub async fn stop_and_check(mut self, posted: &Posted) -> Result<()> {
        self.stop.send_replace(true);
        let (mut missing, mut example) = (0_u64, None);
        while let Some(ended) = self.running.join_next().await {
            let seen = ended??;
            let mut lost = (seen.group..posted.count).step_by(self.groups as usize).filter(|number| !seen.contains(*number));
            if let Some(first) = lost.next() {
                missing += 1 + lost.count() as u64;
                example = Some(first);
            }
        }
        match example {
            None => Ok(()),
            Some(number) => bail!("{missing} deliveries of acknowledged posts never came, such as one of the post {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_post_of_the_own_group_is_seen_once() {
        let mut seen = Seen { group: 1, groups: 3, posts: Vec::new() };
        seen.insert(1).unwrap();
        seen.insert(1 + 3 * 100).unwrap();
        assert!(seen.contains(1) && seen.contains(301) && !seen.contains(4));
        assert!(seen.insert(301).unwrap_err().to_string().contains("twice"));
        assert!(seen.insert(2).unwrap_err().to_string().contains("of another"));
    }
}
