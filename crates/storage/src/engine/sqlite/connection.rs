//! Where the file is, how each connection to it is set up, and what SQLite's errors mean.

use std::path::PathBuf;
use std::time::Duration;

use guildhall_model::codes::storage as codes;
use guildhall_model::{Error, Result};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, ffi};

use crate::Value;
use crate::failure::{Failure, FailureKind};

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const CACHED_STATEMENTS: usize = 512;
const CACHE_KIB: i64 = 16 * 1024;

/// The database's file; a private one goes when the last thread that uses it does.
pub(super) struct Place {
    file: PathBuf,
    folder: Option<tempfile::TempDir>,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
}

impl Place {
    pub fn file(file: PathBuf) -> Self {
        Self { file, folder: None }
    }

    pub fn private() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("guildhall-").tempdir().map_err(|error| open_failed(&error))?;
        Ok(Self { file: folder.path().join("memory.db"), folder: Some(folder) })
    }

    /// A private database's folder.
    #[cfg(test)]
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    pub fn connect(&self, purpose: Use) -> Result<Connection> {
        let connect = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&self.file, flags)?;
            connection.busy_timeout(BUSY_TIMEOUT)?;
            connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            // Power cuts lost acknowledged rows with NORMAL; a private database has nothing to lose.
            connection.pragma_update(None, "synchronous", if self.folder.is_some() { "OFF" } else { "FULL" })?;
            connection.pragma_update(None, "foreign_keys", false)?;
            connection.pragma_update(None, "wal_autocheckpoint", 0)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            // As in the other two databases.
            connection.pragma_update(None, "case_sensitive_like", true)?;
            let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
            connection.create_scalar_function("lower", 1, pure, lower)?;
            connection.pragma_update(None, "query_only", purpose == Use::Read)?;
            Ok(connection)
        };
        connect().map_err(|error| open_failed(&error))
    }
}

/// SQLite's own leaves all but ASCII as it is; the other two databases know every alphabet.
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
                (
                    ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
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
