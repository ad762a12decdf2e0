//! What is done every so often on this node for as long as it serves: one list of named sweeps, each on its own, so that
//! one that fails or hangs keeps no other waiting.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use guildhall_api::App;
use guildhall_model::Result;
use guildhall_realtime::Hub;
use guildhall_services::files::SweepLimits;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::boot::stopped;

/// What may be told or forgotten a little late.
const EVERY: Duration = Duration::from_secs(30);
/// Connections that nobody came back for are told of sooner.
const CONNECTIONS_EVERY: Duration = Duration::from_secs(1);
/// How long the server waits at its end for a round that is under way, and for each last one.
const END_TIME: Duration = Duration::from_secs(5);

type Round = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Something that is done every so often.
pub struct Sweep {
    name: &'static str,
    every: Duration,
    /// Holds in memory what must be written down before the server ends.
    runs_at_end: bool,
    run: Box<dyn Fn() -> Round + Send + Sync>,
}

impl Sweep {
    pub fn new<F>(name: &'static str, every: Duration, run: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self { name, every, runs_at_end: false, run: Box::new(move || Box::pin(run())) }
    }

    pub fn and_at_end(self) -> Self {
        Self { runs_at_end: true, ..self }
    }

    async fn run(&self) {
        // In a task of its own, so that a panic ends one round and not the sweep.
        match tokio::spawn((self.run)()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(sweep = self.name, %error, "a sweep failed; it is tried again"),
            Err(error) => tracing::error!(sweep = self.name, %error, "a sweep broke off; it is tried again"),
        }
    }

    async fn repeat(&self, mut stop: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.run().await,
                () = stopped(&mut stop) => return,
            }
        }
    }
}

/// All that this node sweeps.
pub fn all(app: &App, hub: &Hub) -> Vec<Sweep> {
    let with_app = |name, run: fn(App) -> Round| {
        let app = app.clone();
        Sweep::new(name, EVERY, move || run(app.clone()))
    };
    let hub = hub.clone();
    let connections = move || {
        hub.sweep();
        std::future::ready(Ok(()))
    };
    vec![
        Sweep::new("connections", CONNECTIONS_EVERY, connections),
        with_app("statuses", |app| Box::pin(async move { app.services.statuses().sweep_statuses().await })).and_at_end(),
        with_app("sessions", |app| Box::pin(async move { app.services.sessions().sweep_sessions().await })),
        with_app("files", |app| Box::pin(async move { app.services.files().sweep_files(SweepLimits::default()).await.map(drop) })),
        with_app("rate limits", |app| {
            app.limiter.sweep();
            Box::pin(std::future::ready(Ok(())))
        }),
    ]
}

/// The sweeps at work.
pub struct Sweeping {
    sweeps: Vec<Arc<Sweep>>,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Sweeping {
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

    /// Lets the rounds that are under way finish, and runs once more what must be written down.
    pub async fn finish(mut self) {
        let _ = self.stop.send(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(END_TIME, ended).await.is_err() {
            tracing::warn!("a sweep was still under way when the server stopped");
        }
        for sweep in self.sweeps.iter().filter(|sweep| sweep.runs_at_end) {
            if tokio::time::timeout(END_TIME, sweep.run()).await.is_err() {
                tracing::warn!(sweep = sweep.name, "the last sweep did not finish in time");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::context;
    use tokio::sync::mpsc;

    use super::*;

    const OFTEN: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_sweep_that_fails_panics_or_hangs_keeps_no_other_waiting() {
        #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
        let (tell, mut ran) = mpsc::unbounded_channel();
        let rounds = tell.clone();
        let sweeping = Sweeping::start(vec![
            Sweep::new("fails", OFTEN, || async { Err(context::BUSY.into()) }).and_at_end(),
            Sweep::new("panics", OFTEN, || async { unreachable!("on purpose") }).and_at_end(),
            Sweep::new("hangs", OFTEN, std::future::pending).and_at_end(),
            Sweep::new("works", OFTEN, move || {
                std::future::ready(rounds.send("works").map_err(|error| context::INTERNAL.with_source(error)))
            })
            .and_at_end(),
            Sweep::new("is periodic only", OFTEN, move || {
                std::future::ready(tell.send("is periodic only").map_err(|error| context::INTERNAL.with_source(error)))
            }),
        ]);
        for _ in 0..6 {
            ran.recv().await.unwrap();
        }
        sweeping.finish().await;
        let mut last = Vec::new();
        ran.recv_many(&mut last, 10).await;
        assert_eq!(last, ["works"], "once more at the end, and only what must be");
    }
}
