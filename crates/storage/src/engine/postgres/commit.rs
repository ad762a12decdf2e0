//! Commits to PostgreSQL: the statements of a whole group travel in one round trip, each batch in a savepoint.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures::future::{BoxFuture, FutureExt, MaybeDone, maybe_done};
use guildhall_model::Result;
use tokio::sync::Notify;
use tokio_postgres::types::ToSql;

use super::connection::{Manager, Texts, prepare};
use crate::engine::group::{CommitError, Executed, LockWait, Transactions};
use crate::engine::pool::{Connections, Lent};
use crate::engine::submission::Outcome;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::{Batch, Statement};

pub(super) struct Commits {
    connections: Connections<Manager>,
    texts: Arc<Texts>,
    /// Notified of every group.
    wrote: Arc<Notify>,
}

/// A batch whose statements the server knows.
struct Prepared<'a> {
    index: usize,
    statements: Vec<(tokio_postgres::Statement, &'a Statement)>,
}

impl Commits {
    pub fn new(connections: Connections<Manager>, texts: Arc<Texts>, wrote: Arc<Notify>) -> Self {
        Self { connections, texts, wrote }
    }

    pub fn close(&self) {
        self.connections.close();
    }

    async fn prepare<'a>(&self, client: &ClientWrapper, index: usize, batch: &'a Batch) -> Result<Prepared<'a>, BatchError> {
        let mut statements = Vec::with_capacity(batch.len());
        for statement in &batch.statements {
            let text = self.texts.of(&statement.sql);
            let prepared = prepare(client, &text, statement.params.len()).await;
            let prepared = prepared.map_err(|failure| BatchError::Failed(failure.in_sql(&text)))?;
            statements.push((prepared, statement));
        }
        Ok(Prepared { index, statements })
    }
}

impl Transactions for Commits {
    /// Each savepoint is a subtransaction, and a server keeps 64 of them at hand.
    const GROUP_MAX: usize = 64;

    const SHARED_ATTEMPTS_MAX: u32 = 4;

    type Open = Lent<Manager>;

    async fn execute(&self, batches: &[&Batch], lock_wait: LockWait) -> Result<Executed<Lent<Manager>>, Failure> {
        let mut connection = self.connections.lend().await?;
        let client = connection.connection()?;
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(batches.len());
        let mut prepared = Vec::with_capacity(batches.len());
        for (index, batch) in batches.iter().enumerate() {
            match self.prepare(client, index, batch).await {
                Ok(batch) => {
                    prepared.push(batch);
                    outcomes.push(Ok(()));
                }
                Err(BatchError::Failed(failure)) if failure.kind == FailureKind::Unavailable => return Err(failure),
                Err(error) => outcomes.push(Err(error)),
            }
        }
        match prepared.as_slice() {
            [] => {}
            [single] => execute_one(client, single, begin(lock_wait), &mut outcomes).await?,
            several => execute_several(client, several, begin(lock_wait), &mut outcomes).await?,
        }
        if outcomes.iter().any(Result::is_ok) {
            return Ok(Executed { outcomes, transaction: Some(connection) });
        }
        connection.give_back();
        Ok(Executed { outcomes, transaction: None })
    }

    async fn commit(&self, mut connection: Lent<Manager>) -> Result<(), CommitError> {
        connection.connection()?.batch_execute("COMMIT").await.map_err(Failure::from)?;
        connection.give_back();
        self.wrote.notify_one();
        Ok(())
    }

    fn forget_idle(&self) {
        self.connections.forget_idle();
    }
}

/// A deadlock is only looked for after a second, for which the whole group would stand still.
const fn begin(lock_wait: LockWait) -> &'static str {
    match lock_wait {
        LockWait::Short => "BEGIN; SET LOCAL lock_timeout = 50",
        LockWait::Full => "BEGIN",
    }
}

