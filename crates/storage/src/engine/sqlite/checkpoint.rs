//! Copies the write-ahead log into the database file on a thread of its own, so that commits do not wait for it.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use guildhall_model::Result;
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use super::connection::{AccessMode, DatabaseFile, open_failed, set_busy_timeout};

/// After so many statements a checkpoint is due at once.
const STATEMENTS: usize = 4_000;
/// After the first of fewer statements it is due so much later.
const IDLE: Duration = Duration::from_secs(1);
/// A passive checkpoint cannot restart the log while writing goes on; past this many pages (64 MiB) writers wait for a
/// checkpoint that can.
const LOG_PAGES_MAX: i64 = 16_384;
/// How long writers wait for it when a long read is in the way.
const RESTART_TIMEOUT: Duration = Duration::from_millis(250);

/// The writer's handle; the thread ends when it is dropped.
pub(super) struct Checkpoints(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Committed since the last checkpoint.
    statements: usize,
    is_closed: bool,
}

impl Checkpoints {
    /// Counts what was committed.
    pub fn report(&self, statements: usize) {
        let mut state = self.0.state.lock();
        let before = state.statements;
        state.statements += statements;
        let begins = before == 0 && state.statements > 0;
        if begins || (before < STATEMENTS && state.statements >= STATEMENTS) {
            self.0.changed.notify_one();
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.0.state.lock().is_closed = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    /// Waits until a checkpoint is due; `false` when the writer has ended and every statement is checkpointed.
    fn wait_until_due(&self) -> bool {
        let mut state = self.state.lock();
        while state.statements == 0 {
            if state.is_closed {
                return false;
            }
            self.changed.wait(&mut state);
        }
        let due = Instant::now() + IDLE;
        while state.statements < STATEMENTS && !state.is_closed {
            if self.changed.wait_until(&mut state, due).timed_out() {
                break;
            }
        }
        state.statements = 0;
        true
    }
}

pub(super) fn start(file: &Arc<DatabaseFile>) -> Result<(Checkpoints, JoinHandle<()>)> {
    let shared = Arc::new(Shared::default());
    let checkpoints = Checkpoints(Arc::clone(&shared));
    let mut connection = file.connect(AccessMode::ReadWrite)?;
    set_busy_timeout(&mut connection, RESTART_TIMEOUT).map_err(|error| open_failed(&error))?;
    let file = Arc::clone(file);
    let run = move || {
        serve(&connection, &file, &shared);
        drop((connection, file));
    };
    let thread = thread::Builder::new().name("sqlite-checkpoint".into()).spawn(run).map_err(|error| open_failed(&error))?;
    Ok((checkpoints, thread))
}

fn serve(connection: &Connection, file: &DatabaseFile, shared: &Shared) {
    while shared.wait_until_due() {
        if let Err(error) = checkpoint(connection, file) {
            tracing::warn!(%error, "a checkpoint did not succeed; the next one will try again");
        }
    }
}

fn checkpoint(connection: &Connection, file: &DatabaseFile) -> rusqlite::Result<()> {
    let log_pages: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if must_restart(log_pages, file) {
        // The next commit writes to the start of the log. The file keeps its length, as truncating it and growing it
        // again would make writers wait.
        connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    }
    Ok(())
}

/// A restart waits for all readers, and writers for the restart.
fn must_restart(log_pages: i64, file: &DatabaseFile) -> bool {
    log_pages > LOG_PAGES_MAX && !file.has_long_reads()
}

/// Copies everything into the database file, and truncates the log. Whether nothing was in the way.
pub(super) fn empty_log(file: &DatabaseFile) -> Result<bool> {
    let connection = file.connect(AccessMode::ReadWrite)?;
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(|error| open_failed(&error))?;
    Ok(busy == 0)
}

#[cfg(test)]
mod tests {
    use super::super::connection::LOG_BYTES_MAX;
    use super::*;

    struct Log {
        file: DatabaseFile,
        writer: Connection,
        checkpoints: Connection,
    }

    impl Log {
        fn new() -> Self {
            let file = DatabaseFile::private().unwrap();
            let (writer, checkpoints) = (file.connect(AccessMode::ReadWrite).unwrap(), file.connect(AccessMode::ReadWrite).unwrap());
            writer.execute_batch("CREATE TABLE t (body BLOB)").unwrap();
            Self { file, writer, checkpoints }
        }

        fn write(&self, bytes: i64) {
            self.writer.execute("INSERT INTO t VALUES (zeroblob(?))", [bytes]).unwrap();
        }

        /// How many pages the log has since it was restarted, and how many of them were copied into the database file.
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
    fn a_checkpoint_is_due_after_many_statements_and_when_the_writer_ends() {
        let shared = Arc::new(Shared::default());
        let checkpoints = Checkpoints(Arc::clone(&shared));
        checkpoints.report(STATEMENTS);
        assert!(shared.wait_until_due());
        checkpoints.report(1);
        drop(checkpoints);
        assert!(shared.wait_until_due());
        assert!(!shared.wait_until_due());
    }

    #[test]
    fn a_checkpoint_copies_the_log_into_the_file() {
        let log = Log::new();
        log.write(100_000);
        checkpoint(&log.checkpoints, &log.file).unwrap();
        let (logged, moved) = log.pages();
        assert!(logged > 20 && logged == moved, "{moved} of {logged}");
    }

    #[test]
    fn a_long_log_is_restarted_in_the_same_file() {
        let log = Log::new();
        log.write((LOG_PAGES_MAX + 100) * 4096);
        let before = log.file_bytes();
        checkpoint(&log.checkpoints, &log.file).unwrap();
        log.write(1);
        let (logged, moved) = log.pages();
        assert!(logged < 10 && logged == moved, "{moved} of {logged}");
        assert_eq!(log.file_bytes(), before);
    }

    #[test]
    fn a_log_is_not_restarted_during_a_long_read() {
        let file = Arc::new(DatabaseFile::private().unwrap());
        let long_reads = [DatabaseFile::begin_long_read(&file), DatabaseFile::begin_long_read(&file)];
        for long_read in long_reads {
            assert!(!must_restart(LOG_PAGES_MAX + 1, &file));
            drop(long_read);
        }
        assert!(must_restart(LOG_PAGES_MAX + 1, &file));
        assert!(!must_restart(LOG_PAGES_MAX, &file));
    }

    #[test]
    fn the_log_can_be_emptied() {
        let log = Log::new();
        log.write(100_000);
        assert!(log.file_bytes() > 100_000);
        assert!(empty_log(&log.file).unwrap());
        assert_eq!(log.file_bytes(), 0);
    }

    #[test]
    fn a_log_that_grew_during_a_read_is_truncated() {
        let log = Log::new();
        let reader = log.file.connect(AccessMode::ReadOnly).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
        log.write(LOG_BYTES_MAX);
        log.write(1);
        checkpoint(&log.checkpoints, &log.file).unwrap();
        log.write(1);
        assert!(log.file_bytes() > LOG_BYTES_MAX, "the reader is in the way");
        reader.execute_batch("ROLLBACK").unwrap();
        checkpoint(&log.checkpoints, &log.file).unwrap();
        log.write(1);
        assert_eq!(log.file_bytes(), LOG_BYTES_MAX);
    }
}
