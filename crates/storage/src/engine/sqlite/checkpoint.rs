//! Moves the write-ahead log into the database file on a thread of its own, so that commits never pay for it.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use guildhall_model::Result;
use rusqlite::Connection;

use super::connection::{Place, Use, open_failed};

/// After so many statements a checkpoint is due at once,
const STATEMENTS: usize = 4_000;
/// and after the first of fewer, this much later.
const IDLE: Duration = Duration::from_secs(1);
/// A passive checkpoint cannot start the log over while writing goes on; past this many pages (64 MiB) writers wait
/// for one that can.
const LOG_PAGES_MAX: i64 = 16_384;
/// but no longer than this, when a long read is in the way.
const PATIENCE: Duration = Duration::from_millis(250);

/// The writer's end.
pub(super) struct Checkpoints(Sender<usize>);

impl Checkpoints {
    pub fn wrote(&self, statements: usize) {
        if statements > 0 {
            let _ = self.0.send(statements);
        }
    }
}

pub(super) fn start(place: &Arc<Place>) -> Result<(Checkpoints, JoinHandle<()>)> {
    let (sender, wrote) = crossbeam_channel::unbounded();
    let connection = place.connect(Use::Write)?;
    connection.busy_timeout(PATIENCE).map_err(|error| open_failed(&error))?;
    let place = Arc::clone(place);
    let run = move || {
        serve(&connection, &wrote);
        drop((connection, place));
    };
    let thread = thread::Builder::new().name("sqlite-checkpoint".into()).spawn(run).map_err(|error| open_failed(&error))?;
    Ok((Checkpoints(sender), thread))
}

fn serve(connection: &Connection, wrote: &Receiver<usize>) {
    while let Ok(first) = wrote.recv() {
        let mut statements = first;
        let due = Instant::now() + IDLE;
        while statements < STATEMENTS {
            match wrote.recv_deadline(due) {
                Ok(more) => statements += more,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Err(error) = checkpoint(connection) {
            tracing::warn!(%error, "a checkpoint did not succeed; the next one will try again");
        }
    }
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    let log_pages: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if log_pages > LOG_PAGES_MAX {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_moved_into_the_file_and_started_over() {
        let place = Place::private().unwrap();
        let writer = place.connect(Use::Write).unwrap();
        writer.execute_batch("CREATE TABLE t (body BLOB)").unwrap();
        let pages = |connection: &Connection| -> (i64, i64) {
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?))).unwrap()
        };
        let checkpoints = place.connect(Use::Write).unwrap();
        writer.execute_batch("INSERT INTO t VALUES (zeroblob(100000))").unwrap();
        checkpoint(&checkpoints).unwrap();
        let (logged, moved) = pages(&checkpoints);
        assert!(logged > 0 && logged == moved);
        let much = (LOG_PAGES_MAX + 100) * 4096;
        writer.execute_batch(&format!("INSERT INTO t VALUES (zeroblob({much}))")).unwrap();
        checkpoint(&checkpoints).unwrap();
        assert_eq!(pages(&checkpoints), (0, 0));
    }
}
