//! Durable posts: each client writes to the next channel when its last post is acknowledged; at the end every
//! acknowledged post must be found.

use std::sync::Arc;

use anyhow::Result;
use fastrand::Rng;
use http::HeaderValue;

use super::Stage;
use crate::api;
use crate::http::HttpClient;
use crate::id::{ChannelId, PostId, UserId};
use crate::load::{Window, Worker, drive, prepare};
use crate::report::Report;
use crate::seed::World;
use crate::text;
use crate::verify::Ledger;

const CONNECTING_AT_ONCE: usize = 64;

struct Poster {
    http: HttpClient,
    places: Arc<[Place]>,
    next: usize,
    rng: Rng,
    acknowledged: Vec<(ChannelId, PostId)>,
}

/// A channel and a member of it.
struct Place {
    channel: ChannelId,
    user: UserId,
    authorization: HeaderValue,
}

impl Worker for Poster {
    async fn perform(&mut self) -> Result<()> {
        let place = &self.places[self.next % self.places.len()];
        let pending_id = format!("{}:{:x}", place.user, self.rng.u64(..));
        let message = text::random_message(&mut self.rng);
        self.http.authorize(&place.authorization);
        let post = api::create_post(&mut self.http, place.channel, &message, &pending_id).await?;
        self.acknowledged.push((place.channel, post));
        self.next += 1;
        Ok(())
    }
}

pub(super) async fn run(stage: &mut Stage<'_>) -> Result<Report> {
    let address = stage.address();
    let readers = stage.world.channels.iter().map(|channel| (channel.id, stage.world.users[channel.members[0]].clone()));
    let ledger = Ledger::open(address, readers).await?;
    let clients = stage.clients();
    let places: Arc<[Place]> = places(stage.world, clients.max(stage.world.channels.len()));
    let posters = prepare(clients, CONNECTING_AT_ONCE, async |n| {
        let http = HttpClient::connect(address).await?;
        Ok(Poster { http, places: Arc::clone(&places), next: n, rng: Rng::new(), acknowledged: Vec::new() })
    });
    let posters = posters.await?;
    let window = Window::after(stage.load.warm_up, stage.load.duration);
    let (measured, posters) = drive(posters, window, stage.process()).await?;
    let mut report = Report::of_requests("posts", "posts", clients, &measured);
    let acknowledged: Vec<_> = posters.into_iter().flat_map(|poster| poster.acknowledged).collect();
    ledger.check(address, &acknowledged).await?;
    report.detail("acknowledged_and_found", acknowledged.len());
    report.note = format!("{} posts acknowledged, all found", acknowledged.len());
    Ok(report)
}

fn places(world: &World, count: usize) -> Arc<[Place]> {
    let place = |n| {
        let (channel, user) = world.place(n);
        Place { channel: channel.id, user: user.id, authorization: user.authorization.clone() }
    };
    (0..count).map(place).collect()
}
