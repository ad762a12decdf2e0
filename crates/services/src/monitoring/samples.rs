//! Samples of this node's figures, which are stored for the charts of administrators.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use guildhall_metrics::HistogramSnapshot;
use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::id::NodeId;
use guildhall_model::sample::{COARSE_INTERVAL_MS, COARSE_RETENTION_MS, FINE_INTERVAL_MS, Sample, combine};
use guildhall_model::{Actor, Events, Millis, Permission, Result};
use guildhall_storage::samples;

use crate::boxed;
use crate::monitoring::Monitoring;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long fine samples are kept: a day, and what the next run of the job needs.
pub(crate) const FINE_RETENTION_MS: i64 = DAY_MS + 2 * COARSE_INTERVAL_MS;
/// Rows that one answer has at most: both ranges of forty nodes.
pub(crate) const ROWS_MAX: usize = 60_000;

/// What the live part of the server has counted since its start, and its state.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveFigures {
    /// Durations of all requests.
    pub requests: HistogramSnapshot,
    pub users_online: usize,
    pub connections: usize,
}

/// Counts at the time of the last sample.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    at: Millis,
    requests: HistogramSnapshot,
    posts: u64,
    cpu: Duration,
    failed_deliveries: u64,
}

/// The ranges of the charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesRange {
    /// The last 24 hours, a sample for each minute.
    Day,
    /// The last 30 days, a sample for each half hour.
    Month,
}

/// The samples of all nodes, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub interval_ms: i64,
    pub since: Millis,
    pub until: Millis,
    /// The first sample that is stored; `None` before there is any.
    pub collecting_since: Option<Millis>,
    /// The node that answers.
    pub node_id: NodeId,
    pub samples: Vec<Sample>,
    /// When the disk of each node will be full, by its last thirty days.
    pub disk_forecasts: BTreeMap<NodeId, DiskForecast>,
}

impl Monitoring<'_> {
    /// Stores what was measured since the last call. The first call of a process stores nothing: it is the begin.
    #[boxed]
    pub async fn record_sample(&self, live: LiveFigures) -> Result<()> {
        let (disk, process) = tokio::join!(self.disk_space(), self.machine.process_figures());
        let stored = self.stored_figures().await;
        let measured = Measured {
            at: self.clock.now(),
            requests: live.requests.clone(),
            posts: self.counters.posts.get(),
            cpu: process.cpu,
            failed_deliveries: self.counters.deliveries_failed.get() + self.counters.deliveries_abandoned.get(),
        };
        let Some(before) = self.state().measured.lock().replace(measured.clone()) else { return Ok(()) };
        let elapsed_ms = measured.at.0 - before.at.0;
        // The system's clock was set back.
        if elapsed_ms <= 0 {
            return Ok(());
        }
        // A run that was late covers more than the interval.
        let per_interval = |count: u64| (count as f64 * FINE_INTERVAL_MS as f64 / elapsed_ms as f64).round() as i64;
        let requests = measured.requests.since(&before.requests);
        let quantile = |part| requests.quantile(part).map(|seconds| (seconds * 1_000_000.0) as i64);
        let grant = self.access.system("a node's figures belong to the server");
        let load = self.access.read(&grant).load();
        let waiting = load.read.waiting + load.write.waiting;
        let sample = Sample {
            interval_ms: FINE_INTERVAL_MS,
            create_at: measured.at,
            node_id: self.node,
            requests: per_interval(requests.count()),
            posts: per_interval(measured.posts - before.posts),
            users_online: live.users_online as i64,
            connections: live.connections as i64,
            request_p50_us: quantile(0.5),
            request_p95_us: quantile(0.95),
            request_p99_us: quantile(0.99),
            cpu_ms: per_interval(measured.cpu.saturating_sub(before.cpu).as_millis() as u64),
            memory_bytes: signed(process.memory_bytes),
            disk_used_bytes: disk.map_or(0, |disk| signed(disk.used_bytes())),
            disk_free_bytes: disk.map_or(0, |disk| signed(disk.available_bytes)),
            database_bytes: stored.size.map_or(0, |size| signed(size.bytes + size.log_bytes.unwrap_or_default())),
            queue_length: waiting as i64 + stored.waiting_deliveries(),
            failed_deliveries: per_interval(measured.failed_deliveries - before.failed_deliveries),
        };
        let mut write = self.access.write(&grant, "monitoring.record_sample");
        write.push(samples::insert_if_absent(grant.write_server(), &sample));
        write.commit(Events::none("charts are loaded on request")).await
    }

    /// The samples of all nodes within a range.
    #[boxed]
    pub async fn series(&self, actor: &Actor, range: SeriesRange) -> Result<Series> {
        let grant = self.access.system_permission_to_read(actor, Permission::GetAnalytics)?;
        let (db, server, until) = (self.access.read(&grant), grant.server(), self.clock.now());
        let (interval_ms, since) = match range {
            SeriesRange::Day => (FINE_INTERVAL_MS, until.minus_ms(DAY_MS)),
            SeriesRange::Month => (COARSE_INTERVAL_MS, until.minus_ms(COARSE_RETENTION_MS)),
        };
        let mut samples = samples::list(db, server, interval_ms, since, ROWS_MAX).await?;
        if range == SeriesRange::Month {
            // What the job has not combined yet.
            let newest = samples.last().map_or(since, |sample| sample.create_at);
            let fine = samples::list(db, server, FINE_INTERVAL_MS, newest.plus_ms(1), ROWS_MAX).await?;
            samples.extend(combine(&fine, until.plus_ms(COARSE_INTERVAL_MS)));
        }
        let month = match range {
            SeriesRange::Day => samples::list(db, server, COARSE_INTERVAL_MS, until.minus_ms(COARSE_RETENTION_MS), ROWS_MAX).await?,
            SeriesRange::Month => samples.clone(),
        };
        let collecting_since = samples::oldest(db, server).await?;
        Ok(Series { interval_ms, since, until, collecting_since, node_id: self.node, samples, disk_forecasts: disk_forecasts(&month) })
    }
}

fn disk_forecasts(samples: &[Sample]) -> BTreeMap<NodeId, DiskForecast> {
    let nodes: BTreeSet<NodeId> = samples.iter().map(|sample| sample.node_id).collect();
    let of_node = |node: NodeId| DiskForecast::of_samples(samples.iter().filter(|sample| sample.node_id == node));
    nodes.into_iter().map(|node| (node, of_node(node))).collect()
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
