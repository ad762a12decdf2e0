//! Posts at a fixed rate to channels whose members all hold a WebSocket: what a delivery costs and how long it takes.
//! Every member must receive every acknowledged post of the own channel once, and none of another channel.

mod posting;
mod receiving;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use self::posting::{Posted, Posting};
use self::receiving::Receivers;
use super::Setup;
use crate::api::User;
use crate::id::ChannelId;
use crate::load::{CpuUse, Latencies, Window, prepare};
use crate::report::{Latency, Report, rounded};
use crate::verify::ChannelSnapshot;

/// How long the last deliveries may take.
const LAST_DELIVERY_TIME: Duration = Duration::from_secs(30);
/// How long a second copy of a delivery is waited for.
const DUPLICATE_TIME: Duration = Duration::from_millis(500);
const AT_ONCE: usize = 16;
/// Less CPU time than this is lost in the ticks of 10 ms that it is counted in.
const NET_CPU_MIN_S: f64 = 0.1;

/// A channel and its members, which are in no other group.
pub(super) struct Group {
    channel: ChannelId,
    members: Vec<User>,
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let groups = create_groups(setup).await?;
    let address = setup.address();
    let snapshot = ChannelSnapshot::take(address, groups.iter().map(|group| (group.channel, group.members[0].clone()))).await?;
    let posting = Posting::connect(setup, &groups).await?;

    // What the same posts cost while nobody is connected.
    let window = Window::after(setup.load.warm_up, setup.load.duration / 2);
    let cpu = tokio::spawn(CpuUse::within(window, setup.process()));
    let (posting, baseline) = posting.post_until_end(Instant::now(), window).await?;
    let cpu_per_post = cpu.await?.server_s.map(|seconds| seconds / baseline.latencies.count().max(1) as f64);

    let receivers = Receivers::connect(address, &groups).await?;
    let window = Window::after(setup.load.warm_up, setup.load.duration);
    let epoch = Instant::now();
    let (count, latencies) = (receivers.count(), Latencies::shards()?);
    let receiving = receivers.receive(epoch, window, &latencies);
    let cpu = tokio::spawn(CpuUse::within(window, setup.process()));
    let deliveries = tokio::spawn(receiving.count_within(window));
    let (_, posted) = posting.post_until_end(epoch, window).await?;
    let (cpu, deliveries) = (cpu.await?, deliveries.await?);
    let expected = (posted.acknowledged.len() * setup.load.fanout_members as usize) as u64;
    receiving.wait_for(expected, LAST_DELIVERY_TIME).await;
    tokio::time::sleep(DUPLICATE_TIME).await;
    receiving.stop_and_check(&posted).await?;

    let acknowledged: Vec<_> = baseline.acknowledged.iter().chain(&posted.acknowledged).copied().collect();
    snapshot.check(address, &acknowledged).await?;
    let mut report = Report::of_count("fanout", "deliveries", count, deliveries, window.seconds(), cpu);
    describe(&mut report, setup, &posted, &Latencies::sum(&latencies)?, cpu_per_post);
    report.detail("delivered_once", expected);
    Ok(report)
}

async fn create_groups(setup: &mut Setup<'_>) -> Result<Vec<Group>> {
    let (channels, members) = (setup.load.fanout_channels as usize, setup.load.fanout_members as usize);
    // Users of their own: those of the other scenarios keep the channels that they had.
    let first = setup.dataset.users.len();
    setup.dataset.grow_users(setup.server.address(), first + channels * members).await?;
    let dataset = &*setup.dataset;
    ensure!(dataset.users.len() == first + channels * members, "not all users were created");
    prepare(channels, AT_ONCE, async |group| {
        let indices: Vec<_> = (first + group * members..first + (group + 1) * members).collect();
        let channel = dataset.create_channel(setup.server.address(), &format!("fanout-{first}-{group}"), &indices).await?;
        Ok(Group { channel, members: indices.iter().map(|index| dataset.users[*index].clone()).collect() })
    })
    .await
}

fn describe(report: &mut Report, setup: &Setup<'_>, posted: &Posted, deliveries: &Latencies, cpu_per_post_s: Option<f64>) {
    report.latency_ms = Some(Latency::of(deliveries));
    report.detail("channels", setup.load.fanout_channels);
    report.detail("members", setup.load.fanout_members);
    report.detail("posts_per_second_wanted", setup.load.fanout_rate);
    let posts_per_second = posted.latencies.count() as f64 / report.duration_s;
    report.detail("posts_per_second", rounded(posts_per_second, 1));
    report.detail("post_latency_ms", json!(Latency::of(&posted.latencies)));
    report.note = format!("{posts_per_second:.0} of {} posts/s", setup.load.fanout_rate);
    let Some(server_cpu_s) = report.server_cpu_s.filter(|seconds| *seconds > 0.0 && report.count > 0) else { return };
    let (per_cpu_s, per_million_s) = (report.count as f64 / server_cpu_s, server_cpu_s * 1e6 / report.count as f64);
    report.detail("deliveries_per_server_cpu_s", per_cpu_s.round());
    report.detail("server_cpu_s_per_million_deliveries", rounded(per_million_s, 2));
    report.note += &format!("; {per_cpu_s:.0} deliveries per CPU s, posts included");
    let Some(cpu_per_post_s) = cpu_per_post_s else { return };
    report.detail("server_cpu_us_per_post_without_connections", rounded(cpu_per_post_s * 1e6, 1));
    let net_s = server_cpu_s - cpu_per_post_s * posted.latencies.count() as f64;
    if net_s >= NET_CPU_MIN_S {
        report.detail("net_deliveries_per_server_cpu_s", (report.count as f64 / net_s).round());
        report.note += &format!("; {:.0} without", report.count as f64 / net_s);
    }
}
