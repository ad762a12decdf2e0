//! The database's file, the settings and queries of each connection to it, and what SQLite's errors mean.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use guildhall_model::codes::{context, storage as codes};
use guildhall_model::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi, params_from_iter};

use crate::engine::DatabaseSize;
use crate::failure::{Failure, FailureKind};
use crate::row::RowSink;
use crate::{Row, Value};

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How often it tries. SQLite's own steps grow to 100 ms, in which the lock is free many times.
const BUSY_STEP: Duration = Duration::from_millis(1);
/// A log that grew beyond this during a long read is truncated when it is restarted.
pub(super) const LOG_BYTES_MAX: i64 = 128 * 1024 * 1024;
const CACHED_STATEMENTS: usize = 512;
const CACHE_KIB: i64 = 16 * 1024;

/// The database's file; a private one is removed when the last thread that uses it ends.
pub(super) struct DatabaseFile {
    path: PathBuf,
    folder: Option<tempfile::TempDir>,
    long_reads: AtomicUsize,
}

/// A read that may take minutes, from its begin to its drop.
pub(crate) struct LongRead(Arc<DatabaseFile>);

impl Drop for LongRead {
    fn drop(&mut self) {
        self.0.long_reads.fetch_sub(1, Ordering::AcqRel);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccessMode {
    ReadWrite,
    ReadOnly,
}

impl DatabaseFile {
    pub fn file(path: PathBuf) -> Self {
        Self { path, folder: None, long_reads: AtomicUsize::new(0) }
    }

    pub fn private() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("guildhall-").tempdir().map_err(|error| open_failed(&error))?;
        Ok(Self { path: folder.path().join("memory.db"), folder: Some(folder), long_reads: AtomicUsize::new(0) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Announces a read during which the log must not be restarted, as writers would wait for the reader.
    pub fn begin_long_read(file: &Arc<Self>) -> LongRead {
        file.long_reads.fetch_add(1, Ordering::AcqRel);
        LongRead(Arc::clone(file))
    }

    pub fn has_long_reads(&self) -> bool {
        self.long_reads.load(Ordering::Acquire) > 0
    }

    /// A private database's folder.
    #[cfg(test)]
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    /// What the file and its log occupy. The log is absent until something was written.
    pub fn size(&self) -> Result<DatabaseSize> {
        let bytes = fs::metadata(&self.path).map_err(|error| context::DATABASE_UNAVAILABLE.with_source(error))?.len();
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let log_bytes = fs::metadata(log).map_or(0, |metadata| metadata.len());
        Ok(DatabaseSize { bytes, log_bytes: Some(log_bytes) })
    }

    pub fn connect(&self, mode: AccessMode) -> Result<Connection> {
        let connect = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let mut connection = Connection::open_with_flags(&self.path, flags)?;
            set_busy_timeout(&mut connection, BUSY_TIMEOUT)?;
            // Cached statements are unbound after each use, upon which SQLite would plan many of them again.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            // With NORMAL, power cuts lost acknowledged rows; a private database does not outlive the process anyway.
            connection.pragma_update(None, "synchronous", if self.folder.is_some() { "OFF" } else { "FULL" })?;
            connection.pragma_update(None, "foreign_keys", false)?;
            connection.pragma_update(None, "wal_autocheckpoint", 0)?;
            connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES_MAX, |_| Ok(()))?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            // As in the other two databases.
            connection.pragma_update(None, "case_sensitive_like", true)?;
            let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
            connection.create_scalar_function("lower", 1, pure, lower)?;
            connection.pragma_update(None, "query_only", mode == AccessMode::ReadOnly)?;
            Ok(connection)
        };
        connect().map_err(|error| open_failed(&error))
    }
}

pub(super) fn query(connection: &Connection, sql: &str, params: &[Value], rows: &mut dyn RowSink) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut result = statement.query(params_from_iter(params))?;
    while let Some(row) = result.next()? {
        rows.push(&Row::from(row)).map_err(Failure::internal)?;
        if rows.is_full() {
            break;
        }
    }
    Ok(())
}

/// How long the connection waits for another one's lock.
pub(super) fn set_busy_timeout(connection: &mut Connection, timeout: Duration) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    connection.busy_handler(Some(move |attempt| {
        if attempt == 0 {
            since = Instant::now();
        }
        let is_in_time = since.elapsed() < timeout;
        if is_in_time {
            thread::sleep(BUSY_STEP);
        }
        is_in_time
    }))
}

/// SQLite's own function changes ASCII letters only; the other two databases convert all letters.
fn lower(context: &Context<'_>) -> rusqlite::Result<Option<String>> {
    Ok(match context.get_raw(0) {
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).to_lowercase()),
        _ => None,
    })
}

pub(super) fn open_failed(error: &dyn std::error::Error) -> Error {
    codes::OPEN_FAILED.with("reason", error)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Null;
        Ok(match self {
            Self::Null => ToSqlOutput::from(Null),
            Self::Int(value) => ToSqlOutput::Borrowed(ValueRef::Integer(*value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id)),
        })
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match &error {
            rusqlite::Error::SqliteFailure(cause, _) => match (cause.code, cause.extended_code) {
                (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
                    FailureKind::Duplicate
                }
                (ErrorCode::TooBig, _) => FailureKind::Data,
                // Another process holds the file's lock.
                (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => FailureKind::Busy,
                (ErrorCode::DiskFull, _) => FailureKind::DiskFull,
                (
                    ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
                    | ErrorCode::OutOfMemory
                    | ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase,
                    _,
                ) => FailureKind::Unavailable,
                _ => FailureKind::Internal,
            },
            _ => FailureKind::Internal,
        };
        Self::new(kind, error)
    }
}
