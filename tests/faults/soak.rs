//! `scripts/soak`: a bounded load for hours, with figures of each minute: what grows without end is found here.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::time::Duration;

use guildhall_storage::Dialect;

use crate::ledger::Verdict;
use crate::process::Process;
use crate::report::{self, Row};
use crate::support::{Launch, TestStore};
use crate::workload::{Pace, Round, Stage};

/// The load: each writer posts once in this time.
const PACE: Duration = Duration::from_millis(750);
const ROUND: Duration = Duration::from_secs(60);
/// So many rounds stay under observation; the process of the test must not grow itself.
const ROUNDS_KEPT: usize = 10;
/// The first minutes fill caches: growth is counted from here.
const WARM_UP_ROUNDS: usize = 5;

const COLUMNS: &str = "minute,acknowledged,lost,doubled,reordered,read_after_removal,latency_p50_ms,latency_p99_ms,rss_kib,descriptors,threads,\
                       database_bytes,wal_bytes,read_queue,write_queue,hub_queue,connections";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "scripts/soak HOURS"]
async fn soak() {
    let minutes: usize = std::env::var("GUILDHALL_SOAK_MINUTES").expect("run scripts/soak HOURS").parse().expect("a number of minutes");
    let csv_path = std::env::var("GUILDHALL_SOAK_CSV").expect("run scripts/soak HOURS");
    let mut csv = File::create(&csv_path).unwrap();
    writeln!(csv, "{COLUMNS}").unwrap();

    let metrics = free_address();
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("the soak runs on SQLite");
    let launch = Launch::settings(&[("METRICS_LISTEN", &metrics)]);
    let mut stage = Stage::start(tempfile::tempdir().unwrap(), &store, launch).await;
    let (mut sum, mut figures, mut rounds) = (Verdict::default(), Vec::new(), VecDeque::new());
    for minute in 1..=minutes {
        let mut round = Round::paced(&mut stage, Pace(PACE)).await;
        // Not a wait for an event: the load itself is bounded in time.
        tokio::time::sleep(ROUND).await;
        round.settle().await;
        let verdict = round.verify().await;
        let process = Process::of(stage.server.process());
        let text = stage.server.text_at(&format!("http://{metrics}/metrics")).await;
        writeln!(csv, "{}", line(minute, &verdict, &round.latencies(), process, &text)).unwrap();
        figures.push(process);
        sum += verdict;
        rounds.push_back(round);
        if rounds.len() > ROUNDS_KEPT {
            let oldest = rounds.pop_front().expect("a round");
            assert!(oldest.verify().await.is_kept(), "what was kept for {ROUNDS_KEPT} minutes");
        }
    }
    for round in rounds {
        assert!(round.verify().await.is_kept());
    }
    stage.end().await;
    let note = note(&figures, minutes, sum.acknowledged);
    println!("{note}");
    report::write(Row { fault: "Soak: bounded load", on: "sqlite", runs: minutes, note: &note }, &sum);
    assert!(sum.is_kept(), "{:#?}", sum.broken().collect::<Vec<_>>());
}

/// Memory and descriptors after the warm-up and at the end.
fn note(figures: &[Process], minutes: usize, messages: usize) -> String {
    let first = figures.get(WARM_UP_ROUNDS.min(figures.len() - 1)).copied().unwrap_or_default();
    let last = figures.last().copied().unwrap_or_default();
    let per_minute = messages / minutes;
    format!(
        "A run is a minute with {per_minute} messages; after {WARM_UP_ROUNDS} minutes and at the end: memory {} and {} MiB, descriptors {} and {}, threads {} and {}",
        first.rss_kib / 1024,
        last.rss_kib / 1024,
        first.descriptors,
        last.descriptors,
        first.threads,
        last.threads
    )
}

fn line(minute: usize, verdict: &Verdict, latencies: &[Duration], process: Process, metrics: &str) -> String {
    let counts =
        [verdict.acknowledged, verdict.lost.len(), verdict.doubled.len(), verdict.reordered.len(), verdict.read_after_removal.len()];
    let counts = counts.map(|count| count.to_string()).join(",");
    let latency = |share: f64| {
        let index = ((latencies.len() as f64 * share) as usize).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
    };
    let gauges = [
        "guildhall_database_size_bytes",
        "guildhall_database_wal_size_bytes",
        "guildhall_database_queue_length{queue=\"read\"}",
        "guildhall_database_queue_length{queue=\"write\"}",
        "guildhall_hub_queue_messages{queue=\"inbox\"}",
        "guildhall_connections",
    ];
    let gauges = gauges.map(|name| gauge(metrics, name)).join(",");
    let Process { rss_kib, descriptors, threads, .. } = process;
    format!("{minute},{counts},{:.1},{:.1},{rss_kib},{descriptors},{threads},{gauges}", latency(0.5), latency(0.99))
}

/// The sum of the lines that begin so.
fn gauge(metrics: &str, name: &str) -> String {
    let values = metrics.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    values.sum::<f64>().to_string()
}

fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().to_string()
}
