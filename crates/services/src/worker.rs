//! The workers of this node: they claim due jobs and deliveries and run them, with bounded concurrency.

use std::sync::Arc;
use std::time::Duration;

use guildhall_model::codes::context;
use guildhall_model::{Error, Result};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::deliveries::DeliveryQueue;
use crate::jobs::JobQueue;
use crate::{Services, boxed};

/// How often a worker polls for items that are due by time, and for those that other nodes queued or abandoned.
const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// How long shutdown waits for running items.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Longer error messages are truncated.
const ERROR_CHARS_MAX: usize = 400;

/// An error and what caused it, for administrators and the owners of integrations.
pub(crate) fn describe(error: &Error) -> String {
    match &error.source {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}

/// Why something failed, as one sentence for administrators. That of a fault of the server refers to a request, and here is none.
pub(crate) fn reason(error: &Error) -> String {
    match &error.source {
        Some(source) if error.is(context::INTERNAL) => format!("Something went wrong on the server: {source}."),
        _ => error.message(),
    }
}

/// An error message as it is stored with its row.
pub(crate) fn stored_message(message: &str) -> String {
    message.chars().filter(|c| *c != '\0').take(ERROR_CHARS_MAX).collect()
}

/// A queue of leased rows.
pub(crate) trait Queue: 'static {
    type Item: Send + 'static;
    /// The number of items that run concurrently on this node.
    const CONCURRENCY_MAX: usize;

    /// Notified when an item was queued.
    fn work_available(services: &Services) -> &Notify;
    /// Claims due items that nobody else holds.
    fn claim(services: &Services, limit: usize) -> impl Future<Output = Result<Vec<Self::Item>>> + Send;
    /// Runs the item and writes its result. Ends early when `stop` is true.
    fn run(services: &Services, item: Self::Item, stop: watch::Receiver<bool>) -> impl Future<Output = ()> + Send;
}

/// The running workers.
pub struct Workers {
    services: Arc<Services>,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Workers {
    /// Releases leases that an unclean shutdown left behind, and starts the workers.
    pub async fn start(services: Arc<Services>) -> Result<Self> {
        services.release_leases(true).await?;
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(run_worker::<JobQueue>(Arc::clone(&services), stopped.clone()));
        tasks.spawn(run_worker::<DeliveryQueue>(Arc::clone(&services), stopped));
        Ok(Self { services, tasks, stop })
    }

    /// Waits for running items, up to a time limit, and releases the rest for the next start or another node.
    pub async fn finish(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
        if let Err(error) = self.services.release_leases(false).await {
            tracing::warn!(%error, "leases could not be released; their items are claimed again when they expire");
        }
    }
}

async fn run_worker<Q: Queue>(services: Arc<Services>, mut stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    while !*stop.borrow() {
        start_due::<Q>(&services, &mut running, &stop).await;
        tokio::select! {
            () = Q::work_available(&services).notified(), if running.len() < Q::CONCURRENCY_MAX => {}
            Some(ended) = running.join_next() => log_panic(ended),
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    let ended = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, ended).await.is_err() {
        tracing::warn!("jobs or deliveries were still running at shutdown; they are restarted later");
        running.shutdown().await;
    }
}

async fn start_due<Q: Queue>(services: &Arc<Services>, running: &mut JoinSet<()>, stop: &watch::Receiver<bool>) {
    let free = Q::CONCURRENCY_MAX.saturating_sub(running.len());
    if free == 0 {
        return;
    }
    match Q::claim(services, free).await {
        Ok(items) => {
            for item in items {
                let (services, stop) = (Arc::clone(services), stop.clone());
                running.spawn(async move { Q::run(&services, item, stop).await });
            }
        }
        Err(error) => tracing::warn!(%error, "jobs or deliveries could not be claimed; retrying"),
    }
}

fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a job or delivery panicked; it is claimed again when its lease expires");
    }
}

async fn run_due<Q: Queue>(services: &Services) -> Result<usize> {
    let (_stop_sender, stop) = watch::channel(false);
    let mut count = 0;
    loop {
        let items = Q::claim(services, Q::CONCURRENCY_MAX).await?;
        if items.is_empty() {
            return Ok(count);
        }
        count += items.len();
        futures::future::join_all(items.into_iter().map(|item| Q::run(services, item, stop.clone()))).await;
    }
}

impl Services {
    /// Runs all jobs that are due now, without a worker, and returns their number.
    #[boxed]
    pub async fn run_due_jobs(&self) -> Result<usize> {
        run_due::<JobQueue>(self).await
    }

    /// Makes all deliveries that are due now, without a worker, and returns the number of attempts.
    #[boxed]
    pub async fn make_due_deliveries(&self) -> Result<usize> {
        run_due::<DeliveryQueue>(self).await
    }

    /// Releases all leases of this node. `is_attempt_counted`: whether aborted runs count as attempts.
    async fn release_leases(&self, is_attempt_counted: bool) -> Result<()> {
        self.jobs().release_jobs(is_attempt_counted).await?;
        self.deliveries().release_deliveries(is_attempt_counted).await
    }
}
