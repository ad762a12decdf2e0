//! Executes groups in PostgreSQL: the statements of a whole group travel in one round trip, each batch in a savepoint.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures::future::{BoxFuture, FutureExt, MaybeDone, maybe_done};
use guildhall_model::Result;
use tokio_postgres::types::ToSql;

use super::connection::prepare;
use super::texts::Texts;
use crate::engine::server::LockWait;
use crate::engine::submission::Outcome;
use crate::failure::{BatchError, Failure, FailureKind};
use crate::{Batch, Statement};

/// A batch whose statements the server has prepared.
struct PreparedBatch<'a> {
    index: usize,
    statements: Vec<(tokio_postgres::Statement, &'a Statement)>,
}

/// Leaves the transaction open. Any error of the connection itself is final for it.
pub(super) async fn execute(
    client: &ClientWrapper,
    texts: &Texts,
    batches: &[&Batch],
    lock_wait: LockWait,
) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(batches.len());
    let mut prepared = Vec::with_capacity(batches.len());
    for (index, batch) in batches.iter().enumerate() {
        match prepare_batch(client, texts, index, batch).await {
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
    Ok(outcomes)
}

async fn prepare_batch<'a>(client: &ClientWrapper, texts: &Texts, index: usize, batch: &'a Batch) -> Result<PreparedBatch<'a>, BatchError> {
    let mut statements = Vec::with_capacity(batch.len());
    for statement in &batch.statements {
        let text = texts.render(&statement.sql);
        let prepared = prepare(client, &text, statement.params.len()).await;
        let prepared = prepared.map_err(|failure| BatchError::Failed(failure.in_sql(&text)))?;
        statements.push((prepared, statement));
    }
    Ok(PreparedBatch { index, statements })
}

/// PostgreSQL looks for a deadlock only after a second, during which the whole group would wait.
const fn begin(lock_wait: LockWait) -> &'static str {
    match lock_wait {
        LockWait::Short => "BEGIN; SET LOCAL lock_timeout = 50",
        LockWait::Full => "BEGIN",
    }
}

async fn execute_one(client: &ClientWrapper, batch: &PreparedBatch<'_>, begin: &str, outcomes: &mut [Outcome]) -> Result<(), Failure> {
    let mut requests = vec![simple(client, begin.into())];
    requests.extend(batch.requests(client));
    let mut answers = pipeline(requests).await.into_iter();
    answers.next().unwrap_or(Ok(0))?;
    outcomes[batch.index] = outcome_of(batch, &mut answers)?;
    Ok(())
}

async fn execute_several(
    client: &ClientWrapper,
    batches: &[PreparedBatch<'_>],
    begin: &str,
    outcomes: &mut [Outcome],
) -> Result<(), Failure> {
    let mut prelude = begin.to_owned();
    let mut rest = batches;
    // What follows a batch that fails is executed again, so each failure halves how many are sent at once.
    let mut stride = batches.len();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(stride.min(rest.len()));
        let mut requests = vec![simple(client, std::mem::take(&mut prelude))];
        for batch in now {
            requests.push(simple(client, format!("SAVEPOINT b{}", batch.index)));
            requests.extend(batch.requests(client));
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
    // If all failed, the caller rolls back the whole transaction.
    if !prelude.is_empty() && outcomes.iter().any(Result::is_ok) {
        client.batch_execute(&prelude).await?;
    }
    Ok(())
}

type Answer = Result<u64, tokio_postgres::Error>;

/// Compares a batch's answers with what it expects. After the outer error the connection cannot be used.
fn outcome_of(batch: &PreparedBatch<'_>, answers: &mut impl Iterator<Item = Answer>) -> Result<Outcome, Failure> {
    let mut outcome = Ok(());
    for ((_, statement), answer) in batch.statements.iter().zip(answers) {
        // Only the first failure counts: the rest of an aborted transaction fails because of it.
        if outcome.is_err() {
            continue;
        }
        outcome = match answer {
            Ok(rows) => statement.check_rows(rows).map_err(BatchError::Rejected),
            Err(error) => {
                let failure = Failure::from(error);
                if failure.kind == FailureKind::Unavailable {
                    return Err(failure);
                }
                let text = statement.sql.render(crate::Dialect::Postgres);
                Err(statement.classify(failure.in_sql(&text)))
            }
        };
    }
    Ok(outcome)
}

impl PreparedBatch<'_> {
    fn requests<'a>(&'a self, client: &'a ClientWrapper) -> impl Iterator<Item = BoxFuture<'a, Answer>> {
        self.statements.iter().map(|(prepared, statement)| execute_statement(client, prepared, statement))
    }
}

fn simple(client: &ClientWrapper, sql: String) -> BoxFuture<'_, Answer> {
    async move { client.batch_execute(&sql).await.map(|()| 0) }.boxed()
}

fn execute_statement<'a>(
    client: &'a ClientWrapper,
    prepared: &'a tokio_postgres::Statement,
    statement: &'a Statement,
) -> BoxFuture<'a, Answer> {
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