/// Leaves the transaction open if the batch succeeded.
async fn execute_one(client: &ClientWrapper, batch: &Prepared<'_>, begin: &str, outcomes: &mut [Outcome]) -> Result<(), Failure> {
    let mut requests = vec![simple(client, begin.into())];
    requests.extend(batch.statements.iter().map(|(prepared, statement)| execute(client, prepared, statement)));
    let mut answers = pipeline(requests).await.into_iter();
    answers.next().unwrap_or(Ok(0))?;
    let outcome = outcome_of(batch, &mut answers)?;
    if outcome.is_err() {
        client.batch_execute("ROLLBACK").await?;
    }
    outcomes[batch.index] = outcome;
    Ok(())
}

/// Leaves the transaction open if any batch succeeded.
async fn execute_several(client: &ClientWrapper, batches: &[Prepared<'_>], begin: &str, outcomes: &mut [Outcome]) -> Result<(), Failure> {
    let mut prelude = begin.to_owned();
    let mut rest = batches;
    // What follows a batch that fails is executed again; the more fail, the less is risked.
    let mut stride = batches.len();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(stride.min(rest.len()));
        let mut requests = vec![simple(client, std::mem::take(&mut prelude))];
        for batch in now {
            requests.push(simple(client, format!("SAVEPOINT b{}", batch.index)));
            requests.extend(batch.statements.iter().map(|(prepared, statement)| execute(client, prepared, statement)));
        }
        let mut answers = pipeline(requests).await.into_iter();
        answers.next().unwrap_or(Ok(0))?;
        rest = later;
        stride = (stride * 2).min(batches.len());
        for (position, batch) in now.iter().enumerate() {
            answers.next().unwrap_or(Ok(0))?;
            let outcome = outcome_of(batch, &mut answers)?;
            if outcome.is_err() {
                outcomes[batch.index] = outcome;
                prelude = format!("ROLLBACK TO b{}", batch.index);
                rest = &batches[batches.len() - later.len() - now.len() + position + 1..];
                stride = (now.len() / 2).max(1);
                break;
            }
        }
    }
    if batches.iter().all(|batch| outcomes[batch.index].is_err()) {
        prelude = "ROLLBACK".to_owned();
    }
    if !prelude.is_empty() {
        client.batch_execute(&prelude).await?;
    }
    Ok(())
}

type Answer = Result<u64, tokio_postgres::Error>;

/// Compares a batch's answers with what it expects. The outer error means that the connection is of no more use.
fn outcome_of(batch: &Prepared<'_>, answers: &mut impl Iterator<Item = Answer>) -> Result<Outcome, Failure> {
    let mut outcome = Ok(());
    for ((_, statement), answer) in batch.statements.iter().zip(answers) {
        // Only the first failure counts: the rest of an aborted transaction fails because of it.
        if outcome.is_err() {
            continue;
        }
        outcome = match answer {
            Ok(rows) => statement.check_rows(rows).map_err(BatchError::Answer),
            Err(error) => {
                let failure = Failure::from(error);
                if failure.kind == FailureKind::Unavailable {
                    return Err(failure);
                }
                let text = statement.sql.render(crate::Dialect::Postgres);
                Err(statement.failed(failure.in_sql(&text)))
            }
        };
    }
    Ok(outcome)
}

fn simple(client: &ClientWrapper, sql: String) -> BoxFuture<'_, Answer> {
    async move { client.batch_execute(&sql).await.map(|()| 0) }.boxed()
}

fn execute<'a>(client: &'a ClientWrapper, prepared: &'a tokio_postgres::Statement, statement: &'a Statement) -> BoxFuture<'a, Answer> {
    async move {
        let params: Vec<&(dyn ToSql + Sync)> = statement.params.iter().map(|value| value as _).collect();
        client.execute(prepared, &params).await
    }
    .boxed()
}

/// Sends every request before it waits for any; the server answers in the same order.
async fn pipeline(requests: Vec<BoxFuture<'_, Answer>>) -> Vec<Answer> {
    let mut requests: Vec<MaybeDone<_>> = requests.into_iter().map(maybe_done).collect();
    // A request is sent when it is first polled.
    poll_fn(|context| {
        for request in &mut requests {
            let _ = Pin::new(request).poll(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(requests.len());
    for request in &mut requests {
        (&mut *request).await;
        answers.extend(Pin::new(request).take_output());
    }
    answers
}
