//! Group commit for databases on a server: a few writers, each of which takes what is queued for it, commits that
//! once, then answers each. None waits for company.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guildhall_model::Result;
use guildhall_model::codes::context;
use parking_lot::RwLock;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::database::closed;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::{Batch, OpenOptions};

/// A batch that lost against another transaction is tried so many times more.
const RETRIES: u32 = 5;

/// What became of one batch of a group.
pub(super) type Outcome = Result<(), BatchError>;

/// How a database commits a group.
pub(super) trait Commit: Send + Sync + 'static {
    /// How many batches share one commit at most.
    const GROUP: usize;

    /// One transaction for all; the batches that fail leave the others alone. An outcome a batch, in their order.
    fn attempt(&self, batches: &[Batch]) -> impl Future<Output = Result<Vec<Outcome>, Broken>> + Send;

    /// A connection was dead: the other idle ones hardly live.
    fn forget_idle(&self);
}

/// Why a transaction did not come to its end.
pub(super) enum Broken {
    /// Nothing of it happened.
    Before(Failure),
    /// The connection was lost while it committed: nobody knows.
    Unknown(Failure),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Before(failure)
    }
}

impl Broken {
    /// What an error in answer to a COMMIT means: a server that says no has not done it.
    pub fn while_committing(failure: Failure) -> Self {
        if failure.kind == FailureKind::Unavailable { Self::Unknown(failure) } else { Self::Before(failure) }
    }
}

struct Work {
    batch: Batch,
    answer: oneshot::Sender<Result<()>>,
}

pub(super) struct Writers {
    queues: RwLock<Vec<mpsc::Sender<Work>>>,
    tasks: RwLock<Vec<JoinHandle<()>>>,
    next: AtomicUsize,
}

impl Writers {
    pub fn start<C: Commit>(database: &Arc<C>, options: &OpenOptions) -> Self {
        let timeout = Duration::from_millis(options.statement_timeout_ms);
        let (mut queues, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..options.writers.max(1) {
            let (queue, works) = mpsc::channel(options.queue.max(1));
            queues.push(queue);
            tasks.push(tokio::spawn(serve(Arc::clone(database), works, timeout)));
        }
        Self { queues: RwLock::new(queues), tasks: RwLock::new(tasks), next: AtomicUsize::new(0) }
    }

    pub async fn commit(&self, batch: Batch) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.submit(Work { batch, answer })?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    fn submit(&self, work: Work) -> Result<()> {
        let queues = self.queues.read();
        if queues.is_empty() {
            return Err(closed());
        }
        let lane = if work.batch.lane == 0 { self.next.fetch_add(1, Ordering::Relaxed) as u64 } else { work.batch.lane };
        let queue = &queues[(lane % queues.len() as u64) as usize];
        queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => context::BUSY.into(),
            TrySendError::Closed(_) => closed(),
        })
    }

    /// Lets the writers finish what is queued.
    pub async fn close(&self) {
        self.queues.write().clear();
        let tasks = std::mem::take(&mut *self.tasks.write());
        for task in tasks {
            let _ = task.await;
        }
    }
}

async fn serve<C: Commit>(database: Arc<C>, mut works: mpsc::Receiver<Work>, timeout: Duration) {
    while let Some(first) = works.recv().await {
        let mut group = vec![first];
        while group.len() < C::GROUP
            && let Ok(work) = works.try_recv()
        {
            group.push(work);
        }
        // Writers that lock the same rows lock them in the same order.
        group.sort_by_key(|work| work.batch.lane);
        let (batches, answers): (Vec<Batch>, Vec<_>) = group.into_iter().map(|work| (work.batch, work.answer)).unzip();
        let outcomes = within(timeout, &*database, &batches).await;
        for ((batch, answer), outcome) in batches.iter().zip(answers).zip(outcomes) {
            let outcome = match outcome {
                Err(BatchError::Failed(failure)) if failure.kind == FailureKind::Contended => {
                    retry(timeout, &*database, batch, failure).await
                }
                outcome => outcome,
            };
            // Whoever asked may have gone; the batch stands all the same.
            let _ = answer.send(outcome.map_err(BatchError::into_error));
        }
    }
}

/// A deadlock hits the whole group; each of its batches then goes alone, so that the one at fault fails alone.
async fn retry<C: Commit>(timeout: Duration, database: &C, batch: &Batch, mut failure: Failure) -> Outcome {
    for attempt in 1..=RETRIES {
        let outcome = within(timeout, database, std::slice::from_ref(batch)).await.pop();
        match outcome {
            Some(Err(BatchError::Failed(again))) if again.kind == FailureKind::Contended => failure = again,
            Some(outcome) => return outcome,
            None => break,
        }
        let pause_ms = rand::random_range(1..=10 * u64::from(attempt));
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }
    Err(BatchError::Failed(failure))
}

async fn within<C: Commit>(timeout: Duration, database: &C, batches: &[Batch]) -> Vec<Outcome> {
    let failure = match tokio::time::timeout(timeout, on_living_connection(database, batches)).await {
        Ok(Ok(outcomes)) => return outcomes,
        Ok(Err(Broken::Before(failure) | Broken::Unknown(failure))) => failure,
        Err(_) => Failure::unavailable("a commit took too long"),
    };
    let reason = failure.source.to_string();
    batches.iter().map(|_| Err(BatchError::Failed(Failure::new(failure.kind, reason.clone())))).collect()
}

/// A pooled connection may have died since it was used; if nothing happened on it, the next one may do better.
async fn on_living_connection<C: Commit>(database: &C, batches: &[Batch]) -> Result<Vec<Outcome>, Broken> {
    match database.attempt(batches).await {
        Err(Broken::Before(failure)) if failure.kind == FailureKind::Unavailable => {
            database.forget_idle();
            database.attempt(batches).await
        }
        outcome => outcome,
    }
}
