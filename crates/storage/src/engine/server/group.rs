//! Group commit for databases on a server: a few writers, each of which executes what is queued for it in one
//! transaction and commits that once. No writer waits for a group to fill.
//!
//! A group holds the locks of all its batches until it commits, so under load groups often wait for each other's rows.
//! Hence: batches that lock the same rows go through one writer; a batch that does not get its locks at once is retried
//! in the next group; and one that keeps conflicting is executed in a transaction of its own.
//!
//! A COMMIT that the database did not answer was executed or not, and its events are not published. The lane remembers that:
//! when a later batch of the lane has met the same rows, the earlier one is at its end, and before that batch is answered,
//! [`guildhall_model::Event::EventsLost`] makes everybody read again. So a batch that is sent again and found done is not
//! acknowledged before its readers can know of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use guildhall_model::Result;
use guildhall_model::codes::context;
use parking_lot::RwLock;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::driver::{Driver, LockWait};
use super::transaction::{CommitError, ExecutedGroup, Transactions};
use crate::dispatch::{Delivery, Dispatcher, Slot, Ticket};
use crate::engine::submission::{Answer, Outcome, Submission};
use crate::failure::{BatchError, Failure, FailureKind, closed};
use crate::observer::Observer;
use crate::sync::task::{self, JoinHandle};
use crate::sync::timeout;
use crate::{Batch, OpenOptions};

/// A batch that conflicted with other transactions so many times fails.
const ATTEMPTS_MAX: u32 = 6;

struct QueuedBatch {
    submission: Submission,
    conflicts: u32,
}

pub(super) struct Writers {
    queues: RwLock<Vec<mpsc::Sender<QueuedBatch>>>,
    tasks: RwLock<Vec<JoinHandle<()>>>,
}

impl Writers {
    pub fn start<D: Driver>(
        transactions: &Arc<Transactions<D>>,
        dispatcher: &Arc<Dispatcher>,
        options: &OpenOptions,
        observer: &Arc<Observer>,
    ) -> Self {
        let timeout = Duration::from_millis(options.statement_timeout_ms);
        let (mut queues, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..options.writers.max(1) {
            let (sender, queue) = mpsc::channel(options.queue.max(1));
            queues.push(sender);
            let (transactions, dispatcher, observer) = (Arc::clone(transactions), Arc::clone(dispatcher), Arc::clone(observer));
            let writer = Writer { transactions, dispatcher, observer, timeout };
            tasks.push(task::spawn(writer.run(queue)));
        }
        Self { queues: RwLock::new(queues), tasks: RwLock::new(tasks) }
    }

    pub fn submit(&self, batch: Batch) -> Result<Answer> {
        let (submission, answer) = Submission::new(batch);
        self.queue(QueuedBatch { submission, conflicts: 0 })?;
        Ok(answer)
    }

    fn queue(&self, queued: QueuedBatch) -> Result<()> {
        let queues = self.queues.read();
        if queues.is_empty() {
            return Err(closed());
        }
        let queue = &queues[(queued.submission.batch.lane % queues.len() as u64) as usize];
        queue.try_send(queued).map_err(|error| match error {
            TrySendError::Full(_) => context::BUSY.into(),
            TrySendError::Closed(_) => closed(),
        })
    }

    /// Batches that wait for a writer.
    pub fn waiting(&self) -> usize {
        self.queues.read().iter().map(|queue| queue.max_capacity() - queue.capacity()).sum()
    }

    /// Waits until the writers have committed what is queued.
    pub async fn close(&self) {
        self.queues.write().clear();
        let tasks = std::mem::take(&mut *self.tasks.write());
        for task in tasks {
            let _ = task.await;
        }
    }
}

/// What became of a group.
struct GroupOutcome {
    /// Of each batch, in their order.
    outcomes: Vec<Outcome>,
    /// The group's position in the commit order, where it has events.
    ticket: Option<Ticket>,
    /// Whether the COMMIT was sent and not answered.
    is_unknown: bool,
}

struct Writer<D: Driver> {
    transactions: Arc<Transactions<D>>,
    dispatcher: Arc<Dispatcher>,
    observer: Arc<Observer>,
    timeout: Duration,
}

impl<D: Driver> Writer<D> {
    async fn run(self, mut queue: mpsc::Receiver<QueuedBatch>) {
        let mut retries = Vec::new();
        let mut unknown_lanes = HashSet::new();
        loop {
            let mut group = std::mem::take(&mut retries);
            if group.is_empty() {
                match queue.recv().await {
                    Some(queued) => group.push(queued),
                    None => return,
                }
            }
            while group.len() < D::GROUP_MAX
                && let Ok(queued) = queue.try_recv()
            {
                group.push(queued);
            }
            // Writers that lock the same rows lock them in the same order.
            group.sort_by_key(|queued| queued.submission.batch.lane);
            let (shared, single): (Vec<_>, Vec<_>) = group.into_iter().partition(|queued| queued.conflicts < D::SHARED_ATTEMPTS_MAX);
            retries.extend(self.write(shared, LockWait::Short, &mut unknown_lanes).await);
            for queued in single {
                retries.extend(self.write(vec![queued], LockWait::Full, &mut unknown_lanes).await);
            }
        }
    }

