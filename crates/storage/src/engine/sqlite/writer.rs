//! The writer thread: takes what is queued, commits it once, then answers each. It never waits for a group to fill.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender};
use guildhall_model::Result;
use rusqlite::{Connection, params_from_iter};

use super::capture::{ChangeLog, Recorder, Resumed};
use super::checkpoint::Checkpoints;
use super::connection::{AccessMode, DatabaseFile, open_failed};
use crate::dispatch::Dispatcher;
use crate::engine::submission::{Outcome, Submission};
use crate::failure::{BatchError, Failure, FailureKind};
use crate::observer::Observer;
use crate::{Batch, Dialect, Statement};

/// How many batches share one commit at most.
const GROUP_MAX: usize = 256;

pub(super) enum Message {
    Commit(Submission),
    /// Work that must not meet a transaction. Commits wait for it.
    Between(Box<dyn FnOnce(&mut Turn<'_>) + Send>),
    Close,
}

/// What the thread has between two transactions.
pub(super) struct Turn<'a> {
    pub connection: &'a Connection,
    /// Present while there is a log of changes.
    pub recorder: Option<Recorder>,
}

impl Turn<'_> {
    /// Copies what was committed into the log of changes.
    pub fn record(&mut self) {
        self.recorder = self.recorder.take().and_then(|recorder| recorder.record(self.connection));
    }
}

pub(super) fn start(
    file: &Arc<DatabaseFile>,
    (log, resumed): (&Arc<ChangeLog>, Option<Resumed>),
    queue: usize,
    checkpoints: Checkpoints,
    dispatcher: &Arc<Dispatcher>,
    observer: &Arc<Observer>,
) -> Result<(Sender<Message>, JoinHandle<()>)> {
    let (sender, messages) = crossbeam_channel::bounded(queue.max(1));
    let connection = file.connect(AccessMode::ReadWrite)?;
    let (file, dispatcher, observer) = (Arc::clone(file), Arc::clone(dispatcher), Arc::clone(observer));
    // Before anybody writes.
    let recorder = resumed.and_then(|resumed| Recorder::resume(&connection, log, file.path(), resumed));
    let run = move || {
        let turn = Turn { connection: &connection, recorder };
        serve(turn, &messages, &checkpoints, &dispatcher, &observer);
        drop((connection, file));
    };
    let thread = thread::Builder::new().name("sqlite-write".into()).spawn(run).map_err(|error| open_failed(&error))?;
    Ok((sender, thread))
}

fn serve(mut turn: Turn<'_>, messages: &Receiver<Message>, checkpoints: &Checkpoints, dispatcher: &Dispatcher, observer: &Observer) {
    let mut open = true;
    while open {
        let (mut group, mut between) = (Vec::new(), Vec::new());
        let mut next = messages.recv().ok();
        open = next.is_some();
        while let Some(message) = next.take() {
            match message {
                Message::Commit(submission) => group.push(submission),
                Message::Between(work) => between.push(work),
                Message::Close => open = false,
            }
            if open && group.len() < GROUP_MAX {
                next = messages.try_recv().ok();
            }
        }
        let batches: Vec<&Batch> = group.iter().map(|submission| &submission.batch).collect();
        let statements = batches.iter().map(|batch| batch.len()).sum();
        let outcomes = {
            let _writing = observer.metrics.writing.enter();
            let start = Instant::now();
            let outcomes = commit_group(turn.connection, &batches, observer);
            if !batches.is_empty() {
                observer.count_commit(start.elapsed(), batches.len(), statements);
                turn.record();
            }
            outcomes
        };
        let complete = |(submission, outcome): (Submission, Outcome)| submission.complete(outcome);
        let deliveries: Vec<_> = group.into_iter().zip(outcomes).filter_map(complete).collect();
        if !deliveries.is_empty() {
            let slot = dispatcher.reserve_blocking();
            // There is one writer, so the order of commits is the order of tickets taken after them.
            dispatcher.take_ticket().publish(deliveries, slot);
        }
        checkpoints.report(statements);
        between.into_iter().for_each(|work| work(&mut turn));
    }
}

fn commit_group(connection: &Connection, batches: &[&Batch], observer: &Observer) -> Vec<Outcome> {
    match transaction(connection, batches, observer) {
        Ok(outcomes) => outcomes,
        // Another process has locked the file, so each batch would fail.
        Err(failure) if failure.kind == FailureKind::Busy => {
            let reason = failure.source.to_string();
            batches.iter().map(|_| Err(BatchError::Failed(Failure::busy(reason.clone())))).collect()
        }
        // Nothing of the group is on disk. One batch may have caused it, so each gets its own transaction.
        Err(_) if batches.len() > 1 => batches.iter().flat_map(|batch| commit_group(connection, &[batch], observer)).collect(),
        Err(failure) => vec![Err(BatchError::Failed(failure))],
    }
}

