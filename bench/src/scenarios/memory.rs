//! The server's memory: after each scenario, after a rest, and of a new process on the same data.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Map, Value};

use super::Setup;
use crate::load::{CpuUse, Window};
use crate::process::Process;
use crate::report::{Report, rounded};

const SETTLE_TIME: Duration = Duration::from_secs(2);

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let window = Window::after(Duration::ZERO, setup.load.duration);
    let cpu = CpuUse::within(window, setup.process()).await;
    let mut report = Report::of_count("memory", "nothing", 0, 0, window.seconds(), cpu);
    report.server_memory = setup.process().and_then(Process::memory);
    let after = |earlier: &Report| Some((earlier.scenario.to_owned(), Value::from(earlier.server_memory?.rss_kib)));
    report.detail("rss_kib_after", setup.earlier.iter().filter_map(after).collect::<Map<_, _>>());
    if !setup.server.is_started() {
        return Ok(report);
    }
    setup.server.restart().await?;
    tokio::time::sleep(SETTLE_TIME).await;
    let fresh = setup.process().and_then(Process::memory).map(|memory| memory.rss_kib);
    report.detail("rss_kib_of_new_process", fresh);
    report.detail("ready_ms_on_same_data", setup.server.ready_ms().map(|ms| rounded(ms, 1)));
    let (fresh_kib, ready_ms) = (fresh.unwrap_or_default(), setup.server.ready_ms().unwrap_or_default());
    report.note = format!("{:.1} MiB after a new start, ready in {ready_ms:.0} ms", fresh_kib as f64 / 1024.0);
    Ok(report)
}