    /// Commits a group, answers it and passes its events to the dispatcher; returns the batches to retry.
    async fn write(&self, group: Vec<QueuedBatch>, lock_wait: LockWait, unknown_lanes: &mut HashSet<u64>) -> Vec<QueuedBatch> {
        if group.is_empty() {
            return Vec::new();
        }
        let batches: Vec<&Batch> = group.iter().map(|queued| &queued.submission.batch).collect();
        let has_events = batches.iter().any(|batch| !batch.events.is_empty());
        // Reserved before any row is locked.
        let slot = if has_events { Some(self.dispatcher.reserve().await) } else { None };
        let start = Instant::now();
        let GroupOutcome { outcomes, ticket, is_unknown } = self.commit(&batches, lock_wait, has_events).await;
        self.observe(&batches, start.elapsed());
        let mut are_events_lost = false;
        for (batch, outcome) in batches.iter().zip(&outcomes) {
            match outcome {
                Err(BatchError::Failed(_)) if is_unknown && !batch.events.is_empty() => {
                    unknown_lanes.insert(batch.lane);
                }
                Err(BatchError::Failed(_)) => {}
                Ok(()) | Err(BatchError::Rejected(_)) => are_events_lost |= unknown_lanes.remove(&batch.lane),
            }
        }
        let (mut retries, mut deliveries, mut answered_later) = (Vec::new(), Vec::new(), Vec::new());
        for (mut queued, outcome) in group.into_iter().zip(outcomes) {
            match outcome {
                Err(BatchError::Failed(failure)) if failure.kind == FailureKind::Contended && queued.conflicts + 1 < ATTEMPTS_MAX => {
                    queued.conflicts += 1;
                    retries.push(queued);
                }
                outcome if are_events_lost && (outcome.is_err() || queued.submission.batch.events.is_empty()) => {
                    answered_later.push((queued.submission, outcome));
                }
                outcome => deliveries.extend(queued.submission.complete(outcome)),
            }
        }
        if are_events_lost {
            self.publish_after_loss(deliveries, ticket, slot).await;
            for (submission, outcome) in answered_later {
                submission.complete(outcome);
            }
            return retries;
        }
        if let (Some(ticket), Some(slot)) = (ticket, slot)
            && !deliveries.is_empty()
        {
            ticket.publish(deliveries, slot);
        }
        retries
    }

    async fn publish_after_loss(&self, mut deliveries: Vec<Delivery>, ticket: Option<Ticket>, slot: Option<Slot>) {
        tracing::warn!("the database did not answer a commit, whose events may be missing: all clients have to load again");
        let (lost, published) = Delivery::events_lost();
        deliveries.insert(0, lost);
        let slot = match slot {
            Some(slot) => slot,
            None => self.dispatcher.reserve().await,
        };
        ticket.unwrap_or_else(|| self.dispatcher.take_ticket()).publish(deliveries, slot);
        // Without an answer the database is being closed.
        let _ = published.await;
    }

    /// Which statement of a slow group was slow is not known: the first one is logged.
    fn observe(&self, batches: &[&Batch], duration: Duration) {
        let statements = batches.iter().map(|batch| batch.len()).sum();
        self.observer.count_commit(duration, batches.len(), statements);
        let Some((batch, first)) = batches.first().and_then(|batch| Some((batch, batch.statements.first()?))) else { return };
        if let Some(slow) = self.observer.slow(duration, statements as u64, || self.transactions.render(&first.sql).to_string()) {
            batch.span.in_scope(|| self.observer.log(slow));
        }
    }

    async fn commit(&self, batches: &[&Batch], lock_wait: LockWait, has_events: bool) -> GroupOutcome {
        let is_committing = AtomicBool::new(false);
        let transaction = self.transaction(batches, lock_wait, has_events, &is_committing);
        let (failure, is_unknown) = match timeout(self.timeout, transaction).await {
            Ok(Ok((outcomes, ticket))) => return GroupOutcome { outcomes, ticket, is_unknown: false },
            Ok(Err(CommitError::Refused(failure))) => (failure, false),
            Ok(Err(CommitError::Unknown(failure))) => (failure, true),
            Err(_) => (Failure::unavailable("a commit took too long"), is_committing.load(Ordering::Relaxed)),
        };
        let reason = failure.source.to_string();
        let outcomes = batches.iter().map(|_| Err(BatchError::Failed(Failure::new(failure.kind, reason.clone())))).collect();
        GroupOutcome { outcomes, ticket: None, is_unknown }
    }

    async fn transaction(
        &self,
        batches: &[&Batch],
        lock_wait: LockWait,
        has_events: bool,
        is_committing: &AtomicBool,
    ) -> Result<(Vec<Outcome>, Option<Ticket>), CommitError> {
        let executed = match self.transactions.execute(batches, lock_wait).await {
            // A pooled connection may have died since it was used; the next one may be alive.
            Err(failure) if failure.kind == FailureKind::Unavailable => {
                self.transactions.drop_idle();
                self.transactions.execute(batches, lock_wait).await
            }
            executed => executed,
        };
        let ExecutedGroup { outcomes, transaction } = executed.map_err(CommitError::Refused)?;
        let Some(transaction) = transaction else {
            return Ok((outcomes, None));
        };
        // Void when the COMMIT fails, is of unknown outcome or takes too long.
        let ticket = has_events.then(|| self.dispatcher.take_ticket());
        is_committing.store(true, Ordering::Relaxed);
        self.transactions.commit(transaction).await?;
        Ok((outcomes, ticket))
    }
}
