//! Sizes and timeouts of a database.

use std::path::PathBuf;

/// The defaults are for a server; tests use less.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// SQLite: reader threads. PostgreSQL, MySQL: connections for reading. 0 chooses by the machine.
    pub readers: usize,
    /// PostgreSQL, MySQL: connections that commit. SQLite always has one.
    pub writers: usize,
    /// Reads that may wait for a reader, and batches that may wait for each writer, before callers get `BUSY`.
    pub queue: usize,
    /// How long a call waits for a connection while the database is down.
    pub connect_timeout_ms: u64,
    /// How long one read, or one group of batches, may take.
    pub statement_timeout_ms: u64,
    /// Statements that take longer are logged; 0 for none.
    pub slow_query_ms: u64,
    /// Whether statements, commits and publishing have spans for traces.
    pub is_traced: bool,
    /// SQLite: the folder for a log of changes, which continuous backups read; without it there is none.
    pub change_log: Option<PathBuf>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            readers: 0,
            writers: 4,
            queue: 4096,
            connect_timeout_ms: 3_000,
            statement_timeout_ms: 15_000,
            slow_query_ms: 0,
            is_traced: false,
            change_log: None,
        }
    }
}
