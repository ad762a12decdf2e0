//! Errors of the drivers by the few kinds that are handled differently, and the code of each.

use guildhall_model::codes::{context, storage};
use guildhall_model::error::BoxError;
use guildhall_model::{Code, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// A unique key has the row already.
    Duplicate,
    /// A value that the column cannot hold.
    Data,
    /// A conflict with another transaction; a retry may succeed.
    Contended,
    /// The database works, but is overloaded.
    Busy,
    /// The disk of the database is full: nothing of it was written.
    DiskFull,
    /// The database is unreachable, shutting down, or refuses to write.
    Unavailable,
    /// An error of ours: wrong SQL, or wrong data in a row.
    Internal,
}

/// A statement or a connection that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub kind: FailureKind,
    pub source: BoxError,
}

impl Failure {
    pub fn new(kind: FailureKind, source: impl Into<BoxError>) -> Self {
        Self { kind, source: source.into() }
    }

    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        Self::new(FailureKind::Unavailable, source)
    }

    pub fn busy(source: impl Into<BoxError>) -> Self {
        Self::new(FailureKind::Busy, source)
    }

    pub fn internal(source: impl Into<BoxError>) -> Self {
        Self::new(FailureKind::Internal, source)
    }

    /// Names the SQL at fault, for the log.
    pub fn in_sql(self, sql: &str) -> Self {
        if self.kind != FailureKind::Internal {
            return self;
        }
        Self::internal(format!("{} in {sql}", self.source))
    }

    /// The public error, where a duplicate is a conflict.
    pub fn into_error(self) -> Error {
        self.into_error_or(context::CONFLICT)
    }

    pub fn into_error_or(self, duplicate: Code) -> Error {
        let code = match self.kind {
            FailureKind::Duplicate => duplicate,
            FailureKind::Data => storage::INVALID_TEXT,
            FailureKind::Contended => context::CONFLICT,
            FailureKind::Busy => context::BUSY,
            FailureKind::DiskFull => context::DISK_FULL,
            FailureKind::Unavailable => context::DATABASE_UNAVAILABLE,
            FailureKind::Internal => context::INTERNAL,
        };
        code.with_source(self.source)
    }
}

/// Why a batch was not committed.
#[derive(Debug)]
pub(crate) enum BatchError {
    /// By an expectation or a unique key of the batch: final.
    Rejected(Error),
    /// By the database: a retry may succeed.
    Failed(Failure),
}

impl BatchError {
    pub fn into_error(self) -> Error {
        match self {
            Self::Rejected(error) => error,
            Self::Failed(failure) => failure.into_error(),
        }
    }
}

/// The error of calls after the database was closed.
pub(crate) fn closed() -> Error {
    context::DATABASE_UNAVAILABLE.with_source("the database is closed")
}
