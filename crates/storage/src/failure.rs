//! What a driver's error means to us: the few kinds that are handled differently, and the code each becomes.

use guildhall_model::codes::{context, storage};
use guildhall_model::error::BoxError;
use guildhall_model::{Code, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// A unique key has the row already.
    Duplicate,
    /// A value that the column cannot hold.
    Data,
    /// Lost against another transaction; the same may succeed when tried again.
    Contended,
    /// The database works, but more is asked of it than it can do.
    Busy,
    /// The database is away, going away, or refuses to write.
    Unavailable,
    /// Our own fault: bad SQL, bad data in a row.
    Internal,
}

/// A statement that did not work.
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

    /// The error outward, where a duplicate has no meaning of its own.
    pub fn into_error(self) -> Error {
        self.into_error_or(context::CONFLICT)
    }

    pub fn into_error_or(self, duplicate: Code) -> Error {
        let code = match self.kind {
            FailureKind::Duplicate => duplicate,
            FailureKind::Data => storage::INVALID_TEXT,
            FailureKind::Contended => context::CONFLICT,
            FailureKind::Busy => context::BUSY,
            FailureKind::Unavailable => context::DATABASE_UNAVAILABLE,
            FailureKind::Internal => context::INTERNAL,
        };
        code.with_source(self.source)
    }
}

/// What became of a batch: the use case's answer, or a failure of the database that may be worth another try.
#[derive(Debug)]
pub(crate) enum BatchError {
    /// The batch's own: an expectation or a unique key. Final.
    Answer(Error),
    Failed(Failure),
}

impl BatchError {
    pub fn into_error(self) -> Error {
        match self {
            Self::Answer(error) => error,
            Self::Failed(failure) => failure.into_error(),
        }
    }
}

/// The answer to whoever calls after [`Database::close`](crate::Database::close).
pub(crate) fn closed() -> Error {
    context::DATABASE_UNAVAILABLE.with_source("the database is closed")
}
