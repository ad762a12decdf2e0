//! Group commit for databases on a server: a few writers, each of which takes what is queued for it, commits that
//! once, then answers each. None waits for company.
//!
//! A group holds the locks of all its batches until it commits, so two groups that wait for each other's rows are the
//! rule rather than the exception where many write. Hence: what belongs together goes through one writer; a batch that
//! cannot have its rows at once steps back and is carried into the next group; and one that keeps losing goes alone.

use std::future::Future;
use std::sync::Arc;
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

/// A batch that lost against other transactions so many times is given up.
const ATTEMPTS: u32 = 6;

/// What became of one batch of a group.
pub(super) type Outcome = Result<(), BatchError>;

/// How a database commits a group.
pub(super) trait Commit: Send + Sync + 'static {
    /// How many batches share one commit at most.
    const GROUP: usize;

    /// A batch that lost so many times goes alone.
    const TOGETHER: u32;

    /// One transaction for all; the batches that fail leave the others alone. An outcome a batch, in their order.
    fn attempt(&self, batches: &[&Batch], patience: Patience) -> impl Future<Output = Result<Vec<Outcome>, Broken>> + Send;

    /// A connection was dead: the other idle ones hardly live.
    fn forget_idle(&self);
}

/// How long to wait for a row that another transaction has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// Hardly: everybody else in the group waits too.
    Short,
    /// As long as the server's settings say.
    Long,
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
    /// How often it lost.
    lost: u32,
}

pub(super) struct Writers {
    queues: RwLock<Vec<mpsc::Sender<Work>>>,
    tasks: RwLock<Vec<JoinHandle<()>>>,
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
        Self { queues: RwLock::new(queues), tasks: RwLock::new(tasks) }
    }

    pub async fn commit(&self, batch: Batch) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        self.submit(Work { batch, answer, lost: 0 })?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    fn submit(&self, work: Work) -> Result<()> {
        let queues = self.queues.read();
        if queues.is_empty() {
            return Err(closed());
        }
        let queue = &queues[(work.batch.lane % queues.len() as u64) as usize];
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
    let mut carried = Vec::new();
    loop {
        let mut group = std::mem::take(&mut carried);
        if group.is_empty() {
            match works.recv().await {
                Some(work) => group.push(work),
                None => return,
            }
        }
        while group.len() < C::GROUP
            && let Ok(work) = works.try_recv()
        {
            group.push(work);
        }
        // Writers that lock the same rows lock them in the same order.
        group.sort_by_key(|work| work.batch.lane);
        let (together, alone): (Vec<_>, Vec<_>) = group.into_iter().partition(|work| work.lost < C::TOGETHER);
        carried.extend(commit(&*database, together, Patience::Short, timeout).await);
        for work in alone {
            carried.extend(commit(&*database, vec![work], Patience::Long, timeout).await);
        }
    }
}

/// Commits a group and answers those whose fate is known; returns those who lost and may try again.
async fn commit<C: Commit>(database: &C, group: Vec<Work>, patience: Patience, timeout: Duration) -> Vec<Work> {
    if group.is_empty() {
        return Vec::new();
    }
    let batches: Vec<&Batch> = group.iter().map(|work| &work.batch).collect();
    let outcomes = within(timeout, database, &batches, patience).await;
    let mut carried = Vec::new();
    for (mut work, outcome) in group.into_iter().zip(outcomes) {
        match outcome {
            Err(BatchError::Failed(failure)) if failure.kind == FailureKind::Contended && work.lost + 1 < ATTEMPTS => {
                work.lost += 1;
                carried.push(work);
            }
            // Whoever asked may have gone; the batch stands all the same.
            outcome => drop(work.answer.send(outcome.map_err(BatchError::into_error))),
        }
    }
    carried
}

async fn within<C: Commit>(timeout: Duration, database: &C, batches: &[&Batch], patience: Patience) -> Vec<Outcome> {
    let failure = match tokio::time::timeout(timeout, on_living_connection(database, batches, patience)).await {
        Ok(Ok(outcomes)) => return outcomes,
        Ok(Err(Broken::Before(failure) | Broken::Unknown(failure))) => failure,
        Err(_) => Failure::unavailable("a commit took too long"),
    };
    let reason = failure.source.to_string();
    batches.iter().map(|_| Err(BatchError::Failed(Failure::new(failure.kind, reason.clone())))).collect()
}

/// A pooled connection may have died since it was used; if nothing happened on it, the next one may do better.
async fn on_living_connection<C: Commit>(database: &C, batches: &[&Batch], patience: Patience) -> Result<Vec<Outcome>, Broken> {
    match database.attempt(batches, patience).await {
        Err(Broken::Before(failure)) if failure.kind == FailureKind::Unavailable => {
            database.forget_idle();
            database.attempt(batches, patience).await
        }
        outcome => outcome,
    }
}
