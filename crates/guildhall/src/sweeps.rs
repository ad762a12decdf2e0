//! Periodic tasks of each node: one list of named sweeps, each in a task of its own, so that one that fails or hangs does
//! not delay the others. Work that is done once among all nodes is a job: that list is
//! `crates/services/src/jobs/registry.rs`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use guildhall_api::live::recheck_connections;
use guildhall_api::{App, monitoring};
use guildhall_model::Result;
use guildhall_model::sample::FINE_INTERVAL_MS;
use guildhall_realtime::Hub;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::boot::wait_for_stop;

/// How often it is looked whether the checks of the machine are due.
const EXAMINATION_INTERVAL: Duration = Duration::from_secs(60);
/// How often it is looked which files of messages continuous backups need.
const CONTINUOUS_INTERVAL: Duration = Duration::from_secs(5);
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);
/// Shorter, because an expired connection turns its user offline.
const CONNECTION_SWEEP_INTERVAL: Duration = Duration::from_secs(1);
/// How long a connection may outlive its session when no event of the end reaches this node.
const CONNECTION_CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// How often the figures for the charts are stored.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(FINE_INTERVAL_MS as u64);
/// How long a stop waits for the runs in progress, and for each final run.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);

type SweepFuture = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A periodic task.
pub struct Sweep {
    name: &'static str,
    interval: Duration,
    /// Has state in memory that must be stored before the server ends.
    has_final_run: bool,
    run: Box<dyn Fn() -> SweepFuture + Send + Sync>,
}

impl Sweep {
    pub fn new<F>(name: &'static str, interval: Duration, run: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self { name, interval, has_final_run: false, run: Box::new(move || Box::pin(run())) }
    }

    pub fn with_final_run(self) -> Self {
        Self { has_final_run: true, ..self }
    }

    async fn run(&self) {
        // In a task of its own, so that a panic ends one run and not the sweep.
        match tokio::spawn((self.run)()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(sweep = self.name, %error, "a sweep failed; it is tried again"),
            Err(error) => tracing::error!(sweep = self.name, %error, "a sweep panicked; it is tried again"),
        }
    }

    async fn repeat(&self, mut stop: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.run().await,
                () = wait_for_stop(&mut stop) => return,
            }
        }
    }
}

/// All sweeps of a node.
pub fn all(app: &App, hub: &Hub) -> Vec<Sweep> {
    let with_app = |name, run: fn(App) -> SweepFuture| {
        let app = app.clone();
        Sweep::new(name, SWEEP_INTERVAL, move || run(app.clone()))
    };
    let examined = app.clone();
    let examine = move || {
        let app = examined.clone();
        async move { app.services.findings().examine_when_due().await }
    };
    let hub = hub.clone();
    let checked = app.clone();
    let check = move || {
        let app = checked.clone();
        async move { recheck_connections(&app).await }
    };
    let connections = move || {
        hub.sweep();
        std::future::ready(Ok(()))
    };
    let moved = app.clone();
    let mode = move || {
        let app = moved.clone();
        async move { app.services.database().end_lapsed_mode().await }
    };
    let sampled = app.clone();
    let sample = move || {
        let app = sampled.clone();
        async move { monitoring::record_sample(&app).await }
    };
    let followed = app.clone();
    let follow = move || {
        let app = followed.clone();
        async move { app.services.backups().follow_continuous().await }
    };
    vec![
        Sweep::new("examination", EXAMINATION_INTERVAL, examine),
        Sweep::new("mode of the database", CONNECTION_SWEEP_INTERVAL, mode),
        Sweep::new("connections", CONNECTION_SWEEP_INTERVAL, connections),
        Sweep::new("sessions of connections", CONNECTION_CHECK_INTERVAL, check),
        Sweep::new("samples", SAMPLE_INTERVAL, sample),
        Sweep::new("continuous backup", CONTINUOUS_INTERVAL, follow),
        with_app("limits", |app| Box::pin(async move { app.services.limits().load_limits().await })),
        with_app("statuses", |app| Box::pin(async move { app.services.statuses().sweep_statuses().await })).with_final_run(),
        with_app("rate limits", |app| {
            app.limiter.sweep();
            Box::pin(std::future::ready(Ok(())))
        }),
    ]
}

/// The running sweeps.
pub struct RunningSweeps {
    sweeps: Vec<Arc<Sweep>>,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl RunningSweeps {
    pub fn start(sweeps: Vec<Sweep>) -> Self {
        let sweeps: Vec<Arc<Sweep>> = sweeps.into_iter().map(Arc::new).collect();
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for sweep in &sweeps {
            let (sweep, stopped) = (Arc::clone(sweep), stopped.clone());
            tasks.spawn(async move { sweep.repeat(stopped).await });
        }
        Self { sweeps, tasks, stop }
    }

    /// Waits for the runs in progress, and then runs the sweeps once more whose state must be stored.
    pub async fn finish(mut self) {
        let _ = self.stop.send(true);
        let all_ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_TIMEOUT, all_ended).await.is_err() {
            tracing::warn!("a sweep was still running when the server stopped");
        }
        for sweep in self.sweeps.iter().filter(|sweep| sweep.has_final_run) {
            if tokio::time::timeout(FINISH_TIMEOUT, sweep.run()).await.is_err() {
                tracing::warn!(sweep = sweep.name, "the final run of a sweep did not finish in time");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::context;
    use tokio::sync::mpsc;

    use super::*;

    const INTERVAL: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_sweep_that_fails_panics_or_hangs_does_not_delay_others() {
        #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
        let (sender, mut runs) = mpsc::unbounded_channel();
        let other_sender = sender.clone();
        let running = RunningSweeps::start(vec![
            Sweep::new("fails", INTERVAL, || async { Err(context::BUSY.into()) }).with_final_run(),
            Sweep::new("panics", INTERVAL, || async { unreachable!("on purpose") }).with_final_run(),
            Sweep::new("hangs", INTERVAL, std::future::pending).with_final_run(),
            Sweep::new("works", INTERVAL, move || {
                std::future::ready(other_sender.send("works").map_err(|error| context::INTERNAL.with_source(error)))
            })
            .with_final_run(),
            Sweep::new("is periodic only", INTERVAL, move || {
                std::future::ready(sender.send("is periodic only").map_err(|error| context::INTERNAL.with_source(error)))
            }),
        ]);
        for _ in 0..6 {
            runs.recv().await.unwrap();
        }
        running.finish().await;
        let mut final_runs = Vec::new();
        runs.recv_many(&mut final_runs, 10).await;
        assert_eq!(final_runs, ["works"], "only sweeps with a final run");
    }
}
