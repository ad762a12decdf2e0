//! Durable posts: each client writes to the next channel when its last post is acknowledged; at the end every
//! acknowledged post must be found.

use std::sync::Arc;

use anyhow::Result;
use fastrand::Rng;
use http::HeaderValue;

use super::Setup;
use crate::api;
use crate::dataset::Dataset;
use crate::http::HttpClient;
use crate::id::{ChannelId, PostId, UserId};
use crate::load::{Window, Worker, drive, prepare};
use crate::report::Report;
use crate::text;
use crate::verify::ChannelSnapshot;

const CONNECTING_AT_ONCE: usize = 64;

struct Poster {
    http: HttpClient,
    targets: Arc<[Target]>,
    next: usize,
    rng: Rng,
    acknowledged: Vec<(ChannelId, PostId)>,
}

/// A channel and a member of it.
struct Target {
    channel: ChannelId,
    user: UserId,
    authorization: HeaderValue,
}

impl Worker for Poster {
    async fn perform(&mut self) -> Result<()> {
        let target = &self.targets[self.next % self.targets.len()];
        let pending_id = format!("{}:{:x}", target.user, self.rng.u64(..));
        let message = text::random_message(&mut self.rng);
        self.http.authorize(&target.authorization);
        let post = api::create_post(&mut self.http, target.channel, &message, &pending_id).await?;
        self.acknowledged.push((target.channel, post));
        self.next += 1;
        Ok(())
    }
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let address = setup.address();
    let readers = setup.dataset.channels.iter().map(|channel| (channel.id, setup.dataset.users[channel.members[0]].clone()));
    let snapshot = ChannelSnapshot::take(address, readers).await?;
    let clients = setup.clients();
    let targets: Arc<[Target]> = targets(setup.dataset, clients.max(setup.dataset.channels.len()));
    let posters = prepare(clients, CONNECTING_AT_ONCE, async |n| {
        let http = HttpClient::connect(address).await?;
        Ok(Poster { http, targets: Arc::clone(&targets), next: n, rng: Rng::new(), acknowledged: Vec::new() })
    });
    let posters = posters.await?;
    let window = Window::after(setup.load.warm_up, setup.load.duration);
    let (measured, posters) = drive(posters, window, setup.process()).await?;
    let mut report = Report::of_requests("posts", "posts", clients, &measured);
    let acknowledged: Vec<_> = posters.into_iter().flat_map(|poster| poster.acknowledged).collect();
    snapshot.check(address, &acknowledged).await?;
    report.detail("acknowledged_and_found", acknowledged.len());
    report.note = format!("{} posts acknowledged, all found", acknowledged.len());
    Ok(report)
}

fn targets(dataset: &Dataset, count: usize) -> Arc<[Target]> {
    let target = |n| {
        let (channel, user) = dataset.target(n);
        Target { channel: channel.id, user: user.id, authorization: user.authorization.clone() }
    };
    (0..count).map(target).collect()
}