/// One transaction; an error means that none of it happened.
fn transaction(connection: &Connection, batches: &[&Batch], observer: &Observer) -> Result<Vec<Outcome>, Failure> {
    run(connection, "BEGIN IMMEDIATE")?;
    let outcomes = match batches {
        [batch] => match execute(connection, batch, observer) {
            Ok(()) => Ok(vec![Ok(())]),
            Err(error) => {
                rollback(connection);
                return Ok(vec![Err(error)]);
            }
        },
        batches => batches.iter().map(|batch| in_savepoint(connection, batch, observer)).collect(),
    };
    let committed = outcomes.and_then(|outcomes: Vec<Outcome>| run(connection, "COMMIT").map(|()| outcomes));
    if committed.is_err() {
        rollback(connection);
    }
    committed
}

/// The outer error means that SQLite has rolled back the whole transaction (on a full disk, for example).
fn in_savepoint(connection: &Connection, batch: &Batch, observer: &Observer) -> Result<Outcome, Failure> {
    run(connection, "SAVEPOINT batch")?;
    let outcome = execute(connection, batch, observer);
    if outcome.is_err() {
        if connection.is_autocommit() {
            return Err(Failure::unavailable("the transaction was rolled back"));
        }
        run(connection, "ROLLBACK TO batch")?;
    }
    run(connection, "RELEASE batch")?;
    Ok(outcome)
}

fn execute(connection: &Connection, batch: &Batch, observer: &Observer) -> Outcome {
    for statement in &batch.statements {
        let start = observer.start();
        let rows = execute_one(connection, statement)?;
        if let Some(start) = start {
            let slow = observer.slow(start.elapsed(), rows, || statement.sql.render(Dialect::Sqlite));
            slow.into_iter().for_each(|slow| batch.span.in_scope(|| observer.log(slow)));
        }
        statement.check_rows(rows).map_err(BatchError::Rejected)?;
    }
    Ok(())
}

fn execute_one(connection: &Connection, statement: &Statement) -> Result<u64, BatchError> {
    let sql = statement.sql.render(Dialect::Sqlite);
    let execute = || connection.prepare_cached(&sql)?.execute(params_from_iter(&statement.params));
    match execute() {
        Ok(rows) => Ok(rows as u64),
        Err(error) => Err(statement.classify(Failure::from(error).in_sql(&sql))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    fn insert(n: i64, bytes: usize) -> Batch {
        Statement::new("INSERT INTO t (n, body) VALUES (?, ?)", params![n, vec![7_u8; bytes]]).into()
    }

    fn kinds(outcomes: Vec<Outcome>) -> Vec<Option<FailureKind>> {
        let kind = |outcome: Outcome| match outcome {
            Ok(()) => None,
            Err(BatchError::Failed(failure)) => Some(failure.kind),
            Err(BatchError::Rejected(error)) => panic!("{error}"),
        };
        outcomes.into_iter().map(kind).collect()
    }

    #[test]
    fn a_full_disk_fails_only_batches_that_do_not_fit() {
        let file = DatabaseFile::private().unwrap();
        let connection = file.connect(AccessMode::ReadWrite).unwrap();
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)").unwrap();
        connection.pragma_update_and_check(None, "max_page_count", 30, |_| Ok(())).unwrap();
        let (small, large, other) = (insert(1, 10), insert(2, 1_000_000), insert(3, 10));

        let outcomes = commit_group(&connection, &[&small, &large, &other], &Observer::new(0));
        assert_eq!(kinds(outcomes), [None, Some(FailureKind::DiskFull), None]);
        assert_eq!(kinds(commit_group(&connection, &[&large], &Observer::new(0))), [Some(FailureKind::DiskFull)]);
        let sum: i64 = connection.query_row("SELECT SUM(n) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(sum, 4);
    }

    #[test]
    fn a_file_that_is_locked_by_another_process_is_busy() {
        let file = DatabaseFile::private().unwrap();
        let (connection, other) = (file.connect(AccessMode::ReadWrite).unwrap(), file.connect(AccessMode::ReadWrite).unwrap());
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)").unwrap();
        connection.busy_timeout(std::time::Duration::from_millis(1)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (one, two) = (insert(1, 1), insert(2, 1));
        assert_eq!(kinds(commit_group(&connection, &[&one, &two], &Observer::new(0))), [Some(FailureKind::Busy); 2]);
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(kinds(commit_group(&connection, &[&one, &two], &Observer::new(0))), [None, None]);
    }
}
