//! Posts that are due at a fixed rate, whether or not the earlier ones are acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use fastrand::Rng;
use http::HeaderValue;
use tokio::task::JoinSet;

use super::super::Setup;
use super::Group;
use crate::api;
use crate::http::HttpClient;
use crate::id::{ChannelId, PostId, UserId};
use crate::load::{Latencies, Window, prepare};
use crate::text;

const MARKER: &str = "fanout:";
const NUMBER_DIGITS: usize = 10;
const TIME_DIGITS: usize = 15;
const CONNECTING_AT_ONCE: usize = 64;

/// What a post of this scenario carries in its message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// The post's number; its channel is the group of this number modulo the number of groups.
    pub number: u64,
    /// When it was due, since the epoch that both sides know.
    pub due: Duration,
}

impl Marker {
    fn write(&self) -> String {
        format!("{MARKER}{:0NUMBER_DIGITS$}:{:0TIME_DIGITS$}", self.number, self.due.as_nanos())
    }

    /// Of an event; `None` if that is not of such a post.
    pub fn find(event: &str) -> Option<Self> {
        let begin = memchr::memmem::find(event.as_bytes(), MARKER.as_bytes())? + MARKER.len();
        let number = event.get(begin..begin + NUMBER_DIGITS)?.parse().ok()?;
        let begin = begin + NUMBER_DIGITS + 1;
        let nanos = event.get(begin..begin + TIME_DIGITS)?.parse().ok()?;
        Some(Self { number, due: Duration::from_nanos(nanos) })
    }
}

/// The connections that the posts are sent over.
pub(super) struct Posting {
    clients: Vec<HttpClient>,
    targets: Arc<[Target]>,
    interval: Duration,
}

/// Where the posts of a group go, and by whom.
struct Target {
    channel: ChannelId,
    authors: Vec<(UserId, HeaderValue)>,
}

pub(super) struct Posted {
    pub acknowledged: Vec<(ChannelId, PostId)>,
    /// The acknowledged posts' numbers, from 0 without a gap.
    pub count: u64,
    /// Of those that were acknowledged within the window.
    pub latencies: Latencies,
}

struct Schedule {
    epoch: Instant,
    begin: Instant,
    interval: Duration,
    window: Window,
    next: AtomicU64,
}

impl Posting {
    pub async fn connect(setup: &Setup<'_>, groups: &[Group]) -> Result<Self> {
        let clients = prepare(setup.clients(), CONNECTING_AT_ONCE, async |_| HttpClient::connect(setup.address()).await).await?;
        let target = |group: &Group| Target {
            channel: group.channel,
            authors: group.members.iter().map(|user| (user.id, user.authorization.clone())).collect(),
        };
        let interval = Duration::from_secs(1) / setup.load.fanout_rate;
        Ok(Self { clients, targets: groups.iter().map(target).collect(), interval })
    }

    /// From now until the window's end.
    pub async fn post_until_end(self, epoch: Instant, window: Window) -> Result<(Self, Posted)> {
        let Self { clients, targets, interval } = self;
        let schedule = Arc::new(Schedule { epoch, begin: Instant::now(), interval, window, next: AtomicU64::new(0) });
        let mut running = JoinSet::new();
        for client in clients {
            running.spawn(post(client, Arc::clone(&targets), Arc::clone(&schedule)));
        }
        let mut clients = Vec::new();
        let mut posted = Posted { acknowledged: Vec::new(), count: 0, latencies: Latencies::new()? };
        while let Some(ended) = running.join_next().await {
            let (client, part) = ended??;
            clients.push(client);
            posted.latencies.add(&part.latencies)?;
            posted.acknowledged.extend(part.acknowledged);
        }
        posted.count = posted.acknowledged.len() as u64;
        Ok((Self { clients, targets, interval }, posted))
    }
}

/// One connection's part of the posts.
async fn post(mut client: HttpClient, targets: Arc<[Target]>, schedule: Arc<Schedule>) -> Result<(HttpClient, Posted)> {
    let mut rng = Rng::new();
    let mut posted = Posted { acknowledged: Vec::new(), count: 0, latencies: Latencies::new()? };
    loop {
        let number = schedule.next.fetch_add(1, Ordering::Relaxed);
        let due = schedule.begin + schedule.interval.mul_f64(number as f64);
        if due >= schedule.window.end {
            return Ok((client, posted));
        }
        // A late wake-up is the timer's fault; a wait for a free connection is the server's, and counts.
        let is_early = Instant::now() < due;
        tokio::time::sleep_until(due.into()).await;
        let begin = if is_early { Instant::now() } else { due };

        let target = &targets[(number % targets.len() as u64) as usize];
        let (author, authorization) = &target.authors[(number / targets.len() as u64) as usize % target.authors.len()];
        let marker = Marker { number, due: begin.saturating_duration_since(schedule.epoch) };
        let message = format!("{} {}", marker.write(), text::random_message(&mut rng));
        client.authorize(authorization);
        let pending_id = format!("{author}:{:x}", rng.u64(..));
        let post = api::create_post(&mut client, target.channel, &message, &pending_id).await?;
        let end = Instant::now();
        if schedule.window.contains(end) {
            posted.latencies.record(end - begin);
        }
        posted.acknowledged.push((target.channel, post));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_an_event() {
        let marker = Marker { number: 77, due: Duration::from_nanos(123_456_789) };
        let event = format!(r#"{{"event":"posted","data":{{"post":"{{\"message\":\"{} gorba\"}}"}},"seq":3}}"#, marker.write());
        assert_eq!(Marker::find(&event), Some(marker));
        assert_eq!(Marker::find(r#"{"event":"typing","seq":4}"#), None);
        assert_eq!(Marker::find("fanout:12"), None);
    }
}
