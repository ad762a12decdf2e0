//! Load of clients that each send the next request when the last one is answered, and what is measured of it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::process::Process;

/// Longer latencies count as this one.
const LATENCY_MAX_US: u64 = 120_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;
const SHARDS: usize = 16;

/// When it is measured.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub begin: Instant,
    pub end: Instant,
}

impl Window {
    /// Begins after a warm-up under the same load.
    pub fn after(warm_up: Duration, duration: Duration) -> Self {
        let begin = Instant::now() + warm_up;
        Self { begin, end: begin + duration }
    }

    pub fn contains(&self, instant: Instant) -> bool {
        self.begin <= instant && instant < self.end
    }

    pub fn seconds(&self) -> f64 {
        (self.end - self.begin).as_secs_f64()
    }
}

/// Microseconds.
pub struct Latencies(Histogram<u64>);

impl Latencies {
    pub fn new() -> Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, LATENCY_MAX_US, SIGNIFICANT_DIGITS)?))
    }

    pub fn record(&mut self, latency: Duration) {
        self.0.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(LATENCY_MAX_US).max(1));
    }

    pub fn add(&mut self, other: &Self) -> Result<()> {
        self.0.add(&other.0).context("adding latencies")
    }

    /// For many tasks that record at the same time; a histogram for each would take too much memory.
    pub fn shards() -> Result<Vec<Arc<Mutex<Self>>>> {
        (0..SHARDS).map(|_| Ok(Arc::new(Mutex::new(Self::new()?)))).collect()
    }

    pub fn sum(shards: &[Arc<Mutex<Self>>]) -> Result<Self> {
        let mut sum = Self::new()?;
        for shard in shards {
            sum.add(&shard.lock().unwrap_or_else(PoisonError::into_inner))?;
        }
        Ok(sum)
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }

    pub fn max_ms(&self) -> f64 {
        self.0.max() as f64 / 1e3
    }
}

/// CPU seconds of the server, where its process is known, and of this program, within a window.
#[derive(Debug, Clone, Copy)]
pub struct CpuUse {
    pub server_s: Option<f64>,
    pub generator_s: Option<f64>,
}

impl CpuUse {
    pub async fn within(window: Window, server: Option<Process>) -> Self {
        let sample = || (server.and_then(Process::cpu_s), Process::of_this_program().cpu_s());
        tokio::time::sleep_until(window.begin.into()).await;
        let before = sample();
        tokio::time::sleep_until(window.end.into()).await;
        let after = sample();
        let difference = |before: Option<f64>, after: Option<f64>| Some(after? - before?);
        Self { server_s: difference(before.0, after.0), generator_s: difference(before.1, after.1) }
    }
}

/// One client: sends a request and checks the answer.
pub trait Worker: Send + 'static {
    fn perform(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// What came of a window.
pub struct Measured {
    pub window: Window,
    /// Requests that were answered within the window; their number is the count of them.
    pub latencies: Latencies,
    pub cpu: CpuUse,
}

/// Lets all workers perform until the window ends, and hands them back. The first failure of any ends it.
pub async fn drive<W: Worker>(workers: Vec<W>, window: Window, server: Option<Process>) -> Result<(Measured, Vec<W>)> {
    let cpu = tokio::spawn(CpuUse::within(window, server));
    let mut running = JoinSet::new();
    for worker in workers {
        running.spawn(perform_until_end(worker, window));
    }
    let mut latencies = Latencies::new()?;
    let mut workers = Vec::with_capacity(running.len());
    while let Some(ended) = running.join_next().await {
        let (worker, measured) = ended??;
        latencies.add(&measured)?;
        workers.push(worker);
    }
    Ok((Measured { window, latencies, cpu: cpu.await? }, workers))
}

async fn perform_until_end<W: Worker>(mut worker: W, window: Window) -> Result<(W, Latencies)> {
    let mut latencies = Latencies::new()?;
    let mut begin = Instant::now();
    while begin < window.end {
        worker.perform().await?;
        let end = Instant::now();
        if window.contains(end) {
            latencies.record(end - begin);
        }
        begin = end;
    }
    Ok((worker, latencies))
}

/// Connects or prepares `count` things, some at a time, in order.
pub async fn prepare<T, F>(count: usize, at_once: usize, make: impl Fn(usize) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>>,
{
    stream::iter(0..count).map(make).buffered(at_once).try_collect().await
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(u32);

    impl Worker for Failing {
        async fn perform(&mut self) -> Result<()> {
            self.0 += 1;
            tokio::task::yield_now().await;
            anyhow::ensure!(self.0 < 10, "the tenth request failed");
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_first_failure_ends_the_load() {
        let window = Window::after(Duration::ZERO, Duration::from_secs(600));
        let error = drive(vec![Failing(0), Failing(0)], window, None).await.map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "the tenth request failed");
    }

    #[test]
    fn quantiles_are_milliseconds() {
        let mut latencies = Latencies::new().unwrap();
        (1..=100).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        assert_eq!(latencies.count(), 100);
        assert!((latencies.quantile_ms(0.5) - 50.0).abs() < 0.1, "{}", latencies.quantile_ms(0.5));
        assert!((latencies.max_ms() - 100.0).abs() < 0.1);
    }
}
