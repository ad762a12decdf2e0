//! The writer thread: takes what is queued, commits it once, then answers each. It never waits for company.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender};
use guildhall_model::Result;
use rusqlite::{Connection, params_from_iter};
use tokio::sync::oneshot;

use super::checkpoint::Checkpoints;
use super::connection::{Place, Use, open_failed};
use crate::failure::{BatchError, Failure};
use crate::{Batch, Dialect, Statement};

/// How many batches share one commit at most.
const GROUP: usize = 256;

pub(super) struct Work {
    pub batch: Batch,
    pub answer: oneshot::Sender<Result<()>>,
}

pub(super) enum Message {
    Commit(Work),
    Close,
}

pub(super) fn start(place: &Arc<Place>, queue: usize, checkpoints: Checkpoints) -> Result<(Sender<Message>, JoinHandle<()>)> {
    let (sender, messages) = crossbeam_channel::bounded(queue.max(1));
    let connection = place.connect(Use::Write)?;
    let place = Arc::clone(place);
    let run = move || {
        serve(&connection, &messages, &checkpoints);
        drop((connection, place));
    };
    let thread = thread::Builder::new().name("sqlite-write".into()).spawn(run).map_err(|error| open_failed(&error))?;
    Ok((sender, thread))
}

fn serve(connection: &Connection, messages: &Receiver<Message>, checkpoints: &Checkpoints) {
    let mut open = true;
    while open {
        let mut group = Vec::new();
        let mut next = messages.recv().ok();
        open = next.is_some();
        while let Some(message) = next.take() {
            match message {
                Message::Commit(work) => group.push(work),
                Message::Close => open = false,
            }
            if open && group.len() < GROUP {
                next = messages.try_recv().ok();
            }
        }
        let batches: Vec<&Batch> = group.iter().map(|work| &work.batch).collect();
        let outcomes = commit_group(connection, &batches);
        let statements = batches.iter().map(|batch| batch.len()).sum();
        for (work, outcome) in group.into_iter().zip(outcomes) {
            // Whoever asked may have gone; the batch stands all the same.
            let _ = work.answer.send(outcome.map_err(BatchError::into_error));
        }
        checkpoints.wrote(statements);
    }
}

type Outcome = Result<(), BatchError>;

fn commit_group(connection: &Connection, batches: &[&Batch]) -> Vec<Outcome> {
    match transaction(connection, batches) {
        Ok(outcomes) => outcomes,
        // Nothing of the group is on disk. One batch may be what broke it, so each gets its own transaction.
        Err(_) if batches.len() > 1 => batches.iter().flat_map(|batch| commit_group(connection, &[batch])).collect(),
        Err(failure) => vec![Err(BatchError::Failed(failure))],
    }
}

/// One transaction; an error means that none of it happened.
fn transaction(connection: &Connection, batches: &[&Batch]) -> Result<Vec<Outcome>, Failure> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcomes = match batches {
        [batch] => match execute(connection, batch) {
            Ok(()) => Ok(vec![Ok(())]),
            Err(error) => {
                rollback(connection);
                return Ok(vec![Err(error)]);
            }
        },
        batches => batches.iter().map(|batch| in_savepoint(connection, batch)).collect(),
    };
    let committed = outcomes.and_then(|outcomes: Vec<Outcome>| run(connection, "COMMIT").map(|()| outcomes));
    if committed.is_err() {
        rollback(connection);
    }
    committed
}

/// The outer error means that SQLite has given up the whole transaction (a full disk, say).
fn in_savepoint(connection: &Connection, batch: &Batch) -> Result<Outcome, Failure> {
    run(connection, "SAVEPOINT batch")?;
    let outcome = execute(connection, batch);
    if outcome.is_err() {
        if connection.is_autocommit() {
            return Err(Failure::unavailable("the transaction was rolled back"));
        }
        run(connection, "ROLLBACK TO batch")?;
    }
    run(connection, "RELEASE batch")?;
    Ok(outcome)
}

fn execute(connection: &Connection, batch: &Batch) -> Outcome {
    for statement in &batch.statements {
        let rows = execute_one(connection, statement)?;
        statement.judge(rows).map_err(BatchError::Answer)?;
    }
    Ok(())
}

fn execute_one(connection: &Connection, statement: &Statement) -> Result<u64, BatchError> {
    let sql = statement.sql.render(Dialect::Sqlite);
    let execute = || connection.prepare_cached(&sql)?.execute(params_from_iter(&statement.params));
    match execute() {
        Ok(rows) => Ok(rows as u64),
        Err(error) => Err(BatchError::of(Failure::from(error).in_sql(&sql), statement)),
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(failure) = run(connection, "ROLLBACK")
    {
        tracing::error!(error = %failure.source, "a transaction could not be rolled back");
    }
}
