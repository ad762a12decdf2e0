//! Moves the write-ahead log into the database file on a thread of its own, so that commits never pay for it.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use guildhall_model::Result;
use rusqlite::Connection;

use super::connection::{Place, Use, open_failed, set_busy_timeout};

/// After so many statements a checkpoint is due at once,
const STATEMENTS: usize = 4_000;
/// and after the first of fewer, this much later.
const IDLE: Duration = Duration::from_secs(1);
/// A passive checkpoint cannot start the log over while writing goes on; past this many pages (64 MiB) writers wait
/// for one that can,
const LOG_PAGES_MAX: i64 = 16_384;
/// but no longer than this, when a long read is in the way.
const RESTART_TIMEOUT: Duration = Duration::from_millis(250);

/// The writer's end.
pub(super) struct Checkpoints(Sender<usize>);

impl Checkpoints {
    pub fn wrote(&self, statements: usize) {
        if statements > 0 {
            let _ = self.0.send(statements);
        }
    }
}

pub(super) fn start(file: &Arc<Place>) -> Result<(Checkpoints, JoinHandle<()>)> {
    let (sender, wrote) = crossbeam_channel::unbounded();
    let mut connection = file.connect(Use::Write)?;
    set_busy_timeout(&mut connection, RESTART_TIMEOUT).map_err(|error| open_failed(&error))?;
    let file = Arc::clone(file);
    let run = move || {
        serve(&connection, &wrote);
        drop((connection, file));
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
        // The next commit begins the log anew. The file keeps its length: cutting it, and letting it grow again, is
        // time for which writers wait.
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::connection::LOG_BYTES_MAX;
    use super::*;

    struct Log {
        file: Place,
        writer: Connection,
        checkpoints: Connection,
    }

    impl Log {
        fn new() -> Self {
            let file = Place::private().unwrap();
            let (writer, checkpoints) = (file.connect(Use::Write).unwrap(), file.connect(Use::Write).unwrap());
            writer.execute_batch("CREATE TABLE t (body BLOB)").unwrap();
            Self { file, writer, checkpoints }
        }

        fn write(&self, bytes: i64) {
            self.writer.execute("INSERT INTO t VALUES (zeroblob(?))", [bytes]).unwrap();
        }

        /// How many pages the log has since it was started over, and how many of them are in the file.
        fn pages(&self) -> (i64, i64) {
            let pages = |row: &rusqlite::Row<'_>| Ok((row.get(1)?, row.get(2)?));
            self.checkpoints.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages).unwrap()
        }

        fn file_bytes(&self) -> i64 {
            let file = self.file.folder().unwrap().join("memory.db-wal");
            file.metadata().unwrap().len().try_into().unwrap()
        }
    }

    #[test]
    fn the_log_is_moved_into_the_file() {
        let log = Log::new();
        log.write(100_000);
        checkpoint(&log.checkpoints).unwrap();
        let (logged, moved) = log.pages();
        assert!(logged > 20 && logged == moved, "{moved} of {logged}");
    }

    #[test]
    fn a_long_log_is_started_over_in_the_same_file() {
        let log = Log::new();
        log.write((LOG_PAGES_MAX + 100) * 4096);
        let before = log.file_bytes();
        checkpoint(&log.checkpoints).unwrap();
        log.write(1);
        let (logged, moved) = log.pages();
        assert!(logged < 10 && logged == moved, "{moved} of {logged}");
        assert_eq!(log.file_bytes(), before);
    }

    #[test]
    fn a_log_that_a_reader_let_grow_is_cut_back() {
        let log = Log::new();
        let reader = log.file.connect(Use::Read).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
        log.write(LOG_BYTES_MAX);
        log.write(1);
        checkpoint(&log.checkpoints).unwrap();
        log.write(1);
        assert!(log.file_bytes() > LOG_BYTES_MAX, "the reader is in the way");
        reader.execute_batch("ROLLBACK").unwrap();
        checkpoint(&log.checkpoints).unwrap();
        log.write(1);
        assert_eq!(log.file_bytes(), LOG_BYTES_MAX);
    }
}
