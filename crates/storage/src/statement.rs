//! Writes as data: statements with what each expects, in a batch that is committed as a whole or not at all.

use guildhall_model::codes::context;
use guildhall_model::{Code, Event, Result};
use tracing::Span;

use crate::failure::{BatchError, Failure, FailureKind};
use crate::write_gate::InFlight;
use crate::{Sql, Value, value};

/// One write, and what must be true of it for its batch to be committed.
#[derive(Debug, Clone)]
#[must_use = "a statement that is in no batch changes nothing"]
pub struct Statement {
    pub(crate) sql: Sql,
    pub(crate) params: Vec<Value>,
    expected_rows: Option<u64>,
    otherwise: Code,
    /// Of the message of `otherwise`.
    parameter: Option<(&'static str, i64)>,
    duplicate: Code,
}

impl Statement {
    /// Any statement at all, for tests.
    #[cfg(feature = "testing")]
    pub fn raw(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self::new(sql, params)
    }

    pub(crate) fn new(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self { sql: sql.into(), params, expected_rows: None, otherwise: context::CONFLICT, parameter: None, duplicate: context::CONFLICT }
    }

    /// Replaces the parameter at index `at`: the granted id instead of the id in the row.
    pub(crate) fn bind(mut self, at: usize, value: impl Into<Value>) -> Self {
        if let Some(param) = self.params.get_mut(at) {
            *param = value.into();
        }
        self
    }

    /// The same by the name of the column, for inserts.
    pub(crate) fn bind_column(self, columns: &[&str], name: &str, value: impl Into<Value>) -> Self {
        match columns.iter().position(|column| *column == name) {
            Some(at) => self.bind(at, value),
            None => self,
        }
    }

    /// The statement must match exactly so many rows (matched, also where it changes nothing in them).
    pub fn expect_rows(mut self, rows: u64) -> Self {
        self.expected_rows = Some(rows);
        self
    }

    /// The error when the number of rows differs; without it, `CONFLICT`.
    pub fn or(mut self, code: Code) -> Self {
        self.otherwise = code;
        self
    }

    /// A value for the placeholder `{name}` in the message of that error.
    pub fn with(mut self, name: &'static str, value: i64) -> Self {
        self.parameter = Some((name, value));
        self
    }

    /// The error when the row exists already; without it, `CONFLICT`.
    pub fn on_duplicate(mut self, code: Code) -> Self {
        self.duplicate = code;
        self
    }

    /// A duplicate or an invalid value is the answer to the caller; anything else may be retried.
    pub(crate) fn classify(&self, failure: Failure) -> BatchError {
        match failure.kind {
            FailureKind::Duplicate | FailureKind::Data => BatchError::Rejected(failure.into_error_or(self.duplicate)),
            _ => BatchError::Failed(failure),
        }
    }

    /// Compares what the database counted with what was expected.
    pub(crate) fn check_rows(&self, rows: u64) -> Result<()> {
        // MySQL counts an upsert that changed a row as two.
        let rows = if matches!(self.sql, Sql::Upsert { .. }) { rows.min(1) } else { rows };
        match self.expected_rows {
            Some(expected) if expected != rows => Err(match self.parameter {
                Some((name, value)) => self.otherwise.with(name, value),
                None => self.otherwise.into(),
            }),
            _ => Ok(()),
        }
    }

    fn check(&self) -> Result<()> {
        if self.expected_rows.is_some() && matches!(self.sql, Sql::InsertIgnore { .. }) {
            return Err(context::INTERNAL.with_source("an InsertIgnore cannot expect a number of rows: the databases count differently"));
        }
        value::check(&self.params)
    }
}

/// Writes that are committed together, all of them or none, and the events that are published after the commit.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(crate) statements: Vec<Statement>,
    pub(crate) events: Vec<Event>,
    pub(crate) lane: u64,
    /// Of the request, for the log of slow statements.
    pub(crate) span: Span,
    /// Of the commit, in traces.
    pub(crate) commit_span: Span,
    /// Once it was submitted.
    pub(crate) in_flight: Option<InFlight>,
}

impl Default for Batch {
    fn default() -> Self {
        Self { statements: Vec::new(), events: Vec::new(), lane: 0, span: Span::none(), commit_span: Span::none(), in_flight: None }
    }
}

/// More than any use case needs; importers and jobs commit in pieces.
pub const MAX_STATEMENTS: usize = 10_000;

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the batch into the lane of a channel, team or user whose rows it changes. Batches in one lane go through the
    /// same writer, instead of waiting for each other's locks. Batches without an id share a lane.
    pub fn in_lane_of(mut self, id: &impl guildhall_model::Id) -> Self {
        // The last bytes are the random ones of a time-ordered id.
        self.lane = id.bytes().iter().skip(8).fold(0, |lane, byte| lane << 8 | u64::from(*byte));
        self
    }

    pub fn push(&mut self, statement: Statement) -> &mut Self {
        self.statements.push(statement);
        self
    }

    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) -> &mut Self {
        self.statements.extend(statements);
        self
    }

    /// Events that are published, in commit order, if and only if the batch is committed.
    pub fn publish(&mut self, events: Vec<Event>) -> &mut Self {
        if self.events.is_empty() {
            self.events = events;
        } else {
            self.events.extend(events);
        }
        self
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// How many statements.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.statements.len() > MAX_STATEMENTS {
            return Err(context::INTERNAL.with_source(format!("a batch of {} statements", self.statements.len())));
        }
        self.statements.iter().try_for_each(Statement::check)
    }
}

impl From<Statement> for Batch {
    fn from(statement: Statement) -> Self {
        Self { statements: vec![statement], ..Self::default() }
    }
}

impl From<Vec<Statement>> for Batch {
    fn from(statements: Vec<Statement>) -> Self {
        Self { statements, ..Self::default() }
    }
}

impl FromIterator<Statement> for Batch {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Self { statements: statements.into_iter().collect(), ..Self::default() }
    }
}
